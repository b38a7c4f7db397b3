"""The SQL that the stand-in accepts and rejects, as Redshift's documentation has it."""

# ruff: noqa: DTZ001 - a TIMESTAMP has no zone

import datetime
import threading
from collections.abc import Iterator
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from redshift_standin.client import Client
from redshift_standin.standin import Login, Standin


@pytest.fixture(scope="module")
def module_client(standin: Standin) -> Iterator[Client]:
    connected = Client(standin.login(standin.new_database()))
    yield connected
    connected.close()


@pytest.fixture
def shared(module_client: Client) -> Iterator[Client]:
    """Give a client for tests that commit nothing."""
    yield module_client
    module_client.connection.rollback()


# Strings


def test_a_varchar_is_as_long_as_its_bytes(client: Client) -> None:
    """See <https://docs.aws.amazon.com/redshift/latest/dg/r_Character_types.html>."""
    client.run("create table t (v varchar(5))")
    client.run("insert into t values ('ééa')")
    client.connection.commit()
    for text in ("'ééé'", "'abcdef'", "cast('abcdef' as varchar(6))"):
        said = client.rejected(f"insert into t select {text}")
        assert (said["C"], "varchar" in said["M"] or "varying(5)" in said["M"]) == ("22001", True)
    assert client.run("select v from t") == [("ééa",)]


def test_a_cast_cuts_at_whole_characters(shared: Client) -> None:
    """See <https://docs.aws.amazon.com/redshift/latest/dg/r_CAST_function.html>."""
    assert shared.run("select 'ééé'::varchar(5), cast('abcdef' as varchar(3))") == [("éé", "abc")]


def test_only_blanks_too_many_are_cut(shared: Client) -> None:
    """See <https://docs.aws.amazon.com/redshift/latest/dg/r_Character_types.html>."""
    shared.run("create table t (v varchar(3))")
    shared.run("insert into t values ('ab     ')")
    assert shared.run("select v from t") == [("ab ",)]


@pytest.mark.parametrize("column_type", ["text", "varchar", "character varying", "nvarchar"])
def test_a_string_column_without_a_length_has_256_bytes(client: Client, column_type: str) -> None:
    """See <https://docs.aws.amazon.com/redshift/latest/dg/r_Character_types.html>."""
    client.run(f"create table t (v {column_type})")
    client.run("insert into t values (repeat('x', 256))")
    client.connection.commit()
    assert "varying(256)" in client.rejected("insert into t values (repeat('x', 257))")["M"]


def test_varchar_max_is_65535_and_more_is_rejected(client: Client) -> None:
    """See <https://docs.aws.amazon.com/redshift/latest/dg/r_Character_types.html>."""
    client.run("create table t (v varchar(max))")
    client.run("insert into t values (repeat('x', 65535))")
    client.connection.commit()
    client.rejected("insert into t values (repeat('x', 65536))")
    assert "65535" in client.rejected("create table u (v varchar(65536))")["M"]


def test_a_length_outlives_create_table_as(shared: Client) -> None:
    """See <https://docs.aws.amazon.com/redshift/latest/dg/r_CREATE_TABLE_AS.html>."""
    shared.run("create temp table t as select 'a'::varchar(3) as v")
    assert shared.rejected("insert into t values ('four')")["C"] == "22001"


def test_a_char_column_takes_single_byte_characters_only(client: Client) -> None:
    """See <https://docs.aws.amazon.com/redshift/latest/dg/r_Character_types.html>."""
    client.run("create table t (c char(3))")
    client.connection.commit()
    assert client.rejected("insert into t values ('é')")["C"] == "22001"


def test_trailing_blanks_do_not_count_when_strings_are_compared(shared: Client) -> None:
    """See <https://docs.aws.amazon.com/redshift/latest/dg/r_Character_types.html>."""
    shared.run("create table t (v varchar(9))")
    shared.run("insert into t values ('ab'), ('ab   '), (' ab')")
    assert shared.run("select count(*) from t where v = 'ab'") == [(2,)]
    assert shared.run("select count(distinct v) from t") == [(2,)]
    assert shared.run("select count(*) from t as a inner join t as b on a.v = b.v") == [(5,)]
    assert shared.run("select count(*) from (select v from t group by v) as g") == [(2,)]


def test_trailing_blanks_count_in_the_length_of_a_varchar(shared: Client) -> None:
    """See <https://docs.aws.amazon.com/redshift/latest/dg/r_LEN.html>."""
    assert shared.run("select len('ab '::varchar(5)), octet_length('é')") == [(3, 2)]


def test_a_backslash_escapes_in_a_literal(shared: Client) -> None:
    """See <https://docs.aws.amazon.com/redshift/latest/dg/REGEXP_REPLACE.html>."""
    assert shared.run(r"select 'it\'s', 'a\\b', sysdate > '2020-01-01'") == [("it's", r"a\b", True)]


def test_listagg_joins_in_order(shared: Client) -> None:
    """See <https://docs.aws.amazon.com/redshift/latest/dg/r_LISTAGG.html>."""
    shared.run("create table t (a int)")
    shared.run("insert into t values (2), (1), (2)")
    listed = shared.run(
        "select listagg(a, ',') within group (order by a),"
        " listagg(distinct a, ',') within group (order by a) from t"
    )
    assert listed == [("1,2,2", "1,2")]


# Numbers


def test_integers_divide_to_an_integer(shared: Client) -> None:
    """See <https://docs.aws.amazon.com/redshift/latest/dg/r_OPERATOR_SYMBOLS.html>."""
    assert shared.run("select 7 / 2, -7 / 2, 7 / 2.0 > 3.4") == [(3, -3, True)]


@pytest.mark.parametrize(
    ("quotient", "value"),
    [
        ("cast(7 as decimal(8, 2)) / cast(3 as decimal(8, 2))", "2.333333333"),
        ("cast(7 as decimal(10, 2)) / 3", "2.3333333333333"),
        ("7 / cast(2 as decimal(3, 1))", "3.5000"),
        ("1.00 / 3.000", "0.3333"),
        ("1 / 3.0", "0.3333"),
        ("1.0 / 3", "0.333333333333"),
    ],
)
def test_a_quotient_of_decimals_has_the_scale_of_the_table(
    shared: Client, quotient: str, value: str
) -> None:
    """See <https://docs.aws.amazon.com/redshift/latest/dg/r_numeric_computations201.html>."""
    [(found,)] = shared.run(f"select {quotient}")
    assert str(found) == value


def test_the_average_of_integers_is_cut(shared: Client) -> None:
    """See <https://docs.aws.amazon.com/redshift/latest/dg/r_AVG.html>."""
    shared.run("create table t (a int, b bigint, c numeric(5, 2), d float)")
    shared.run("insert into t values (1, 1, 1, 1), (2, 2, 2, 2), (null, null, null, null)")
    row = shared.run("select avg(a), avg(b), avg(c), avg(d) from t")[0]
    assert row == (1, 1, Decimal("1.5"), 1.5)
    assert shared.run("select avg(a) over () from t limit 1") == [(1,)]
    assert shared.run("select avg(a) from t where a > 9") == [(None,)]


def test_greatest_and_least_ignore_nulls(shared: Client) -> None:
    """See <https://docs.aws.amazon.com/redshift/latest/dg/r_GREATEST_LEAST.html>."""
    row = shared.run("select greatest(1, null, 3), least(null, 2, 1), greatest(null::int, null)")[0]
    assert row == (3, 1, None)


def test_nvl_takes_the_first_that_is_not_null(shared: Client) -> None:
    """See <https://docs.aws.amazon.com/redshift/latest/dg/r_NVL_function.html>."""
    assert shared.run("select nvl(null, 'b'), nvl2(1, 'x', 'y'), nvl2(null::int, 'x', 'y')") == [
        ("b", "x", "y")
    ]


def test_decode_takes_null_for_equal_to_null(shared: Client) -> None:
    """See <https://docs.aws.amazon.com/redshift/latest/dg/r_DECODE_expression.html>."""
    assert shared.run("select decode(2, 1, 'a', 2, 'b'), decode(9, 1, 'a', 'other')") == [
        ("b", "other")
    ]


# Time


def test_extract_is_an_integer(shared: Client) -> None:
    """See <https://docs.aws.amazon.com/redshift/latest/dg/r_EXTRACT_function.html>."""
    row = shared.run(
        "select extract(dow from t), extract(week from t), extract(sec from t), extract(ms from t),"
        " extract(year from t), extract(epoch from t)"
        " from (select timestamp '2018-11-04 12:08:43.101' as t) as s"
    )[0]
    assert row == (0, 44, 43, 101, 2018, 1541333323)
    assert all(type(value) is int for value in row)


def test_date_part_keeps_the_fraction_of_a_second(shared: Client) -> None:
    """See <https://docs.aws.amazon.com/redshift/latest/dg/r_Dateparts_for_datetime_functions.html>."""
    moment = "timestamp '2009-09-21 11:10:03.189717'"
    assert shared.run(f"select extract(sec from {moment}), date_part(sec, {moment})") == [
        (3, 3.189717)
    ]


def test_datediff_counts_boundaries(shared: Client) -> None:
    """See <https://docs.aws.amazon.com/redshift/latest/dg/r_DATEDIFF_function.html>."""
    row = shared.run(
        "select datediff(year, '2008-12-31', '2009-01-01'),"
        " datediff(week, '2009-01-01', '2009-12-31'),"
        " datediff(hours, timestamp '2009-01-01 08:59:00', timestamp '2009-01-01 10:00:00'),"
        " datediff(day, timestamp '2018-11-02 00:00:00', timestamp '2018-11-01 23:59:59')"
    )[0]
    assert row == (1, 52, 2, -1)


def test_dateadd_of_a_month_stays_in_the_month(shared: Client) -> None:
    """See <https://docs.aws.amazon.com/redshift/latest/dg/r_DATEADD_function.html>."""
    row = shared.run(
        "select dateadd(month, 1, '2008-01-31'), dateadd(day, -30, date '2008-01-31'),"
        " dateadd(ms, 1541105830796, '1970-01-01')"
    )[0]
    assert row == (
        datetime.datetime(2008, 2, 29),
        datetime.datetime(2008, 1, 1),
        datetime.datetime(2018, 11, 1, 20, 57, 10, 796000),
    )


def test_a_week_begins_on_monday(shared: Client) -> None:
    """See <https://docs.aws.amazon.com/redshift/latest/dg/r_DATE_TRUNC.html>."""
    assert shared.run("select date_trunc('week', date '2018-11-04')") == [
        (datetime.datetime(2018, 10, 29),)
    ]


def test_sysdate_is_the_start_of_the_transaction_in_utc(client: Client) -> None:
    """See <https://docs.aws.amazon.com/redshift/latest/dg/r_SYSDATE.html>."""
    first = client.value("sysdate")
    assert client.value("sysdate") == first
    assert abs(first - datetime.datetime.now(datetime.UTC).replace(tzinfo=None)).seconds < 60
    client.connection.commit()
    assert client.value("sysdate") > first


def test_getdate_has_no_fraction(shared: Client) -> None:
    """See <https://docs.aws.amazon.com/redshift/latest/dg/r_GETDATE.html>."""
    assert shared.value("getdate()").microsecond == 0


moments = st.datetimes(datetime.datetime(1900, 1, 1), datetime.datetime(2100, 1, 1))


@settings(max_examples=30, deadline=None)
@given(first=moments, last=moments)
def test_dateadd_and_datediff_of_days_agree(
    shared: Client, first: datetime.datetime, last: datetime.datetime
) -> None:
    days = shared.run("select datediff(day, %s::timestamp, %s::timestamp)", first, last)
    assert days == [((last.date() - first.date()).days,)]
    moved = shared.run(f"select dateadd(day, {days[0][0]}, %s::timestamp)", first)[0][0]
    assert moved.date() == last.date()


# Tables


def test_keys_are_taken_and_not_enforced(shared: Client) -> None:
    """See <https://docs.aws.amazon.com/redshift/latest/dg/t_Defining_constraints.html>."""
    shared.run("create table parent (id int primary key)")
    shared.run(
        "create table child (id int, parent int references parent (id), name varchar(9) unique,"
        " primary key (id), unique (name, parent), foreign key (parent) references parent (id))"
    )
    shared.run("insert into child values (1, 77, 'a'), (1, 77, 'a')")
    assert shared.run("select count(*) from child") == [(2,)]


def test_not_null_is_enforced_also_where_a_key_implies_it(client: Client) -> None:
    """See <https://docs.aws.amazon.com/redshift/latest/dg/t_Defining_constraints.html>."""
    client.run("create table t (a int not null, b int primary key, c int, primary key (c))")
    client.connection.commit()
    for row in ("(null, 1, 1)", "(1, null, 1)", "(1, 1, null)"):
        assert client.rejected(f"insert into t values {row}")["C"] == "23502"


def test_physical_design_is_taken(shared: Client) -> None:
    """See <https://docs.aws.amazon.com/redshift/latest/dg/r_CREATE_TABLE_NEW.html>."""
    shared.run(
        "create table a (x bigint not null encode az64, y varchar(9) encode lzo default 'q')"
        " diststyle key distkey (x) compound sortkey (x, y)"
    )
    shared.run("create table b (x int distkey, y int not null sortkey) backup no")
    shared.run("create table c (x int) diststyle auto sortkey auto encode auto")
    shared.run("create table d distkey (x) sortkey (y) as select x, y from b")
    assert shared.run("insert into a (x) values (1)") == []


def test_an_identity_numbers_rows_from_its_seed(client: Client) -> None:
    """See <https://docs.aws.amazon.com/redshift/latest/dg/r_CREATE_TABLE_NEW.html>."""
    client.run("create table t (id bigint identity(0, 1), v int)")
    client.run("create table u (id bigint generated by default as identity(5, 2), v int)")
    client.run("insert into t (v) values (7), (8)")
    client.run("insert into u (v) values (7)")
    client.run("insert into u (id, v) values (100, 8)")
    client.connection.commit()
    assert client.run("select id from t union all select id from u order by 1") == [
        (0,),
        (1,),
        (5,),
        (100,),
    ]
    client.rejected("insert into t (id, v) values (1, 2)")


@pytest.mark.parametrize("name", ["create temp table t", "create temporary table t"])
def test_a_temporary_table_is_its_sessions_own(client: Client, login: Login, name: str) -> None:
    """See <https://docs.aws.amazon.com/redshift/latest/dg/r_CREATE_TABLE_NEW.html>."""
    client.run("create table model (a int not null default 3, v varchar(5))")
    client.run(f"{name} (like model including defaults)")
    client.connection.commit()
    client.run("insert into t (v) values ('x')")
    assert client.run("select a, v from t") == [(3, "x")]
    client.connection.commit()
    assert client.rejected("insert into t (a) values (null)")["C"] == "23502"
    other = Client(login)
    assert other.rejected("select * from t")["C"] == "42P01"
    other.close()


def test_a_name_with_a_hash_is_a_temporary_table(client: Client, login: Login) -> None:
    """See <https://docs.aws.amazon.com/redshift/latest/dg/r_CREATE_TABLE_NEW.html>."""
    client.run("create table #t (a int)")
    client.run("insert into #t values (1)")
    client.connection.commit()
    assert client.run("select a from #t") == [(1,)]
    other = Client(login)
    assert other.rejected("select a from #t")["C"] == "42P01"
    other.close()


def test_names_have_no_case_even_in_quotes(shared: Client) -> None:
    """See <https://docs.aws.amazon.com/redshift/latest/dg/r_names.html>."""
    shared.run('create table "Things" ("userId" int)')
    assert shared.run('select userid, "USERID" from THINGS') == []


def test_a_client_can_look_around(shared: Client) -> None:
    """See <https://docs.aws.amazon.com/redshift/latest/dg/r_SVV_TABLE_INFO.html>."""
    shared.run("create table t (a int not null, v varchar(5))")
    shared.run("create table empty (a int)")
    shared.run("insert into t values (1, 'x')")
    shared.run("comment on table t is 'things'")
    tables = "select table_name from {} where table_schema = 'public' order by 1"
    for view in ("information_schema.tables", "svv_tables"):
        assert shared.run(tables.format(view)) == [("empty",), ("t",)]
    columns = shared.run(
        "select column_name, data_type, character_maximum_length from svv_columns"
        " where table_name = 't' order by ordinal_position"
    )
    assert columns == [("a", "integer", None), ("v", "character varying", 5)]
    assert shared.run('select "table", tbl_rows from svv_table_info') == [("t", 1)]
    assert shared.run("select \"column\", type from pg_table_def where tablename = 'empty'") == [
        ("a", "integer")
    ]


def test_users_groups_and_grants_are_taken(shared: Client) -> None:
    """See <https://docs.aws.amazon.com/redshift/latest/dg/r_GRANT.html>."""
    shared.run("create table t (a int)")
    shared.run("create group analysts")
    shared.run("grant select on t to group analysts")
    shared.run("revoke select on t from group analysts")
    shared.connection.rollback()


# Transactions


def test_ddl_is_undone_by_a_rollback(shared: Client) -> None:
    """See <https://docs.aws.amazon.com/redshift/latest/dg/c_serial_isolation.html>."""
    shared.run("create table t (a int)")
    shared.connection.rollback()
    assert shared.rejected("select * from t")["C"] == "42P01"


def test_truncate_commits_what_was_open(client: Client) -> None:
    """See <https://docs.aws.amazon.com/redshift/latest/dg/r_TRUNCATE.html>."""
    client.run("create table t (a int)")
    client.run("create table u (a int)")
    client.run("insert into t values (1)")
    client.run("insert into u values (1)")
    client.run("truncate table u")
    client.connection.rollback()
    assert client.run("select (select count(*) from t), (select count(*) from u)") == [(1, 0)]


def test_an_error_aborts_the_transaction(client: Client) -> None:
    """See <https://docs.aws.amazon.com/redshift/latest/dg/r_BEGIN.html>."""
    client.run("create table t (a int)")
    client.connection.commit()
    client.run("insert into t values (1)")
    for rejected in ("select 1 / 0", "select string_agg('a', 'b')"):
        with pytest.raises(Exception, match=r"zero|string_agg|aborted"):
            client.run(rejected)
        with pytest.raises(Exception, match="aborted"):
            client.run("select 1")
    client.connection.rollback()
    assert client.run("select count(*) from t") == [(0,)]


def test_a_transaction_sees_what_was_committed_when_it_began(client: Client, login: Login) -> None:
    """See <https://docs.aws.amazon.com/redshift/latest/dg/c_serial_isolation.html>."""
    client.run("create table t (a int)")
    client.connection.commit()
    assert client.run("select count(*) from t") == [(0,)]
    other = Client(login)
    other.run("insert into t values (1)")
    other.connection.commit()
    other.close()
    assert client.run("select count(*) from t") == [(0,)]
    client.connection.commit()
    assert client.run("select count(*) from t") == [(1,)]


def test_lock_lets_one_transaction_in_after_the_other(client: Client, login: Login) -> None:
    """See <https://docs.aws.amazon.com/redshift/latest/dg/r_LOCK.html>."""
    client.run("create table t (a int)")
    client.connection.commit()
    client.run("lock table t")
    client.run("insert into t values (1)")
    seen: list[tuple[int, ...]] = []

    def wait_for_the_lock() -> None:
        other = Client(login)
        other.run("lock t")
        seen.extend(other.run("select count(*) from t"))
        other.close()

    waiting = threading.Thread(target=wait_for_the_lock)
    waiting.start()
    waiting.join(0.3)
    assert seen == []
    client.connection.commit()
    waiting.join(10)
    assert seen == [(1,)]


def test_two_updates_of_a_row_are_a_serializable_violation(client: Client, login: Login) -> None:
    """See <https://docs.aws.amazon.com/redshift/latest/dg/c_serial_isolation-serializable-isolation-troubleshooting.html>."""
    client.run("create table t (a int)")
    client.run("insert into t values (1)")
    client.connection.commit()
    client.run("select * from t")
    other = Client(login)
    other.run("update t set a = 2")
    other.connection.commit()
    other.close()
    assert client.rejected("update t set a = 3")["M"] == "1023"


@pytest.mark.parametrize("command", ["alter table t append from u", "vacuum t", "vacuum"])
def test_some_commands_take_no_transaction(client: Client, command: str) -> None:
    """See <https://docs.aws.amazon.com/redshift/latest/dg/r_ALTER_TABLE_APPEND.html>."""
    client.run("create table t (a int)")
    client.run("create table u (a int)")
    client.run("insert into u values (1)")
    client.connection.commit()
    client.run("select 1")
    assert "transaction block" in client.rejected(command)["M"]
    client.connection.autocommit = True
    client.run(command)


def test_append_moves_the_rows(client: Client) -> None:
    """See <https://docs.aws.amazon.com/redshift/latest/dg/r_ALTER_TABLE_APPEND.html>."""
    client.connection.autocommit = True
    client.run("create table t (a int)")
    client.run("create table u (a int)")
    client.run("insert into u values (1)")
    client.run("alter table t append from u")
    assert client.run("select (select count(*) from t), (select count(*) from u)") == [(1, 0)]


# Queries


def test_qualify_filters_by_a_window(shared: Client) -> None:
    """See <https://docs.aws.amazon.com/redshift/latest/dg/r_QUALIFY_clause.html>."""
    shared.run("create table t (k int, v int)")
    shared.run("insert into t values (1, 1), (1, 2), (2, 5)")
    last = "row_number() over (partition by k order by v desc) = 1"
    assert shared.run(f"select k, v from t as s qualify {last} order by k") == [(1, 2), (2, 5)]
    assert shared.run(f"select k, v from t where v < 5 qualify {last}") == [(1, 2)]
    assert shared.rejected(f"select k from t qualify {last}")["C"] == "42601"


def test_a_with_stands_between_insert_and_its_select(client: Client) -> None:
    """See <https://docs.aws.amazon.com/redshift/latest/dg/r_WITH_clause.html>."""
    client.run("create table t (a int)")
    client.run("insert into t (a) with one as (select 1 as a) select a from one")
    assert client.run("select a from t") == [(1,)]
    client.connection.commit()
    assert client.rejected("with one as (select 1 as a) insert into t select a from one")


def test_nulls_sort_last_and_first_where_descending(shared: Client) -> None:
    """See <https://docs.aws.amazon.com/redshift/latest/dg/r_ORDER_BY_clause.html>."""
    shared.run("create table t (a int)")
    shared.run("insert into t values (1), (null)")
    assert shared.run("select a from t order by a") == [(1,), (None,)]
    assert shared.run("select a from t order by a desc") == [(None,), (1,)]
    assert shared.run("select a from t order by a desc nulls last") == [(1,), (None,)]


# MERGE

MERGE = (
    "merge into t using {source} on t.k = s.k when matched then update set v = s.v"
    " when not matched then insert (k, v) values (s.k, s.v)"
)


@pytest.fixture
def merging(shared: Client) -> Client:
    shared.run("create table t (k int, v varchar(9))")
    shared.run("create table s (k int, v varchar(9))")
    shared.run("insert into t values (1, 'old'), (2, 'kept')")
    shared.run("insert into s values (1, 'new'), (3, 'added')")
    return shared


@pytest.mark.parametrize("source", ["s", "(select k, v from s) as s"])
def test_merge_updates_and_inserts(merging: Client, source: str) -> None:
    """See <https://docs.aws.amazon.com/redshift/latest/dg/r_MERGE.html>."""
    merging.run(MERGE.format(source=source))
    assert merging.run("select k, v from t order by k") == [(1, "new"), (2, "kept"), (3, "added")]


def test_merge_rejects_two_matches_for_a_row(merging: Client) -> None:
    """See <https://docs.aws.amazon.com/redshift/latest/dg/r_MERGE.html>."""
    merging.run("insert into s values (1, 'again')")
    said = merging.rejected(MERGE.format(source="s"))["M"]
    assert said == "Found multiple matches to update the same tuple"


UPDATE = "when matched then update set v = s.v"
INSERT = "when not matched then insert (k, v) values (s.k, s.v)"


@pytest.mark.parametrize(
    ("merge", "said"),
    [
        (f"merge into t as a using s on a.k = s.k {UPDATE} {INSERT}", "syntax error"),
        (f"merge into t using s on t.k = s.k {UPDATE}", "single WHEN clause"),
        (f"merge into t using s on t.k = s.k {INSERT}", "single WHEN clause"),
        (f"merge into t using s on t.k = s.k {UPDATE} {UPDATE} {INSERT}", "syntax error"),
        (
            f"merge into t using s on t.k = s.k when matched and s.v > 'a' then delete {INSERT}",
            "syntax error",
        ),
        (
            f"with w as (select 1 as a) merge into t using s on t.k = s.k {UPDATE} {INSERT}",
            "syntax error",
        ),
        (
            f"merge into t using (select k, v from t) as s on t.k = s.k {UPDATE} {INSERT}",
            "cannot reference target table",
        ),
    ],
)
def test_merge_has_its_limits(merging: Client, merge: str, said: str) -> None:
    """See <https://docs.aws.amazon.com/redshift/latest/dg/r_MERGE.html>."""
    assert said in merging.rejected(merge)["M"]


# What Redshift has not


@pytest.mark.parametrize(
    "statement",
    [
        "insert into t values (1, 'a') on conflict do nothing",
        "insert into t values (1, 'a') returning k",
        "delete from t returning k",
        "create index i on t (k)",
        "select distinct on (k) k, v from t",
        "select count(*) filter (where k > 1) from t",
        "select * from t, lateral (select t.k) as l",
        "select * from t cross join lateral (select t.k) as l",
        "select * from (values (1), (2)) as v (a)",
        "select sum(k) over (order by v nulls last) from t",
        "select row_number() over (partition by k order by v desc nulls first) from t",
        "create sequence numbers",
        "select nextval('numbers')",
        "create table u (a serial)",
        "create table u (a bigserial)",
        "select string_agg(v, ',') from t",
        "select array_agg(v) from t",
        "select generate_series(1, 3)",
        "select concat('a', 'b', 'c')",
        "create table u (a int check (a > 0))",
        "create table u (a int, constraint positive check (a > 0))",
        "create table u (a jsonb)",
        "create table u (a uuid)",
        "create table u (a int[])",
        "create table u (a int) partition by range (a)",
        "create type mood as enum ('sad')",
        "create or replace table u (a int)",
        "alter table t add column a int, add column b int",
        "alter table t add column if not exists a int",
        "select k is distinct from 1 from t",
        "with gone as (delete from t returning k) select * from gone",
        "savepoint here",
        "select v ->> 'a' from t",
    ],
)
def test_what_postgresql_has_and_redshift_has_not_is_rejected(
    merging: Client, statement: str
) -> None:
    """See <https://docs.aws.amazon.com/redshift/latest/dg/c_unsupported-postgresql-features.html>."""
    assert merging.rejected(statement)["C"] in {"42601", "0A000", "42883", "42P01", "22023"}


@pytest.mark.parametrize("word", ["tag", "snapshot", "delta", "open", "percent", "minus"])
def test_a_reserved_word_is_no_bare_name(shared: Client, word: str) -> None:
    """See <https://docs.aws.amazon.com/redshift/latest/dg/r_pg_keywords.html>."""
    shared.rejected(f"create table t ({word} int)")
    shared.run(f'create table t ("{word}" int)')
    assert shared.run(f'select "{word}" from t') == []
    shared.rejected(f"select {word} from t where {word} = 1")


def test_a_text_that_differs_in_its_timestamps_only_keeps_its_own(shared: Client) -> None:
    """A translation is kept for all of them."""
    for day in (1, 2):
        moments = f"2018-11-0{day} 00:00:00", f"2000-01-01 00:00:00.00000{day}"
        run = f"2018110{day}T120000123-5f2c"
        asked = f"select '{moments[1]}', '{moments[0]}', '{run}', 'at ''{moments[0]}'' UTC'"
        told = (moments[1], moments[0], run, f"at '{moments[0]}' UTC")
        assert shared.run(asked) == [told]
