/* Fuzz scanner.c in process, under AddressSanitizer and UndefinedBehaviorSanitizer.
 *
 *     fuzz_scanner SEED INPUTS SECONDS SHAPE... -- CORPUS_FILE...
 *
 * It ends after that many inputs or seconds; fuzz_scanner.py builds it and writes the shapes. Each
 * input is scanned whole and twice in random chunks, and what was read must be the same: rows,
 * values, validity bits, lines, indentation, commas and records. Every buffer ends where scanner.c
 * says that it may end, so that the sanitizer sees one byte too far.
 *
 * The digest that it prints is that of all that was read: builds with other words of copy_plain
 * print the same.
 */
#include "../../sparkify/records/scanner.c"

#include <sanitizer/asan_interface.h>
#include <stdio.h>
#include <time.h>

enum { ROOM = 100000, MANY = 1024, COLUMNS = 16, BUFFER = ROOM + (1 << 13) };

typedef struct {
    int32_t ignore_case, column_count, kinds[COLUMNS], field_count;
    field fields[64];
} shape;

typedef struct {
    byte *data;
    int64_t size;
} text;

static shape shapes[8];
static text corpus[MANY];
static int shape_count, corpus_count;
static byte *input_buffer, *buffers[COLUMNS][3];
static byte input[ROOM];
static int64_t input_size;
static uint64_t state;
static const char *where = "before the first input";

static uint64_t any(uint64_t below) {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (state >> 11) % below;
}

static uint64_t mixed(uint64_t digest, uint64_t value) {
    digest = (digest ^ value) * 0x9E3779B97F4A7C15ull;
    return digest ^ digest >> 29;
}

/* Input ------------------------------------------------------------------------------------- */

static void put_bytes(const void *from, int64_t size) {
    if (size > ROOM - input_size) size = ROOM - input_size;
    memcpy(input + input_size, from, (size_t)size);
    input_size += size;
}

static void put(const char *token) { put_bytes(token, (int64_t)strlen(token)); }

#define ONE_OF(tokens) tokens[any(sizeof tokens / sizeof *tokens)]

static const char *const VALUES[] = {
    "\"Ada\"", "7", "1541105830796", "218.93179", "null", "\"\"", "\"12\"", "200.0", "1e3", "0",
    "-0", "-12", "true", "false", "\" \"", "\" 5 \"", "\"+5\"", "\"007\"", "2.50", "12.5", "1E2",
    "1e-1", "1.5e1", "100e-2", "1e400", "-1e400", "0e999999999999", "1e-400", "2147483647",
    "2147483648", "-2147483648", "-2147483649", "9223372036854775807", "9223372036854775808",
    "123456789012345678", "1234567890123456789", "12345678901234567890.25", "0.1234567890123",
    "253402300799999", "253402300800000", "-62135596800000", "-62135596800001", "4.9e-324",
    "1.7976931348623157e308", "179769313486231580e291", "NaN", "-", "+1", "01", "1.", ".5", "1e",
    "999999999999999999", "99999999999999999.9", "1.00000000000000000", "1.000000000000000000",
    "0.00000000000000001e17", "1e18", "9e18", "1e19", "-0.0", "\"\xc3\xa9\"", "\"\\u00e9\"",
    "\"\\ud83d\\ude00\"", "\"\\ud800\"", "\"\\u0000\"", "\"\\n\"", "\"a\\\"b\"", "\"\xf0\x9f\x98\x80\"",
    "\"twelve bytes\"", "\"thirteen byte\"", "\"\\x\"", "\"\\u12g4\"", "\"tab\there\"", "\"\x7f\"",
    "\"exactly forty bytes of text are in here..\"", "\"2.5\"", "\"1e2\"", "\"nan\"", "\"-1.5\"", "[]",
    "{}", "[1,{\"length\":2.5},\"x\"]", "[0,{\"length\":1},null]", "{\"name\":\"Bo\",\"count\":3}",
    "{\"a\":1,\"a\":2}", "[1,]", "{\"a\":1,}", "nul", "truE", "nulll", "tru", "",
    "111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111"
    "1111111111111111111111111111111",
    "0.111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111"
    "111111111111111111111111111111111",
};
static const char *const KEYS[] = {
    "name", "count", "item", "length", "ts", "note", "user", "places", "other", "Name", "NAME", "tS",
    "na\xc3\xafve", "n\\u0061me", "", "nam", "names",
};
static const char *const SIGNS[] = {
    "{", "}", "[", "]", ",", ":", "\"", "\\", " ", "\t", "\r", "\n", "\n{", "\n[", "\\u", "\\ud83d",
    "\xff", "\xc3", "\xe2\x82", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xef\xbb\xbf", "\x1f", "e", "-",
    ".", "0", "null", "},{", "}}", "}\n{", "  ", ",,", "\"\"", "{}", "[]",
};
static const char *const SPACES[] = {"", "", "", " ", "\n", "\n  ", "\t", "\r\n"};
static const char *const BETWEEN[] = {
    "\n", "\n", "\n", "", " ", "\r\n", "\n\n", ",", ",\n", "\r", " \n  ", "\f", ", ,\n,",
};

static void put_value(int depth);

static void put_object(int depth) {
    const char *space = ONE_OF(SPACES);
    put("{");
    for (int i = 0, pairs = (int)any(8); i < pairs; i++) {
        put(i ? "," : "");
        put(space);
        put("\"");
        put(ONE_OF(KEYS));
        put("\":");
        put(space);
        put_value(depth + 1);
    }
    put(space);
    put("}");
}

static void put_array(int depth) {
    const char *space = ONE_OF(SPACES);
    put("[");
    for (int i = 0, values = (int)any(10); i < values; i++) {
        put(i ? "," : "");
        put(space);
        put_value(depth + 1);
    }
    put(space);
    put("]");
}

static void put_value(int depth) {
    uint64_t kind = any(16);
    if (depth < 6 && kind == 0) put_object(depth);
    else if (depth < 6 && kind == 1) put_array(depth);
    else put(ONE_OF(VALUES));
}

static const char *const FITTING[][6] = {
    [TEXT] = {"\"Ada\"", "\"\"", "\"\xc3\xa9\\u00e9\"", "-1.50", "true", "null"},
    [INTEGER] = {"7", "-2147483648", "200.0", "\" 12 \"", "1e3", "null"},
    [BIGINT] = {"0", "999999999999999999", "12e9", "\"-5\"", "\" \"", "null"},
    [DOUBLE] = {"218.93179", "-0.0", "1e-7", "\"2.5\"", "0.30000000000000004", "12"},
    [TIMESTAMP] = {"1541105830796", "253402300799999", "-62135596800000", "0", "\"1\"", "null"},
};

/* Put a value that fits a field, or nearly: a fault shows where all else is plain. */
static void put_fitting(const shape *like, const field *f, const char *space) {
    if (f->kind < OBJECT) {
        put(any(24) ? ONE_OF(FITTING[f->kind]) : ONE_OF(VALUES));
        return;
    }
    const field *child = like->fields + f->first_child, *end = child + f->children;
    put(f->kind == OBJECT ? "{" : "[");
    for (int64_t place = 0; child < end; place++) {
        int is_child = f->kind == OBJECT || child->place == place;
        put(place ? "," : "");
        put(space);
        if (is_child && f->kind == OBJECT && any(8)) put_bytes(child->key, child->key_bytes);
        else if (f->kind == OBJECT) put("\"other\"");
        if (f->kind == OBJECT) put(":");
        if (is_child) put_fitting(like, child++, space);
        else put("[{}]");
    }
    put(space);
    put(f->kind == OBJECT ? "}" : "]");
}

/* Put a deep nest, about as deep as may be, or deeper. */
static void put_nest(void) {
    int levels = MAX_DEPTH - 4 + (int)any(8);
    put("{\"other\":");
    for (int i = 0; i < levels; i++) put("[");
    for (int i = 0; i < levels; i++) put("]");
    put("}\n");
}

/* Replace bytes at a place. */
static void replace(int64_t at, int64_t removed, const void *other, int64_t size) {
    if (removed > input_size - at) removed = input_size - at;
    if (input_size - removed + size > ROOM) return;
    memmove(input + at + size, input + at + removed, (size_t)(input_size - at - removed));
    memcpy(input + at, other, (size_t)size);
    input_size += size - removed;
}

static void mutate(void) {
    static byte slice[ROOM];
    if (!input_size) return;
    int64_t at = (int64_t)any((uint64_t)input_size), other = (int64_t)any((uint64_t)input_size);
    int64_t size = 1 + (int64_t)any(24);
    const char *token;
    switch (any(7)) {
    case 0: replace(at, size, "", 0); break;
    case 1: input[at] = (byte)any(256); break;
    case 2: input[at] ^= (byte)(1 << any(8)); break;
    case 3:
        token = ONE_OF(SIGNS);
        replace(at, 0, token, (int64_t)strlen(token));
        break;
    case 4: {
        /* another value behind a colon */
        byte *colon = memchr(input + at, ':', (size_t)(input_size - at));
        token = ONE_OF(VALUES);
        if (colon) replace(colon + 1 - input, (int64_t)any(4), token, (int64_t)strlen(token));
        break;
    }
    case 5:
        if (size > input_size - other) size = input_size - other;
        memcpy(slice, input + other, (size_t)size);
        replace(at, 0, slice, size);
        break;
    default: input_size = at; /* cut short */
    }
}

/* Repeat a piece until the input is longer than what is taken to be a long record. */
static void lengthen(void) {
    static byte piece[ROOM];
    if (!input_size) return;
    int64_t at = (int64_t)any((uint64_t)input_size), size = 1 + (int64_t)any(40);
    if (size > input_size - at) size = input_size - at;
    int64_t goal = LONG_RECORD - 2000 + (int64_t)any(ROOM - LONG_RECORD), filled = 0;
    for (; filled + size < goal; filled += size) memcpy(piece + filled, input + at, (size_t)size);
    replace(at, 0, piece, filled);
}

static void make_input(const shape *like) {
    input_size = 0;
    uint64_t kind = any(16);
    if (kind == 0) {
        for (int i = 0, tokens = (int)any(60); i < tokens; i++) put(any(3) ? ONE_OF(SIGNS) : ONE_OF(VALUES));
    } else if (kind == 1) {
        for (int i = 0, bytes = (int)any(80); i < bytes; i++) {
            byte c = (byte)any(256);
            put_bytes(&c, 1);
        }
    } else if (kind < 6 && corpus_count) {
        for (int i = 0, files = 1 + (int)any(3); i < files; i++) {
            const text *file = &corpus[any((uint64_t)corpus_count)];
            put_bytes(file->data, file->size);
        }
    } else {
        const char *between = ONE_OF(BETWEEN);
        for (int i = 0, records = (int)any(8); i < records; i++) {
            uint64_t record = any(16);
            if (record < 9) put_fitting(like, like->fields, ONE_OF(SPACES));
            else if (record < 14) put_object(0);
            else put_array(0);
            put(between);
        }
        if (!any(64)) put_nest();
    }
    for (uint64_t mutations = any(4); mutations; mutations--) mutate();
    if (!any(3000)) lengthen();
}

/* Scans ------------------------------------------------------------------------------------- */

static void show_input(void) {
    fprintf(stderr, "%s, input of %lld bytes:\n", where, (long long)input_size);
    for (int64_t i = 0; i < input_size; i++) {
        byte c = input[i];
        if (c >= ' ' && c < 0x7f && c != '\\' && c != '\'') fputc(c, stderr);
        else fprintf(stderr, "\\x%02x", c);
    }
    fputc('\n', stderr);
}

static void fail(const char *reason) {
    fprintf(stderr, "FAULT: %s\n", reason);
    show_input();
    exit(1);
}

/* Let a buffer of that size end with what was allocated. */
static void *at_end_of(byte *buffer, int64_t size) { return buffer + BUFFER - size; }

static int64_t value_bytes(int32_t kind) { return kind == TEXT || kind == INTEGER ? 4 : 8; }

static void give_buffers(scan *s, const shape *like, int64_t most_text) {
    for (int32_t i = 0; i < s->column_count; i++) {
        column *c = &s->columns[i];
        c->valid = at_end_of(buffers[i][0], s->most_rows / 8);
        c->values = at_end_of(buffers[i][1], (s->most_rows + 1) * value_bytes(like->kinds[i]));
        c->text = like->kinds[i] == TEXT ? at_end_of(buffers[i][2], most_text) : 0;
    }
}

static void clear_batch(scan *s) {
    s->row = s->bytes = 0;
    for (int32_t i = 0; i < s->column_count; i++) {
        column *c = &s->columns[i];
        memset(c->valid, 0, (size_t)s->most_rows / 8);
        c->used = c->filled = 0;
        if (c->text) ((int32_t *)c->values)[0] = 0;
    }
}

static uint64_t text_digest(uint64_t digest, const char *at, int64_t size) {
    digest = mixed(digest, (uint64_t)size);
    while (size--) digest = mixed(digest, (byte)*at++);
    return digest;
}

static uint64_t batch_digest(const scan *s, const shape *like, uint64_t digest) {
    digest = mixed(digest, (uint64_t)s->row);
    digest = mixed(digest, (uint64_t)s->bytes);
    for (int32_t i = 0; i < s->column_count; i++) {
        const column *c = &s->columns[i];
        for (int64_t at = 0; at < s->most_rows / 8; at++) digest = mixed(digest, c->valid[at]);
        for (int64_t row = 0; row < s->row; row++) {
            const int32_t *small = (const int32_t *)c->values + row;
            int is_filled = c->valid[row >> 3] >> (row & 7) & 1;
            if (c->text) digest = text_digest(digest, c->text + small[0], small[1] - small[0]);
            else if (is_filled && value_bytes(like->kinds[i]) == 4) digest = mixed(digest, (uint64_t)*small);
            else if (is_filled) digest = mixed(digest, ((const uint64_t *)c->values)[row]);
        }
    }
    return digest;
}

static uint64_t place_digest(const scan *s, uint64_t digest) {
    int64_t place[] = {s->line, s->indent, s->fresh, s->commas, s->commas_line, s->records};
    for (size_t i = 0; i < sizeof place / sizeof *place; i++) digest = mixed(digest, (uint64_t)place[i]);
    return digest;
}

/* Scan some of the input, so that nothing may be read before it or SLACK bytes behind it. */
static int32_t scan_part(scan *s, int64_t from, int64_t to, int is_last) {
    ASAN_UNPOISON_MEMORY_REGION(input_buffer, BUFFER);
    s->at = 0;
    s->have = to - from;
    s->input = at_end_of(input_buffer, s->have + SLACK);
    memcpy(s->input, input + from, (size_t)s->have);
    memset(s->input + s->have, '"', SLACK); /* the scanner has to clear it */
    ASAN_POISON_MEMORY_REGION(input_buffer, (size_t)(s->input - input_buffer));
    int32_t outcome = scan_records(s, 0, 0, is_last);
    if (s->at < 0 || s->at > s->have) fail("the scanner left its input");
    if (outcome == NEEDS_BYTES && is_last && s->at < s->have) fail("bytes were left at the end");
    return outcome;
}

/* Return the digest of all that is plain. Where a record is not, its line is passed over.
 *
 * A record that is cut may be NOT_PLAIN, as Python would take the bytes that follow: so does this,
 * and only a record that is not plain with all bytes of the input is none. */
static uint64_t scan_digest(scan *s, const shape *like, int in_chunks) {
    uint64_t digest = 0;
    int64_t from = 0, to = in_chunks ? 0 : input_size;
    uint64_t most = in_chunks == 1 ? 4 + (uint64_t)input_size / 100 : 1 + (uint64_t)input_size;
    s->commas = s->commas_line = s->records = s->indent = 0;
    s->line = s->fresh = 1;
    clear_batch(s);
    for (int is_last = !in_chunks;;) {
        if (in_chunks) {
            is_last = to == input_size;
            to += 1 + (int64_t)any(most);
            if (to > input_size) to = input_size;
        }
        for (;;) {
            int32_t outcome = scan_part(s, from, to, is_last);
            from += s->at;
            if (outcome == NEEDS_BYTES) break;
            if (outcome == NOT_PLAIN && !is_last) {
                int64_t most_rows = s->most_rows;
                s->most_rows = s->row + 1;
                outcome = scan_part(s, from, input_size, 1);
                s->most_rows = most_rows;
                from += s->at;
                if (to < from) to = from;
                if (outcome != NOT_PLAIN) continue;
            }
            if (outcome == BATCH_IS_FULL) {
                digest = batch_digest(s, like, digest);
                clear_batch(s);
            } else if (outcome == NOT_PLAIN) {
                digest = place_digest(s, digest);
                int is_line = 0;
                while (from < input_size && !is_line) is_line = input[from++] == '\n';
                s->line += is_line;
                s->indent = 0;
                s->fresh = 1;
            }
            if (to < from) to = from;
        }
        if (is_last) break;
    }
    digest = batch_digest(s, like, digest);
    return place_digest(s, digest);
}

/* Return where the record ends that the input begins with, and the state of its frame: given whole,
 * or in pieces of which each ends where its memory does, but for one 0. */
static uint64_t frame_digest(int in_pieces) {
    static frame f;
    int64_t from = 0, to = in_pieces ? 1 : input_size, indent = input_size % 3;
    int32_t ended = 0;
    begin_frame(&f, input[0], indent);
    while (!ended) {
        if (in_pieces) to += (int64_t)any((uint64_t)input_size / 4 + 2);
        if (to > input_size) to = input_size;
        ASAN_UNPOISON_MEMORY_REGION(input_buffer, BUFFER);
        byte *piece = at_end_of(input_buffer, to - from + 1);
        memcpy(piece, input + from, (size_t)(to - from));
        piece[to - from] = 0;
        ASAN_POISON_MEMORY_REGION(input_buffer, (size_t)(piece - input_buffer));
        int64_t at = frame_record(&f, piece, to - from, to == input_size, &ended);
        if (at < 0 || at > to - from) fail("the frame left its input");
        from += at;
    }
    if (f.objects < 0 || f.deeper < 0 || f.open_count < 0) fail("more was closed than opened");
    return mixed((uint64_t)from, (uint64_t)f.is_commas);
}

/* Files ------------------------------------------------------------------------------------- */

static int64_t read_file(const char *path, void *to, int64_t room) {
    FILE *file = fopen(path, "rb");
    if (!file) fail(path);
    int64_t size = (int64_t)fread(to, 1, (size_t)room, file);
    fclose(file);
    return size;
}

static void read_arguments(char **arguments) {
    static byte content[ROOM];
    for (; *arguments && strcmp(*arguments, "--"); arguments++) {
        shape *read = &shapes[shape_count++];
        int64_t size = read_file(*arguments, read, sizeof *read);
        int64_t wanted = (int64_t)((char *)read->fields - (char *)read) + read->field_count * (int64_t)sizeof(field);
        if (size != wanted) fail("the structures are not those of native_scanner.py");
    }
    for (arguments += *arguments != 0; *arguments && corpus_count < MANY; arguments++) {
        text *read = &corpus[corpus_count++];
        read->size = read_file(*arguments, content, ROOM);
        read->data = malloc((size_t)read->size + 1);
        memcpy(read->data, content, (size_t)read->size);
    }
    if (!shape_count) fail("there is no shape");
}

int main(int count, char **arguments) {
    if (count < 5) return 2;
    uint64_t seed = strtoull(arguments[1], 0, 10), inputs = strtoull(arguments[2], 0, 10);
    double seconds = strtod(arguments[3], 0);
    read_arguments(arguments + 4);
    __asan_set_death_callback(show_input);
    state = seed * 2654435761u + 88172645463325252ull;
    input_buffer = malloc(BUFFER);
    for (int i = 0; i < COLUMNS; i++)
        for (int j = 0; j < 3; j++) buffers[i][j] = malloc(BUFFER);

    static char name[64];
    uint64_t digest = 0, done = 0, bytes = 0, records = 0;
    int64_t attempts[8] = {0};
    time_t start = time(0);
    for (; done < inputs && (done % 256 || difftime(time(0), start) < seconds); done++) {
        snprintf(name, sizeof name, "seed %llu, input %llu", (unsigned long long)seed, (unsigned long long)done);
        where = name;
        int which = (int)any((uint64_t)shape_count);
        shape *like = &shapes[which];
        make_input(like);
        column columns[COLUMNS] = {{0}};
        scan s = {.fields = like->fields, .columns = columns, .column_count = like->column_count};
        s.ignore_case = like->ignore_case;
        s.most_rows = 8 + 8 * (int64_t)any(4);
        s.most_bytes = 1 + (int64_t)any(2000);
        s.attempt = attempts[which];
        give_buffers(&s, like, s.most_bytes + input_size + SLACK);
        uint64_t whole = scan_digest(&s, like, 0);
        digest = mixed(digest, whole);
        records += (uint64_t)s.records;
        bytes += (uint64_t)input_size;
        for (int mode = 1; mode <= 2; mode++)
            if (scan_digest(&s, like, mode) != whole) fail(mode == 1 ? "small chunks differ" : "chunks differ");
        attempts[which] = s.attempt;
        if (!input_size) continue;
        uint64_t extent = frame_digest(0);
        digest = mixed(digest, extent);
        if (frame_digest(1) != extent) fail("a frame differs in pieces");
    }
    printf("{\"inputs\": %llu, \"bytes\": %llu, \"records\": %llu, \"digest\": \"%016llx\"}\n",
           (unsigned long long)done, (unsigned long long)bytes, (unsigned long long)records,
           (unsigned long long)digest);
    return 0;
}
