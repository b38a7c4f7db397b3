"""A session with the cluster: kept alive, and with no plan of a table that is gone."""

import socket

import pytest

from sparkify.engines.redshift.session import Session
from tests.contract.warehouse import Warehouse


def test_a_silent_connection_is_kept_alive_before_a_gateway_forgets_it(
    warehouse: Warehouse,
) -> None:
    session = Session(warehouse.settings)
    connection = session._connection
    assert connection is not None
    sock = connection._usock
    try:
        assert sock.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE) == 1
        idle = sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE)
        interval = sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPINTVL)
        probes = sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPCNT)
        assert idle + interval * probes < 350
    finally:
        session.close()


@pytest.mark.parametrize("between", [True, False], ids=["committed", "in one transaction"])
def test_a_query_of_a_table_that_was_recreated_is_prepared_again(
    warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch, between: bool
) -> None:
    session = Session(warehouse.settings)
    connection = session._connection
    assert connection is not None
    parsed: list[bytes] = []
    closed: list[bytes] = []
    send = connection._send_message

    def sent(code: bytes, data: bytes) -> None:
        if code == b"P":
            parsed.append(bytes(data))
        if code == b"C":
            closed.append(bytes(data))
        send(code, data)

    monkeypatch.setattr(connection, "_send_message", sent)
    query = "select a from was_recreated"
    try:
        for kind in ("int", "varchar(9)"):
            session.run("drop table if exists was_recreated")
            session.run(f"create table was_recreated (a {kind})")
            session.run(query)
            if between:
                session.commit()
        assert len([data for data in parsed if query.encode() in data]) == 2
        # What has a name is closed before and after, so nothing is kept that could be stale.
        names = [data.partition(b"\0")[0] for data in parsed if not data.startswith(b"\0")]
        for name in names:
            assert closed.count(b"S" + name + b"\0") == 2 * names.count(name)
    finally:
        session.rollback()
        session.run("drop table if exists was_recreated")
        session.commit()
        session.close()
