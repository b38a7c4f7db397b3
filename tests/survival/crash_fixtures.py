"""The warehouses under attack, one an engine: each can be had with the history in it, and read."""

import shutil
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

import duckdb
from redshift_standin.client import Client
from redshift_standin.plugin import ROLE
from redshift_standin.standin import Login, Standin

from sparkify.sql import DIMENSIONS, FACT, STAGING_TABLES
from tests.command_line import run
from tests.s3_server import S3Server

from .source_files import settings

BUCKET = "survival-load"

TABLES = (
    *(*STAGING_TABLES, FACT, *DIMENSIONS),
    *("loaded_files", "load_errors", "text_repairs"),
)
# They differ from one run to the next, and nothing else may.
MOMENTS = {"loaded_at", "run_id"}

Rows = list[tuple[Any, ...]]
Content = dict[str, Counter[tuple[Any, ...]]]


class CrashTarget(Protocol):
    """A warehouse that processes load."""

    folder: Path
    env: dict[str, str]

    def answers(self, *texts: str) -> list[tuple[list[str], Rows]]:
        """Run queries on one connection, by no engine of the product; return columns and rows."""


class CrashTargets(Protocol):
    """Where warehouses with the history in them come from."""

    def new(self, folder: Path) -> CrashTarget:
        """Make one more of them, whose processes work in this folder."""


class DuckDbTarget:
    """A DuckDB file in its folder."""

    def __init__(self, folder: Path, data: Mapping[str, str]) -> None:
        self.folder = folder
        self.file = folder / "warehouse.duckdb"
        self.env = {**data, "SPARKIFY_CLUSTER_DB_NAME": str(folder / "warehouse")}

    def answers(self, *texts: str) -> list[tuple[list[str], Rows]]:
        with duckdb.connect(str(self.file)) as connection:
            return [_answered(connection.execute(text)) for text in texts]


class DuckDbTargets:
    """Copies of one file that the history was loaded into."""

    def __init__(self, folder: Path, history: Path, whole: Path) -> None:
        self._first = DuckDbTarget(folder, settings(str(history)))
        self._data = settings(str(whole))
        _load_history(self._first)

    def new(self, folder: Path) -> CrashTarget:
        shutil.copy(self._first.file, folder)
        return DuckDbTarget(folder, self._data)


class RedshiftTarget:
    """A database of the stand-in."""

    def __init__(self, folder: Path, login: Login, env: Mapping[str, str]) -> None:
        self.folder = folder
        self._login = login
        self.env = {
            **env,
            "SPARKIFY_CLUSTER_HOST": login.host,
            "SPARKIFY_CLUSTER_DB_PORT": str(login.port),
            "SPARKIFY_CLUSTER_DB_NAME": login.database,
            "SPARKIFY_CLUSTER_DB_USER": login.user,
            "SPARKIFY_CLUSTER_DB_PASSWORD": login.password,
        }

    def answers(self, *texts: str) -> list[tuple[list[str], Rows]]:
        client = Client(self._login)
        try:
            with client.connection.cursor() as cursor:
                return [_answered(cursor.execute(text)) for text in texts]
        finally:
            client.close()


class RedshiftTargets:
    """Copies of one database that the history was loaded into; the data is in a bucket."""

    def __init__(
        self, folder: Path, history: Path, whole: Path, standin: Standin, s3: S3Server
    ) -> None:
        self._standin = standin
        self._env = {
            "SSL_CERT_FILE": str(standin.ca_file),
            "AWS_ACCESS_KEY_ID": s3.admin.access_key_id,
            "AWS_SECRET_ACCESS_KEY": s3.admin.secret_access_key,
            "SPARKIFY_IAM_ROLE_ARN": ROLE,
            "SPARKIFY_S3_ENDPOINT_URL": s3.endpoint,
            "SPARKIFY_S3_WORK_DATA": f"s3://{BUCKET}/scratch",
        }
        for data in (history, whole):
            for path in filter(Path.is_file, data.rglob("*")):
                s3.put(BUCKET, f"{data.name}/{path.relative_to(data)}", path.read_bytes())
        self._data = settings(f"s3://{BUCKET}/{whole.name}")
        self._first = standin.new_database()
        _load_history(self._target(folder, self._first, settings(f"s3://{BUCKET}/{history.name}")))

    def new(self, folder: Path) -> CrashTarget:
        return self._target(folder, self._standin.new_database(like=self._first), self._data)

    def _target(self, folder: Path, database: str, data: Mapping[str, str]) -> CrashTarget:
        return RedshiftTarget(folder, self._standin.login(database), {**self._env, **data})


def _answered(asked: Any) -> tuple[list[str], Rows]:
    names = [str(column[0]) for column in asked.description or ()]
    return names, [tuple(row) for row in asked.fetchall()]


def rows_of(target: CrashTarget, text: str) -> Rows:
    """Return the rows of one query."""
    [(_, rows)] = target.answers(text)
    return rows


def _load_history(target: CrashTarget) -> None:
    for door in ("create_tables.py", "etl.py"):
        done = run(door, cwd=target.folder, env=target.env)
        assert done.code == 0, done.err


def repeatable_content(target: CrashTarget) -> Content:
    """Count each row of the warehouse, without its times and the log of runs."""
    found = {}
    answers = target.answers(*(f'select * from "{table}"' for table in TABLES))
    for table, (columns, rows) in zip(TABLES, answers, strict=True):
        kept = [place for place, name in enumerate(columns) if name not in MOMENTS]
        found[table] = Counter(tuple(row[place] for place in kept) for row in rows)
    return found


def outcomes(target: CrashTarget) -> list[str]:
    """Return the outcomes of the runs, in their order."""
    rows = rows_of(target, "select outcome from runs order by started_at")
    return [outcome for (outcome,) in rows]


# What must be true between two runs, whatever happened to the first: each selects what breaks it.
ALWAYS = {
    "an object of a loaded file is staged or refused": """
        select * from (
            select
                'staging_events' as name,
                (select count(*) from staging_events) as staged
            union all
            select 'staging_songs', (select count(*) from staging_songs)
        ) as tables
        where staged <> (
            select coalesce(sum(objects - refused), 0)
            from loaded_files where staging_table = tables.name
        )
    """,
    "what is refused is in the quarantine": """
        select uri from loaded_files as files
        where refused <> (select count(*) from load_errors as e where e.uri = files.uri)
    """,
    "a file is loaded once": """
        select uri, etag from loaded_files group by uri, etag having count(*) > 1
    """,
    "a play that is staged is in the star, once": """
        select plays.* from (
            select sessionid * 1000000 + iteminsession as songplay_id, userid as user_id
            from staging_events where page = 'NextSong' and userid is not null
            group by sessionid * 1000000 + iteminsession, userid
        ) as plays
        full outer join (
            select songplay_id, user_id, count(*) as rows from songplays
            group by songplay_id, user_id
        ) as kept on plays.songplay_id = kept.songplay_id and plays.user_id = kept.user_id
        where plays.songplay_id is null or kept.songplay_id is null or kept.rows <> 1
    """,
}


def broken(target: CrashTarget) -> list[str]:
    """List the rules that do not hold."""
    answers = target.answers(*ALWAYS.values())
    return [rule for rule, (_, rows) in zip(ALWAYS, answers, strict=True) if rows]
