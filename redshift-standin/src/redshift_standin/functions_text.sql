-- String, hash, mathematical and conversion functions that PostgreSQL has not. Each is described at
-- https://docs.aws.amazon.com/redshift/latest/dg/r_NAME.html, or at the page its comment names.
set allow_system_table_mods = on;

-- String_functions_header.html
create function pg_catalog.replicate(value text, times integer) returns text
language sql immutable as $$ select repeat(value, times) $$;
create function pg_catalog.octetindex(part text, whole text) returns integer
language sql immutable as $$
    select case when strpos(whole, part) = 0 then 0
        else octet_length(left(whole, strpos(whole, part) - 1)) + 1 end
$$;
create function pg_catalog.crc32(value text) returns varchar language plpgsql immutable strict as $$
declare
    octets bytea := convert_to(value, 'UTF8');
    remainder bigint := 4294967295;
begin
    for place in 0 .. octet_length(octets) - 1 loop
        remainder := remainder # get_byte(octets, place);
        for bit in 1 .. 8 loop
            remainder := case
                when remainder & 1 = 1 then (remainder >> 1) # 3988292384 else remainder >> 1
            end;
        end loop;
    end loop;
    return to_hex(remainder # 4294967295);
end $$;
create function pg_catalog.bpcharcmp(first text, second text) returns integer
language sql immutable as $$
    select case when rtrim(first) = rtrim(second) then 0
        when rtrim(first) < rtrim(second) then -1 else 1 end
$$;
create function pg_catalog.soundex(value text) returns varchar language plpgsql immutable strict as $$
declare
    letters text := upper(regexp_replace(value, '[^A-Za-z]', '', 'g'));
    codes text := translate(letters, 'AEIOUYHWBFPVCGJKQSXZDTLMNR', '00000099111122222222334556');
    coded text := left(letters, 1);
    last text := left(codes, 1);
    code text;
begin
    for place in 2 .. char_length(codes) loop
        code := substring(codes from place for 1);
        if code not in ('0', '9') and code <> last then
            coded := coded || code;
        end if;
        if code <> '9' then
            last := code;
        end if;
    end loop;
    return left(rpad(coded, 4, '0'), 4);
end $$;
create function pg_catalog.difference(first text, second text) returns integer
language sql immutable as $$
    select count(*)::integer from generate_series(1, 4) as place
    where substring(soundex(first), place, 1) = substring(soundex(second), place, 1)
$$;
-- r_STRTOL.html
create function pg_catalog.strtol(digits text, base integer) returns bigint
language plpgsql immutable strict as $$
declare
    text_of_number text := lower(trim(digits));
    number numeric := 0;
    place integer;
    digit text;
begin
    if base not between 2 and 36 then
        raise 'invalid base %', base using errcode = '22023';
    end if;
    if base = 16 then
        text_of_number := regexp_replace(text_of_number, '^(-?)0x', '\\1');
    end if;
    for digit in select * from regexp_split_to_table(ltrim(text_of_number, '-+'), '') loop
        place := strpos('0123456789abcdefghijklmnopqrstuvwxyz', digit) - 1;
        if place < 0 or place >= base then
            raise 'invalid digit, Value ''%'', Pos 0, Type: Long', digit using errcode = '22023';
        end if;
        number := number * base + place;
    end loop;
    return case when text_of_number like '-%' then -number else number end;
end $$;

-- hash-functions.html. The values of these three are not Redshift's, only their types and their
-- being the same for the same argument.
create function pg_catalog.checksum(value anyelement) returns integer
language sql immutable as $$ select abs(hashtext(value::text)) $$;
create function pg_catalog.checksum(value text) returns integer
language sql immutable as $$ select abs(hashtext(value)) $$;
create function pg_catalog.fnv_hash(value anyelement) returns bigint
language sql immutable as $$ select hashtextextended(value::text, 0) $$;
create function pg_catalog.fnv_hash(value text) returns bigint
language sql immutable as $$ select hashtextextended(value, 0) $$;
create function pg_catalog.fnv_hash(value anyelement, seed bigint) returns bigint
language sql immutable as $$ select hashtextextended(value::text, seed) $$;
create function pg_catalog.farmfingerprint64(value text) returns bigint
language sql immutable as $$ select hashtextextended(value, 1) $$;
create function pg_catalog.murmur3_32_hash(value text) returns integer
language sql immutable as $$ select hashtext(value) $$;
create function pg_catalog.sha2(value text) returns text
language sql immutable as $$ select sha2(value, 256) $$;
-- SHA1.html: a server without extensions has no SHA-1
create function pg_catalog.sha1(value text) returns varchar language plpgsql immutable strict as $$
declare
    octets bytea := convert_to(value, 'UTF8');
    bits bigint := octet_length(octets) * 8;
    h bigint[] := array[1732584193, 4023233417, 2562383102, 271733878, 3285377520];
    w bigint[];
    a bigint; b bigint; c bigint; d bigint; e bigint; f bigint; k bigint; t bigint;
begin
    octets := octets || decode('80', 'hex');
    octets := octets || decode(repeat('00', (120 - octet_length(octets) % 64) % 64), 'hex')
        || decode(lpad(to_hex(bits), 16, '0'), 'hex');
    for chunk in 0 .. octet_length(octets) / 64 - 1 loop
        w := '{}';
        for i in 0 .. 15 loop
            w := w || ((get_byte(octets, chunk * 64 + i * 4)::bigint << 24)
                | (get_byte(octets, chunk * 64 + i * 4 + 1) << 16)
                | (get_byte(octets, chunk * 64 + i * 4 + 2) << 8)
                | get_byte(octets, chunk * 64 + i * 4 + 3));
        end loop;
        for i in 17 .. 80 loop
            t := w[i - 3] # w[i - 8] # w[i - 14] # w[i - 16];
            w := w || (((t << 1) | (t >> 31)) & 4294967295);
        end loop;
        a := h[1]; b := h[2]; c := h[3]; d := h[4]; e := h[5];
        for i in 1 .. 80 loop
            if i <= 20 then
                f := (b & c) | ((b # 4294967295) & d); k := 1518500249;
            elsif i <= 40 then
                f := b # c # d; k := 1859775393;
            elsif i <= 60 then
                f := (b & c) | (b & d) | (c & d); k := 2400959708;
            else
                f := b # c # d; k := 3395469782;
            end if;
            t := ((((a << 5) | (a >> 27)) & 4294967295) + f + e + k + w[i]) & 4294967295;
            e := d; d := c; c := ((b << 30) | (b >> 2)) & 4294967295; b := a; a := t;
        end loop;
        h := array[(h[1] + a) & 4294967295, (h[2] + b) & 4294967295, (h[3] + c) & 4294967295,
            (h[4] + d) & 4294967295, (h[5] + e) & 4294967295];
    end loop;
    return (select string_agg(lpad(to_hex(part), 8, '0'), '' order by place)
        from unnest(h) with ordinality as u (part, place));
end $$;
create function pg_catalog.sha(value text) returns varchar
language sql immutable as $$ select sha1(value) $$;
create function pg_catalog.func_sha1(value text) returns varchar
language sql immutable as $$ select sha1(value) $$;

-- Math_functions.html

-- r_ISNULL and r_NVL_function.html
create function pg_catalog.isnull(anycompatible, anycompatible) returns anycompatible
language sql immutable as $$ select coalesce($1, $2) $$;
create function pg_catalog.nvl(anycompatible, anycompatible, anycompatible, anycompatible)
returns anycompatible language sql immutable as $$ select coalesce($1, $2, $3, $4) $$;

-- r_TEXT_TO_INT_ALT and r_TEXT_TO_NUMERIC_ALT
create function pg_catalog.text_to_int_alt(value text) returns integer
language sql immutable as $$ select round(value::numeric)::integer $$;
create function pg_catalog.text_to_numeric_alt(value text) returns numeric
language sql immutable as $$ select round(value::numeric) $$;

-- varbyte-functions: a VARBYTE is PostgreSQL's bytea
create function pg_catalog.from_hex(digits text) returns bytea
language sql immutable as $$ select decode(digits, 'hex') $$;
create function pg_catalog.to_hex(value bytea) returns varchar
language sql immutable as $$ select encode(value, 'hex') $$;
create function pg_catalog.to_hex(value text) returns varchar
language sql immutable as $$ select encode(convert_to(value, 'UTF8'), 'hex') $$;
create function pg_catalog.to_varbyte(value text, form text) returns bytea
language sql immutable as $$
    select case lower(form) when 'hex' then decode(value, 'hex')
        when 'base64' then decode(value, 'base64') else convert_to(value, 'UTF8') end
$$;
create function pg_catalog.from_varbyte(value bytea, form text) returns varchar
language sql immutable as $$
    select case lower(form) when 'hex' then encode(value, 'hex')
        when 'base64' then encode(value, 'base64') else convert_from(value, 'UTF8') end
$$;
create function pg_catalog.getbit(value bytea, place integer) returns integer
language sql immutable as $$ select get_bit(value, place) $$;

-- r_System_information_functions.html
create function pg_catalog.current_user_id() returns integer language sql stable
as $$ select usesysid::integer from pg_user where usename = current_user $$;
create function pg_catalog.current_namespace() returns varchar
language sql stable as $$ select '00000000-0000-0000-0000-000000000000' $$;
create function pg_catalog.current_aws_account() returns varchar
language sql stable as $$ select '123456789012' $$;
create function pg_catalog.default_iam_role() returns varchar
language sql stable as $$ select null::varchar $$;
create function pg_catalog.slice_num() returns integer
language sql stable as $$ select 0 $$;
create function pg_catalog.pg_last_unload_id() returns bigint language sql stable
as $$ select coalesce(nullif(current_setting('standin.last_unload_id', true), ''), '-1')::bigint $$;
create function pg_catalog.pg_last_unload_count() returns bigint language sql stable
as $$ select coalesce(nullif(current_setting('standin.last_unload_count', true), ''), '0')::bigint $$;

-- r_TRY_CAST.html
create function pg_catalog.redshift_valid(value text, type_name text) returns text
language sql stable as $$ select case when pg_input_is_valid(value, type_name) then value end $$;
