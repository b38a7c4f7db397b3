"""What depends on the session: who asks, what other sessions did, how long a statement is."""

from collections.abc import Iterator
from decimal import Decimal

import pytest
from redshift_connector.error import Error
from redshift_standin.client import Client
from redshift_standin.plugin import ROLE
from redshift_standin.standin import Login, Standin

# --- users


@pytest.fixture
def owner(client: Client) -> Client:
    """Give a superuser, each of whose statements is a transaction."""
    client.connection.autocommit = True
    return client


@pytest.fixture
def analyst(standin: Standin, owner: Client) -> Iterator[Client]:
    """Give a user who is no superuser."""
    user = standin.new_user()
    connected = Client(standin.login(user=user))
    connected.connection.autocommit = True
    yield connected
    connected.close()


@pytest.mark.parametrize(
    ("command", "page"),
    [
        ("create group readers", "r_CREATE_GROUP"),
        ("drop group readers", "r_DROP_GROUP"),
        ("create user someone password 'Passw0rd1'", "r_CREATE_USER"),
        ("create user someone password disable createuser", "r_CREATE_USER"),
        ("drop user awsuser", "r_DROP_USER"),
        ("create role readers", "r_CREATE_ROLE"),
        ("grant assumerole on all to public for all", "r_GRANT"),
        ("revoke assumerole on all from public for all", "r_REVOKE"),
        ("set session authorization awsuser", "r_SET_SESSION_AUTHORIZATION"),
        ("alter user awsuser createdb", "r_ALTER_USER"),
        ("vacuum things", "r_VACUUM_command"),
        ('select "table" from svv_table_info', "r_SVV_TABLE_INFO"),
    ],
)
def test_what_only_superusers_may_is_denied_to_others(
    owner: Client, analyst: Client, command: str, page: str
) -> None:
    owner.run("create table things (a int)")
    said = analyst.rejected(command)
    assert (said["C"], page) == ("42501", page)


@pytest.mark.parametrize(
    ("command", "page"),
    [
        ("create view of_things as select a from things", "r_CREATE_VIEW"),
        ("create view of_things as select a from (select * from things) as q", "r_CREATE_VIEW"),
        ("truncate things", "r_TRUNCATE"),
        ("alter table things owner to awsuser", "r_ALTER_TABLE"),
        ("alter table things alter sortkey (a)", "r_ALTER_TABLE"),
        ("comment on table things is 'x'", "r_COMMENT"),
        ("grant select on things to public", "r_GRANT"),
        ("create schema mine", "r_CREATE_SCHEMA"),
        ("explain select * from things", "r_EXPLAIN"),
    ],
)
def test_what_only_owners_may_is_denied_to_others(
    owner: Client, analyst: Client, command: str, page: str
) -> None:
    owner.run("create table things (a int)")
    said = analyst.rejected(command)
    assert (said["C"], page) == ("42501", page)


def test_a_view_that_binds_late_asks_for_its_tables_when_it_is_queried(
    owner: Client, analyst: Client
) -> None:
    """See <https://docs.aws.amazon.com/redshift/latest/dg/r_CREATE_VIEW.html>."""
    owner.run("create table things (a int)")
    owner.run("create table shown (a int)")
    owner.run(f"grant select on shown to {analyst.value('current_user')}")
    analyst.run("create view of_shown as select a from shown")
    analyst.run("create view late as select a from public.things with no schema binding")
    assert analyst.run("select * from of_shown") == []
    assert analyst.rejected("select * from late")["C"] == "42501"


def test_others_see_their_own_rows_of_the_system_views(owner: Client, analyst: Client) -> None:
    """See <https://docs.aws.amazon.com/redshift/latest/dg/cm_chap_system-views.html>."""
    owner.run("select 'mine'")
    analyst.run("select 'yours'")
    asked = "select query_text from sys_query_history where query_text like 'select ''%'"
    assert analyst.run(asked) == [("select 'yours'",)]
    assert set(owner.run(asked)) == {("select 'mine'",), ("select 'yours'",)}


def test_a_right_is_given_by_a_role(owner: Client, analyst: Client) -> None:
    """See <https://docs.aws.amazon.com/redshift/latest/dg/r_GRANT.html>."""
    name = analyst.value("current_user")
    owner.run("create table things (a int)")
    assert analyst.rejected("select * from things")["C"] == "42501"
    owner.run("create role readers_of_things")
    owner.run("grant select on table things to role readers_of_things")
    owner.run(f"grant role readers_of_things to {name}")
    assert analyst.run("select * from things") == []
    owner.run("revoke all on things from role readers_of_things")
    owner.run("drop role readers_of_things")


def test_a_role_of_iam_is_everybodys_until_it_is_revoked(owner: Client, analyst: Client) -> None:
    """See <https://docs.aws.amazon.com/redshift/latest/dg/r_GRANT-usage-notes.html>."""
    name = analyst.value("current_user")
    owner.run("create table things (a int)")
    owner.run(f"grant insert on things to {name}")
    copy = f"copy things from 's3://nosuch/' iam_role '{ROLE}' json 'auto'"
    assert "ASSUMEROLE" not in analyst.rejected(copy)["M"]
    owner.run("revoke assumerole on all from public for all")
    assert "ASSUMEROLE" in analyst.rejected(copy)["M"]
    owner.run(f"grant assumerole on '{ROLE}' to {name} for copy")
    assert "ASSUMEROLE" not in analyst.rejected(copy)["M"]
    unload = f"unload ('select 1') to 's3://nosuch/' iam_role '{ROLE}' csv"
    assert "ASSUMEROLE" in analyst.rejected(unload)["M"]


# --- plans


def test_a_plan_outlives_no_table(owner: Client, login: Login) -> None:
    """The driver knows of what it dropped itself, not of what another session did."""
    owner.run("create table things (a int)")
    other = Client(login)
    other.connection.autocommit = True
    assert other.run("select a from things") == []
    for statement in ("drop table things", "create table things (a int)"):
        owner.run(statement)
    with pytest.raises(Error, match="could not open relation with OID"):
        other.run("select a from things")
    assert other.run("select a from things where true") == []
    other.close()


def test_a_plan_lives_on_where_other_tables_come_and_go(owner: Client, login: Login) -> None:
    owner.run("create table things (a int)")
    other = Client(login)
    assert other.run("select a from things") == []
    owner.run("create table others (a int)")
    assert other.run("select a from things") == []
    other.close()


@pytest.mark.parametrize(
    ("created", "changes"),
    [
        ("view things as select 1 as a", ("drop view things", "create view things as select 2 a")),
        ("table things (a int)", ("alter table things rename to x", "create table things (a int)")),
    ],
    ids=["view", "renamed"],
)
def test_a_plan_outlives_no_relation_of_its_name(
    owner: Client, login: Login, created: str, changes: tuple[str, ...]
) -> None:
    owner.run(f"create {created}")
    other = Client(login)
    other.connection.autocommit = True
    other.run("select a from things")
    for statement in changes:
        owner.run(statement)
    with pytest.raises(Error, match="could not open relation with OID"):
        other.run("select a from things")
    other.close()


# --- sizes


def test_a_statement_has_16_megabytes_at_most(client: Client) -> None:
    """See <https://docs.aws.amazon.com/redshift/latest/dg/c_redshift-sql.html>."""
    fits = "select 1 /* " + "é" * (8 << 20) + " */"
    longest = fits.replace("é" * 20, "", 1)
    assert client.run(longest) == [(1,)]
    assert "Statement is too large" in client.rejected(fits)["M"]


@pytest.mark.parametrize(
    "text",
    [
        f"select {'(' * 500}1{')' * 500}",
        f"select {'1 + ' * 500}1",
        f"select {'abs(' * 500}1{')' * 500}",
    ],
    ids=["parentheses", "sum", "calls"],
)
def test_a_text_may_be_nested_500_deep(client: Client, text: str) -> None:
    assert client.run(text) in ([(1,)], [(501,)])


# --- what is read before a statement runs does not become part of its transaction


def test_only_the_length_of_a_varchar_changes_and_in_no_transaction(client: Client) -> None:
    """See <https://docs.aws.amazon.com/redshift/latest/dg/r_ALTER_TABLE.html>."""
    client.run("create table t (a int, b varchar(5), c varchar(5) default 'x')")
    client.run("insert into t values (1, 'four')")
    client.connection.commit()
    client.run("select 1")
    longer = "alter table t alter column b type varchar(20)"
    assert "transaction block" in client.rejected(longer)["M"]
    client.connection.autocommit = True
    client.run(longer)
    client.run("insert into t values (2, 'twelve bytes')")
    for rejected, said in (
        ("alter table t alter column a type varchar(20)", "cannot be altered"),
        ("alter table t alter column a type bigint", "cannot be altered"),
        ("alter table t alter column b type varchar(4)", "maximum size of existing data"),
        ("alter table t alter column c type varchar(9)", "default value"),
    ):
        assert said in client.rejected(rejected)["M"]


# --- numbers


@pytest.mark.parametrize(
    ("expression", "told"),
    [
        ("pricepaid / commission", "3.333333333"),  # the page's example: DECIMAL(17,9)
        ("commission / pricepaid", "0.300000000"),
        ("pricepaid / 3", "3.3333333333333"),  # an INTEGER is a DECIMAL(10,0)
        ("sum(pricepaid) over () / 3", "3.3333"),  # more than 38 digits: not below four
        ("1.0 / 3", "0.333333333333"),
        ("-2.00 / 3", "-0.6666666666666"),  # cut, not rounded
        ("avg(pricepaid) over ()", "10.00"),
        ("pricepaid::float / 4", "2.5"),
        ("(select max(pricepaid) from sales) / 8", "1.2500000000000"),
    ],
)
def test_a_quotient_of_decimals_has_the_scale_of_the_page(
    client: Client, expression: str, told: str
) -> None:
    """See <https://docs.aws.amazon.com/redshift/latest/dg/r_numeric_computations201.html>."""
    client.run("create table sales (pricepaid decimal(8, 2), commission decimal(8, 2))")
    client.run("insert into sales values (10, 3)")
    found = client.run(f"select {expression} from sales")[0][0]
    assert (Decimal(str(found)), len(str(found)) >= len(told)) == (Decimal(told), True)


def test_the_average_of_decimals_keeps_their_scale(client: Client) -> None:
    """See <https://docs.aws.amazon.com/redshift/latest/dg/r_AVG.html>: 4.8 % becomes 0.0."""
    client.run("create table t (a int)")
    client.run("insert into t values " + ", ".join(f"({number})" for number in range(21)))
    share = "avg(case when a = 0 then 1.0 else 0.0 end)"
    assert client.run(f"select {share} from t") == [(Decimal(0),)]
    assert client.run(f"select {share.replace('1.0', '1.000').replace('0.0', '0.000')} from t") == [
        (Decimal("0.047"),)
    ]
