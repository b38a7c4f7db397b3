"""The stand-in's wire: what the driver and psql see of it, and what goes wrong on demand."""

# ruff: noqa: DTZ001 - a TIMESTAMP has no zone

import contextlib
import dataclasses
import datetime
import json
import os
import subprocess
import time
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from redshift_connector.error import Error
from redshift_standin import (
    Login,
    Moment,
    S3Access,
    Standin,
    relation_after_snapshot,
    serializable_violation,
)
from redshift_standin.client import Client, login_error
from redshift_standin.plugin import ROLE
from redshift_standin.postgres_process import binaries
from redshift_standin.s3_server import S3Server
from redshift_standin.wire import _scaled_integer

# The driver and its wire protocol


def test_the_server_is_as_old_as_redshift(client: Client, standin: Standin) -> None:
    """See <https://docs.aws.amazon.com/redshift/latest/dg/r_VERSION.html>."""
    assert str(client.connection._server_version) == "8.0.2"
    assert client.connection._client_protocol_version == 2


def test_values_arrive_as_what_they_are(client: Client) -> None:
    """See <https://docs.aws.amazon.com/redshift/latest/mgmt/python-data-type-mapping.html>."""
    row = client.run(
        "select 1::smallint, 2, 3::bigint, 1.5::float, 2.50::numeric(8, 2), 'é'::varchar(9),"
        " 'ab'::char(3), true, date '2018-11-01', timestamp '2018-11-01 20:57:10.796', null::int,"
        " timestamptz '2018-11-01 20:57:10+00'"
    )[0]
    assert row == (
        *(1, 2, 3, 1.5, Decimal("2.50"), "é", "ab ", True, datetime.date(2018, 11, 1)),
        *(datetime.datetime(2018, 11, 1, 20, 57, 10, 796000), None),
        datetime.datetime(2018, 11, 1, 20, 57, 10, tzinfo=datetime.UTC),
    )
    assert str(row[4]) == "2.50"


def test_values_leave_as_what_they_are(client: Client) -> None:
    """See <https://docs.aws.amazon.com/redshift/latest/mgmt/python-data-type-mapping.html>."""
    client.run(
        "create table t (a bigint, b float, c numeric(20, 5), d varchar(9), e timestamp, f date)"
    )
    row = (
        2**40,
        1.5,
        Decimal("-12345.67891"),
        "a'é\\",
        datetime.datetime(2018, 11, 1, 1, 2, 3, 4),
        None,
    )
    client.run("insert into t values (%s, %s, %s, %s, %s, %s)", *row)
    assert client.run("select * from t") == [row]


decimals = st.decimals(allow_nan=False, allow_infinity=False, places=6).filter(
    lambda d: abs(d) < Decimal(10) ** 20
)


@settings(deadline=None)
@given(decimals)
def test_every_numeric_arrives_exactly(client: Client, number: Decimal) -> None:
    assert client.run("select %s::numeric(38, 6)", number) == [(number,)]


def test_a_numeric_is_rounded_to_the_scale_that_was_described() -> None:
    value = bytes.fromhex("0002 0000 0000 0004 0001 19fe".replace(" ", ""))  # 1.6654
    assert int.from_bytes(_scaled_integer(value, 2), "big") == 167


def test_a_large_result_arrives_whole(client: Client) -> None:
    client.run("create table t (n int, v varchar(1000))")
    client.run("insert into t values (1, repeat('x', 1000))")
    for _ in range(12):
        client.run("insert into t select n + (select count(*) from t), v from t")
    rows = client.run("select n, v from t order by n")
    assert [row[0] for row in rows] == list(range(1, 4097))


def test_rows_are_counted_for_insert_update_and_delete(client: Client) -> None:
    client.run("create table t (n int)")
    cursor = client.connection.cursor()
    for statement, count in [
        ("insert into t values (1), (2), (3)", 3),
        ("update t set n = 0 where n > 1", 2),
        ("delete from t where n = 1", 1),
    ]:
        cursor.execute(statement)
        assert cursor.rowcount == count


def test_one_statement_an_execute(client: Client) -> None:
    """See <https://github.com/aws/amazon-redshift-python-driver/issues/46>."""
    assert "multiple commands" in client.rejected("select 1; select 2")["M"]
    assert client.run("select 1;") == [(1,)]


def test_prepared_statements_are_used_again(client: Client) -> None:
    for number in range(5):
        assert client.run("select %s::numeric(9, 2), extract(year from sysdate) > 0", number) == [
            (Decimal(number), True)
        ]


def test_unnamed_statements_do_all_that_named_ones_do(
    standin: Standin, login: Login, s3_server: S3Server
) -> None:
    s3_server.put("loads", "unnamed.json", b'{"a": 1}')
    client = Client(login, max_prepared_statements=0)
    try:
        client.run("create table t (a int)")
        for _ in range(2):
            client.run(
                f"copy t from 's3://loads/unnamed.json' iam_role '{ROLE}' format as json 'auto'"
            )
        client.connection.commit()
        assert client.run("select a from t") == [(1,), (1,)]
    finally:
        client.close()


def test_a_lock_that_is_waited_for_is_in_svv_transactions(login: Login) -> None:
    one, other = Client(login), Client(login)
    try:
        one.run("create table l (a int)")
        one.connection.commit()
        one.run("lock table l")
        [(owner, pid)] = other.run(
            "select txn_owner, pid from svv_transactions"
            " where granted and lock_mode = 'AccessExclusiveLock'"
            " and relation = (select oid from pg_class where relname = 'l')"
        )
        assert (owner, pid) == (login.user, one.value("pg_backend_pid()"))
    finally:
        one.close()
        other.close()


def test_autocommit_needs_no_commit(login: Login) -> None:
    first, second = Client(login), Client(login)
    first.connection.autocommit = True
    first.run("create table t (n int)")
    first.run("insert into t values (1)")
    assert second.run("select n from t") == [(1,)]
    first.close()
    second.close()


def test_databases_are_apart(standin: Standin, login: Login) -> None:
    one, two = Client(login), Client(standin.login(standin.new_database()))
    one.run("create table t (n int)")
    one.connection.commit()
    assert two.rejected("select * from t")["C"] == "42P01"
    one.close()
    two.close()


# TLS


def test_the_ca_is_one_that_nobody_else_trusts(
    login: Login,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """See <https://docs.aws.amazon.com/redshift/latest/mgmt/connecting-ssl-support.html>."""
    monkeypatch.delenv("SSL_CERT_FILE")
    assert "CERTIFICATE_VERIFY_FAILED" in login_error(login)


def test_only_verify_full_minds_whose_certificate_it_is(standin: Standin, login: Login) -> None:
    """See <https://docs.aws.amazon.com/redshift/latest/mgmt/connecting-ssl-support.html>."""
    standin.faults.wrong_name = True
    assert "Hostname mismatch" in login_error(login)
    Client(login, sslmode="verify-ca").close()


def test_a_server_without_tls_is_rejected(standin: Standin, login: Login) -> None:
    standin.faults.refuse_tls = True
    assert "Server refuses SSL" in login_error(login)
    Client(login, ssl=False, sslmode=None).close()


# Log-in


def test_a_wrong_password_is_rejected(login: Login) -> None:
    """The driver makes an InterfaceError of SQLSTATE 28000."""
    said = login_error(login._replace(password="wrong"))
    assert said.startswith("InterfaceError")
    assert "password authentication failed" in said


def test_an_unknown_database_is_rejected(login: Login) -> None:
    assert "does not exist" in login_error(login._replace(database="nothere"))


def test_login_and_connection_can_be_rejected(standin: Standin, login: Login) -> None:
    standin.faults.refuse_login = True
    assert "authentication failed" in login_error(login)
    standin.faults.clear()
    standin.faults.refuse_connections = True
    assert login_error(login)
    standin.faults.clear()
    Client(login).close()


# The simple protocol, by another client


class Psql:
    """The wheel's psql, which is built without TLS."""

    def __init__(self, login: Login) -> None:
        self._program = str(binaries() / "psql")
        self._where = (
            f"host={login.host} port={login.port} dbname={login.database} user={login.user}"
        )
        self._environment = {**os.environ, "PGPASSWORD": login.password}

    def run(self, *statements: str) -> str:
        command = [self._program, self._where, "-X", "-A", "-t", "-v", "ON_ERROR_STOP=1"]
        for statement in statements:
            command += ["-c", statement]
        done = subprocess.run(
            command, env=self._environment, capture_output=True, text=True, check=False
        )
        return done.stdout + done.stderr


def test_psql_speaks_the_simple_protocol(
    login: Login,
    s3_server: S3Server,
) -> None:
    psql = Psql(login)
    assert "CREATE TABLE" in psql.run("create table t (n int, v varchar(3)) distkey (n)")
    s3_server.put("psql", "data/1", json.dumps({"n": 1, "v": "x"}).encode())
    copy = f"copy t from 's3://psql/data/' iam_role '{ROLE}' json 'auto'"
    assert "1 record(s) loaded successfully" in psql.run(copy)
    assert psql.run("select n, v, extract(dow from date '2018-11-04') from t") == "1|x|0\n"
    assert psql.run("insert into t values (2, 'y'); select count(*) from t").endswith("2\n")
    assert "value too long" in psql.run("insert into t values (1, 'four')")
    assert "ON" in psql.run("insert into t values (1, 'a') on conflict do nothing")


# Faults


@pytest.fixture
def table(client: Client, s3_server: S3Server) -> Client:
    for key in ("1", "2", "3"):
        s3_server.put("faults", f"data/{key}", b'{"n": 1}')
    client.run("create table t (n int)")
    client.run("create table s (n int)")
    client.run("insert into s values (7)")
    client.connection.commit()
    return client


COPY = f"copy t from 's3://faults/data/' iam_role '{ROLE}' json 'auto'"
MERGE = (
    "merge into t using s on t.n = s.n when matched then update set n = s.n"
    " when not matched then insert (n) values (s.n)"
)


@pytest.mark.parametrize("moment", list(Moment))
@pytest.mark.parametrize("statement", [COPY, MERGE, "insert into t values (1)"])
def test_a_dropped_connection_undoes_its_transaction(
    standin: Standin,
    login: Login,
    table: Client,
    statement: str,
    moment: Moment,
) -> None:
    standin.faults.drop(statement[:5], moment)
    victim = Client(login)
    with pytest.raises((Error, OSError)):
        victim.run(statement)
    _forget(victim)
    table.run("lock table t")  # waits until the victim's session is gone
    assert table.run("select count(*) from t") == [(0,)]


def _forget(victim: Client) -> None:
    """Close what is left of a connection that was cut; its driver complains of that."""
    with contextlib.suppress(Error, OSError):
        victim.close()
    victim.connection._usock.close()


@pytest.mark.parametrize(("moment", "rows"), [(Moment.BEFORE, 0), (Moment.AFTER, 1)])
def test_a_commit_may_have_taken_effect_or_not(
    standin: Standin,
    login: Login,
    table: Client,
    moment: Moment,
    rows: int,
) -> None:
    standin.faults.drop("^commit", moment)
    victim = Client(login)
    victim.run("insert into t values (1)")
    with pytest.raises((Error, OSError)):
        victim.connection.commit()
    _forget(victim)
    table.run("lock table t")
    assert table.run("select count(*) from t") == [(rows,)]


@pytest.mark.parametrize("error", [serializable_violation(), relation_after_snapshot()])
def test_an_error_can_be_raised_once(standin: Standin, table: Client, error: Any) -> None:
    """See <https://docs.aws.amazon.com/redshift/latest/dg/c_serial_isolation-serializable-isolation-troubleshooting.html>."""
    standin.faults.fail("^merge", error)
    said = table.rejected(MERGE)
    assert (said["M"], said["D"]) == (error.message, error.detail)
    table.run(MERGE)
    assert table.run("select n from t") == [(7,)]


def test_an_answer_can_be_late(standin: Standin, client: Client) -> None:
    standin.faults.delay("select 42", 0.2)
    began = time.monotonic()
    client.run("select 42")
    assert time.monotonic() - began >= 0.2


def test_a_restart_drops_everybody(standin: Standin, login: Login) -> None:
    victim = Client(login)
    victim.run("select 1")
    standin.drop_connections()
    with pytest.raises((Error, OSError)):
        victim.run("select 1")
    _forget(victim)
    Client(login).close()


def test_the_log_has_the_statements_as_they_were_written(
    standin: Standin,
    table: Client,
) -> None:
    standin.statements.clear()
    table.run("select sysdate is not null")
    table.rejected("select distinct on (n) n from t")
    table.run(COPY)
    logged = [dataclasses.astuple(each)[0] for each in standin.statements]
    assert [text for text in logged if text.startswith(("select sys", "copy"))] == [
        "select sysdate is not null",
        COPY,
    ]
    assert standin.statements.copies()[-1].rows == 3


# The whole


def test_a_stand_in_leaves_nothing_behind(s3_server: S3Server) -> None:
    second = Standin.start(S3Access(s3_server.endpoint, *s3_server.admin), roles={})
    folders = [second._postgres.folder, second.ca_file.parent]
    assert all(folder.exists() for folder in folders)
    server = second._postgres._process
    second.close()
    assert not any(folder.exists() for folder in folders)
    assert server.poll() is not None


def test_parameters_need_no_blanks_between_them(client: Client) -> None:
    client.run("create table t (a int, b varchar(9))")
    client.run("insert into t values (%s,%s),(%s,%s)", 1, "$1,$", 2, "b")
    assert client.run("select a,b from t where a=%s", 1) == [(1, "$1,$")]
    assert client.run(f"select {','.join(['%s'] * 12)}", *range(12)) == [tuple(range(12))]
