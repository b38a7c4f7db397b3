"""One client's session: its statements translated, run, and answered in Redshift's shape.

A client's messages are gathered up to its Sync, or one Query of the simple protocol. COPY and
UNLOAD are done here; what PostgreSQL answers to the rest is relayed.
"""

import dataclasses
import datetime
import functools
import socket
import struct
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple, cast

from . import wire
from .backend import FAILED, IDLE, IN_TRANSACTION, Backend
from .copy_load import Caller, Load
from .copy_source import Source
from .errors import RedshiftError, inside_transaction
from .faults import Faults, Moment
from .s3_account import Account, Assumed, S3Access
from .statements import Statement, StatementLog
from .system_log import SystemLog
from .translate import KnownColumns, translate, translate_script
from .translation import Condition, Translation
from .unload import Unload
from .wire import Message

SERVER_VERSION = "8.0.2"  # https://docs.aws.amazon.com/redshift/latest/dg/r_VERSION.html
_PROTOCOL = 2
_FORWARDED = ("user", "database", "application_name")
_LOGGED_TEXT = 4_000  # characters of a statement in the system views
_FLUSH_AT = 1 << 16  # bytes of an answer kept back at most


class Cluster(NamedTuple):
    """What all sessions share."""

    postgres: Path  # the folder of its socket
    s3: S3Access
    account: Account
    system_log: SystemLog
    faults: Faults
    statements: StatementLog
    query_ids: Iterator[int]
    generations: Counter[str]  # by database, how often something may have changed its tables


class _Prepared(NamedTuple):
    """A statement that was parsed, and the tables it was parsed for, by name."""

    message: Message
    text: str
    translation: Translation
    generation: int
    tables: dict[str, str | None]


class _Execution(NamedTuple):
    """A statement about to be run."""

    translation: Translation
    statement: Statement
    prepared: _Prepared | None = None


class Session:
    """A client's connection and its PostgreSQL session."""

    def __init__(self, cluster: Cluster, client: socket.socket, parameters: dict[str, str]) -> None:
        self._cluster, self._client = cluster, client
        self._stream = cast(BinaryIO, client.makefile("rb"))
        self._database = parameters.get("database", parameters.get("user", ""))
        self._user = parameters.get("user", "")
        self._protocol = min(int(parameters.get("client_protocol_version", "0")), _PROTOCOL)
        self._session_id = self._user_id = 0
        forwarded = {name: parameters[name] for name in _FORWARDED if name in parameters}
        self._backend = Backend(cluster.postgres, forwarded)
        self._prepared: dict[bytes, _Prepared] = {}
        self._portals: dict[bytes, bytes] = {}
        self._scales: dict[bytes, dict[int, int]] = {}  # of a prepared statement's numeric columns
        self._when_idle: list[str] = []  # to run in PostgreSQL once no transaction is open

    def run(self) -> None:
        """Serve the client until it leaves."""
        try:
            if self._log_in():
                while batch := self._read_batch():
                    self._answer(batch)
        finally:
            self._backend.close()
            self._stream.close()

    # Log-in -------------------------------------------------------------------------------------

    def _log_in(self) -> bool:
        """Relay the authentication; whether it succeeded."""
        while True:
            message = self._backend.receive()
            if message.kind == b"K":
                (self._session_id,) = struct.unpack_from("!I", message.body)
            if message.kind == b"E" or (message.kind == b"Z" and self._cluster.faults.refuse_login):
                self._send(wire.error_response(self._login_error(message), "FATAL"))
                return False
            if message.kind == b"Z":
                self._user_id = self._find_user_id()
                self._send(wire.parameter_status("server_protocol_version", str(self._protocol)))
            self._send(_as_redshift(message))
            if message.kind == b"Z":
                return True
            if message.kind == b"R" and message.body != bytes(4):
                self._backend.send(wire.read_message(self._stream))

    def _find_user_id(self) -> int:
        sql = "SELECT usesysid FROM pg_user WHERE usename = session_user"
        return int(self._backend.query(sql).rows[0][0] or 0)

    def _login_error(self, message: Message) -> RedshiftError:
        if message.kind == b"E":
            return wire.error_of(message.body)
        return RedshiftError(f'password authentication failed for user "{self._user}"', "28000")

    # Messages -----------------------------------------------------------------------------------

    def _read_batch(self) -> list[Message]:
        """Read messages up to a Sync or a Query; none once the client says goodbye."""
        batch: list[Message] = []
        while True:
            message = wire.read_message(self._stream)
            if message.kind == b"X":
                return []
            if message.kind != b"H":  # Flush: what is answered here is sent at once anyway
                batch.append(message)
            if message.kind in {b"S", b"Q"}:
                return batch

    def _answer(self, batch: list[Message]) -> None:
        try:
            if batch[-1].kind == b"Q":
                self._answer_query(batch[-1].body[:-1].decode())
            else:
                self._answer_extended(batch)
        except RedshiftError as error:
            self._backend.abort()
            self._send(wire.error_response(error), Message(b"Z", self._backend.status))
        self._settle()

    def _settle(self) -> None:
        if self._backend.status == IDLE:
            while self._when_idle:
                self._backend.query(self._when_idle.pop(0))

    def _answer_query(self, sql: str) -> None:
        """Answer the simple protocol: one statement, or several ordinary ones."""
        translations = self._translated(sql)
        special = [t for t in translations if t.commits or t.outside_transaction or t.tag]
        if len(translations) > 1 and special:
            raise RedshiftError("the stand-in takes this statement by itself only", "0A000")
        whole = translations[0] if len(translations) == 1 else None
        text = "; ".join(t.sql for t in translations)
        execution = _Execution(whole or Translation(text), self._log(sql))
        self._run([wire.query(text)], [execution], deque())

    def _answer_extended(self, batch: list[Message]) -> None:
        """Answer Parse, Bind, Describe, Execute and Close."""
        executions: list[_Execution] = []
        described: deque[bytes] = deque()
        outgoing = [self._incoming(message, executions, described) for message in batch]
        done_here = [each for each in executions if each.translation.is_done_here]
        if done_here and len(executions) > 1:
            raise RedshiftError("the stand-in takes COPY and UNLOAD by themselves only", "0A000")
        self._run(outgoing, executions, described)

    def _incoming(
        self, message: Message, executions: list[_Execution], described: deque[bytes]
    ) -> Message:
        if message.kind == b"P":
            return self._parse(message.body)
        if message.kind == b"B":
            portal, name, _ = message.body.split(b"\0", 2)
            self._portals[portal] = name
        elif message.kind == b"D":
            kind, name = message.body[:1], message.body[1:-1]
            described.append(name if kind == b"S" else self._portals.get(name, b""))
        elif message.kind == b"E":
            name = self._portals.get(message.body.split(b"\0", 1)[0], b"")
            described.append(name)
            prepared = self._prepared.get(name, _NOT_PREPARED)
            statement = self._log(prepared.text)
            executions.append(_Execution(prepared.translation, statement, prepared))
        elif message.kind == b"C" and message.body[:1] == b"S":
            self._prepared.pop(message.body[1:-1], None)
        return message

    def _parse(self, body: bytes) -> Message:
        name, sql, types = body.split(b"\0", 2)
        text = sql.decode()
        [translation] = self._translated(text, translate_one)
        generation = self._cluster.generations[self._database]
        tables = self._numbers(translation.relations)
        message = Message(b"P", name + b"\0" + translation.sql.encode() + b"\0" + types)
        self._prepared[name] = _Prepared(message, text, translation, generation, tables)
        return message

    def _translated(
        self,
        sql: str,
        translation: Callable[[str, KnownColumns], list[Translation]] = translate_script,
    ) -> list[Translation]:
        """Translate, and once more where the columns of tables matter."""
        translations = translation(sql, ())
        asking = [each.relations for each in translations if each.needs_columns]
        if not asking or self._backend.status == FAILED:
            return translations
        return translation(sql, self._columns(frozenset().union(*asking)))

    def _columns(self, relations: frozenset[str]) -> KnownColumns:
        """Return the columns of tables, each with its type."""
        found: dict[str, list[tuple[str, str]]] = {name: [] for name in sorted(relations)}
        if not relations:
            return (("", ()),)
        described = self._backend.query(
            "SELECT r.name, a.attname, format_type(a.atttypid, a.atttypmod)"
            f" FROM ({_named(relations)}) AS r JOIN pg_attribute AS a"
            " ON a.attrelid = to_regclass(r.name) AND a.attnum > 0 AND NOT a.attisdropped"
            " ORDER BY a.attnum"
        )
        for name, column, of_type in described.rows:
            found[str(name)].append((str(column), str(of_type)))
        # never empty: for a translation, none means that they are not known
        return (("", ()), *((name, tuple(columns)) for name, columns in found.items()))

    def _numbers(self, relations: frozenset[str]) -> dict[str, str | None]:
        """Return the OIDs of tables; none of those that are not there."""
        if not relations or self._backend.status == FAILED:
            return {}
        sql = f"SELECT name, to_regclass(name)::oid FROM ({_named(relations)}) AS r"
        return {str(name): number for name, number in self._backend.query(sql).rows}

    def _log(self, text: str) -> Statement:
        return self._cluster.statements.add(Statement(text, self._database, self._session_id))

    # Execution ----------------------------------------------------------------------------------

    def _run(
        self, outgoing: list[Message], executions: list[_Execution], described: deque[bytes]
    ) -> None:
        """Run what the batch executes, and relay the answers."""
        notices: list[str] = []
        started = datetime.datetime.now(datetime.UTC)
        try:
            asked = self._backend.asked
            for execution in executions:
                notices += self._prepare_to_run(execution)
            if asked != self._backend.asked and outgoing[0].kind == b"B":
                self._parse_again()
            self._backend.send(*outgoing)
            for execution in executions:
                if not execution.translation.is_done_here:
                    self._cluster.faults.strike(execution.statement.text, Moment.DURING)
            self._relay(executions, described, notices)
        except RedshiftError as error:
            for execution in executions:
                execution.statement.error = error.message
            raise
        finally:
            for execution in executions:
                self._log_query(execution.statement, started)

    def _log_query(self, statement: Statement, started: datetime.datetime) -> None:
        """Write what SYS_QUERY_HISTORY tells of a statement."""
        entry = {
            "user_id": self._user_id,
            "query_id": next(self._cluster.query_ids),
            "session_id": self._session_id,
            "database_name": self._database,
            "query_type": statement.text.split(maxsplit=1)[0].upper() if statement.text else "",
            "status": "failed" if statement.error else "success",
            "start_time": started,
            "end_time": datetime.datetime.now(datetime.UTC),
            "error_message": statement.error,
            "query_text": statement.text[:_LOGGED_TEXT],
        }
        self._cluster.system_log.query(self._database, entry)

    def _parse_again(self) -> None:
        """Give PostgreSQL the unnamed statement again, which each of our own queries takes away."""
        prepared = self._prepared.get(b"")
        if prepared is not None and self._backend.status != FAILED:
            self._backend.parse(prepared.message)

    def _prepare_to_run(self, execution: _Execution) -> list[str]:
        translation, text = execution.translation, execution.statement.text
        self._cluster.faults.strike(text, Moment.BEFORE)
        if translation.outside_transaction and self._backend.status != IDLE:
            raise inside_transaction(translation.outside_transaction)
        if self._backend.status != FAILED:
            self._check(translation, execution.prepared)
        if not translation.is_done_here or self._backend.status == FAILED:
            return []  # PostgreSQL says itself that it failed
        return self._copy(execution) if translation.copy else self._unload(execution)

    def _check(self, translation: Translation, prepared: _Prepared | None) -> None:
        if prepared is not None:
            self._check_plan(prepared)
        self._hold(translation.conditions)

    def _hold(self, conditions: Iterable[Condition]) -> None:
        for condition in conditions:
            if self._backend.query(condition.query).rows:
                raise condition.error

    def _check_plan(self, prepared: _Prepared) -> None:
        """Fail where a table that was there at Parse is gone, even if there is another by its name.

        PostgreSQL would plan again. Redshift, as its driver's changes tell, does not:
        https://github.com/aws/amazon-redshift-python-driver/blob/master/CHANGELOG.md
        """
        if self._cluster.generations[self._database] == prepared.generation:
            return
        now = self._numbers(frozenset(prepared.tables))
        for name, number in prepared.tables.items():
            if number is not None and now.get(name) != number:
                raise RedshiftError(f"could not open relation with OID {number}")

    def _role(self, arn: str, region: str | None, command: str) -> Assumed:
        allowed = f"SELECT WHERE standin_may_assume({_literal(arn)}, {_literal(command)})"
        if not self._backend.query(allowed).rows:
            # https://docs.aws.amazon.com/redshift/latest/dg/r_GRANT-usage-notes.html
            raise RedshiftError(
                f'User {self._user} does not have ASSUMEROLE permission on IAM role "{arn}" for '
                f"{command}",
                "42501",
            )
        account = dataclasses.replace(self._cluster.account, user=self._user)
        return Assumed(self._cluster.s3, account, arn, region)

    def _unload(self, execution: _Execution) -> list[str]:
        """Do an UNLOAD in the client's session; what to tell the client."""
        command, text = execution.translation.unload, execution.statement.text
        assert command is not None
        role = self._role(command.role, command.region, "UNLOAD")
        [query] = self._translated(command.query, translate_one)
        halfway = functools.partial(self._cluster.faults.strike, text, Moment.DURING)
        return Unload(command, query.sql, halfway).run(role, self._backend)

    def _copy(self, execution: _Execution) -> list[str]:
        """Do a COPY in the client's session; what to tell the client."""
        command, statement, cluster = execution.translation.copy, execution.statement, self._cluster
        assert command is not None
        caller = Caller(self._database, self._session_id, next(cluster.query_ids), self._user_id)
        load = Load(
            command,
            caller,
            cluster.system_log,
            lambda: cluster.faults.strike(statement.text, Moment.DURING),
        )
        statement.copy = load.report
        try:
            role = self._role(command.role, command.region, "COPY")
            load.run(Source(role, command), self._backend)
        except RedshiftError:
            if (
                load.report.began
            ):  # https://docs.aws.amazon.com/redshift/latest/dg/PG_LAST_COPY_ID.html
                self._when_idle.append(_remember("id", caller.query_id))
            raise
        self._backend.query(_remember("id", caller.query_id))
        self._backend.query(_remember("count", load.report.rows))
        return load.notices()

    def _relay(
        self, executions: list[_Execution], described: deque[bytes], notices: list[str]
    ) -> None:
        """Pass PostgreSQL's answers on, up to and with its ReadyForQuery."""
        answers = _Answers(self._client)
        running = deque(executions)
        failed = False
        while (message := self._backend.receive()).kind != b"Z":
            if message.kind == b"C":
                for told in notices:
                    answers.add(wire.notice(told))
                message = self._completed(message, running.popleft() if running else None)
                _take(described)
            elif message.kind == b"T":
                message = self._describe(message, _take(described))
            elif message.kind == b"n":
                _take(described)
            elif message.kind == b"D":
                message = self._row(message, described)
            elif message.kind == b"E":
                failed = True
                error = wire.error_of(message.body)
                _mark_failed(running, error)
                message = wire.error_response(
                    error, "FATAL" if wire.is_fatal(message.body) else "ERROR"
                )
            answers.add(_as_redshift(message))
        if not failed:
            self._after(executions)
        answers.add(Message(b"Z", self._backend.status))
        answers.flush()

    def _after(self, executions: list[_Execution]) -> None:
        for execution in executions:
            self._hold(execution.translation.conditions_after)
            if execution.translation.defines:
                self._cluster.generations[self._database] += 1
            if execution.translation.commits and self._backend.status == IN_TRANSACTION:
                self._backend.query("COMMIT")
            self._cluster.faults.strike(execution.statement.text, Moment.AFTER)

    def _completed(self, message: Message, execution: _Execution | None) -> Message:
        tag = message.body[:-1].decode()
        if execution is None:
            return message
        execution.statement.tag = execution.translation.tag or tag
        return wire.command_complete(execution.statement.tag)

    def _describe(self, message: Message, name: bytes | None) -> Message:
        columns = wire.describe_columns(message.body, self._protocol)
        if name is not None:
            self._scales[name] = columns.scales
        return columns.message

    def _row(self, message: Message, described: deque[bytes]) -> Message:
        scales = self._scales.get(described[0], {}) if described else {}
        return wire.rescale_numerics(message.body, scales) if scales else message

    def _send(self, *messages: Message) -> None:
        self._client.sendall(b"".join(message.pack() for message in messages))


class _Answers:
    """The answers to a batch: kept back until all is known, unless they are many."""

    def __init__(self, client: socket.socket) -> None:
        self._client, self._packed, self._size = client, list[bytes](), 0

    def add(self, message: Message) -> None:
        packed = message.pack()
        self._packed.append(packed)
        self._size += len(packed)
        if self._size > _FLUSH_AT:
            self.flush()

    def flush(self) -> None:
        self._client.sendall(b"".join(self._packed))
        self._packed, self._size = [], 0


def _take(described: deque[bytes]) -> bytes | None:
    """Take the statement that is answered: each Describe and each Execute has an answer."""
    return described.popleft() if described else None


_NOT_PREPARED = _Prepared(Message(b"P", b""), "", Translation(""), 0, {})


def translate_one(sql: str, columns: KnownColumns) -> list[Translation]:
    return [translate(sql, columns)]


def _literal(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "''") + "'"


def _named(relations: Iterable[str]) -> str:
    """Return a query for names, each a row."""
    names = ", ".join(f"({_literal(name)})" for name in sorted(relations))
    return f"SELECT * FROM (VALUES {names}) AS v (name)"


def _remember(name: str, value: int) -> str:
    return f"SELECT set_config('standin.last_copy_{name}', '{value}', false)"


def _mark_failed(running: deque[_Execution], error: RedshiftError) -> None:
    for execution in running:
        execution.statement.error = error.message


def _as_redshift(message: Message) -> Message:
    if message.kind == b"S" and message.body.startswith(b"server_version\0"):
        return wire.parameter_status("server_version", SERVER_VERSION)
    return message
