"""`sparkify diff`: two warehouses, row by row."""

import json
import re
import shlex
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb
import pytest
import sqlfluff
import sqlglot
from redshift_standin import Login, Standin
from redshift_standin.plugin import ROLE
from sqlglot import expressions as exp

from sparkify.engines.duckdb.exporter import DuckDbExporter
from sparkify.serve import diff
from sparkify.serve.diff import compare_table
from sparkify.sources import S3Access
from sparkify.sql import ANALYSTS_TABLES, Column, Statement, buckets, star_columns
from sparkify.sql.buckets import bucket_hashes, rows_of_buckets
from tests.command_line import ROOT, call
from tests.s3_server import S3Server
from tests.small_source import EVENTS, SONGS

STAR = ANALYSTS_TABLES
MOVING = (ROOT / "docs/moving.md").read_text(encoding="utf-8")
CHANGES = {
    "update users set level = 'gold' where user_id < 5": ("users", "changed"),
    "update artists set name = '' where artist_id = (select min(artist_id) from artists)": (
        "artists",
        "changed",
    ),
    "delete from songs where song_id = (select min(song_id) from songs)": ("songs", "only_a"),
    "insert into time values ('1969-12-31 23:59:59.999', 1, 1, 1, 1, 1969, 0)": ("time", "only_b"),
}


@pytest.fixture
def twins(asked: Path) -> Path:
    """Give a folder with a warehouse and a copy of it."""
    shutil.copy(asked / "sparkify.duckdb", asked / "copy.duckdb")
    return asked


def execute(file: Path, *statements: str) -> None:
    with duckdb.connect(str(file)) as connection:
        for statement in statements:
            connection.execute(statement)


def diffed(folder: Path, *arguments: str, code: int) -> dict[str, Any]:
    done = call("diff", *arguments, "--json", cwd=folder)
    assert done.code == code, done.err
    found: dict[str, Any] = json.loads(done.out)
    return found


# --- what is found


def test_a_copy_is_equal(twins: Path) -> None:
    done = call("diff", "sparkify.duckdb", "copy.duckdb", cwd=twins)

    assert (done.code, done.err) == (0, "")
    assert done.out.splitlines()[:2] == ["A: sparkify.duckdb", "B: copy.duckdb"]
    assert re.search(r"A and B are equal: [\d,]+ rows in 6 tables\.\n$", done.out)


@pytest.mark.parametrize("change", CHANGES)
def test_each_kind_of_difference_is_found_where_it_is(twins: Path, change: str) -> None:
    table, kind = CHANGES[change]
    execute(twins / "copy.duckdb", change)
    found = diffed(twins, "sparkify.duckdb", "copy.duckdb", code=3)

    different = {each["table"]: each for each in found["tables"] if each[kind]}
    assert list(different) == [table]
    assert {name for name in ("only_a", "only_b", "changed") if different[table][name]} == {kind}
    assert not found["equal"]


def test_a_changed_column_is_shown_with_both_values(twins: Path) -> None:
    execute(
        twins / "copy.duckdb",
        "update songplays set level = null, location = location || '\u00e9' "
        "where songplay_id = (select min(songplay_id) from songplays)",
    )
    found = diffed(twins, "sparkify.duckdb", "copy.duckdb", "--table", "songplays", code=3)

    [plays] = found["tables"]
    assert plays["changed_columns"] == {"level": 1, "location": 1}
    [example] = plays["examples"]
    assert set(example["key"]) == {"songplay_id", "user_id"}
    was, became = example["values"]["location"]
    assert became == f"{was}\u00e9"
    assert example["values"]["level"][1] is None


def test_the_text_fits_a_screen_and_the_line_of_a_terminal(twins: Path) -> None:
    execute(twins / "copy.duckdb", *CHANGES, "update songplays set level = level || '!'")
    done = call("diff", "sparkify.duckdb", "copy.duckdb", cwd=twins)
    lines = done.out.splitlines()

    assert done.code == 3
    assert len(lines) <= 30
    assert max(map(len, lines[:12])) <= 80
    assert "users, changed: user_id 2; level 'free' -> 'gold'" in done.out
    assert "time, only in B: start_time 1969-12-31 23:59:59.999" in done.out
    assert re.search(r"A and B differ in [\d,]+ rows\.\n$", done.out)


@pytest.mark.parametrize("form", ["parquet", "csv"])
def test_an_export_is_a_side_and_tells_null_from_an_empty_text(asked: Path, form: str) -> None:
    execute(
        asked / "sparkify.duckdb",
        "update artists set name = '', location = null "
        "where artist_id = (select min(artist_id) from artists)",
        """insert into artists values ('AR "x"', 'a,b\n"c"', ' ', 1e-300, 0.1)""",
        "delete from songs",
    )
    call("export", "out", "--format", form, cwd=asked)
    assert diffed(asked, "sparkify.duckdb", "out", code=0)["equal"]

    execute(asked / "sparkify.duckdb", "update artists set name = null where name = ''")
    found = diffed(asked, "out", "sparkify.duckdb", "--table", "artists", code=3)
    assert found["tables"][0]["examples"][0]["values"] == {"name": ["", None]}


EXTREME = ["'nan'", "'infinity'", "'-infinity'", "1e300", "1e-300", "4e-320", "4611686018427387904"]


@pytest.mark.parametrize("value", EXTREME)
def test_a_double_that_cannot_be_hashed_is_compared_itself(twins: Path, value: str) -> None:
    change = f"update artists set latitude = cast({value} as double)"
    execute(twins / "sparkify.duckdb", change)
    execute(twins / "copy.duckdb", change)
    assert diffed(twins, "sparkify.duckdb", "copy.duckdb", code=0)["equal"]

    first = "artist_id = (select min(artist_id) from artists)"
    execute(twins / "copy.duckdb", f"update artists set latitude = 0 where {first}")
    found = diffed(twins, "sparkify.duckdb", "copy.duckdb", code=3)
    assert [each["changed"] for each in found["tables"] if each["table"] == "artists"] == [1]


def test_a_row_that_is_there_twice_is_found(twins: Path) -> None:
    execute(twins / "copy.duckdb", "insert into songs select * from songs order by song_id limit 2")
    found = diffed(twins, "sparkify.duckdb", "copy.duckdb", "--table", "songs", code=3)

    assert (found["tables"][0]["only_b"], found["tables"][0]["changed"]) == (2, 0)


# --- what it costs


class Counting(DuckDbExporter):
    """Counts the statements of a side, and the rows that it gives beside the hashes."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, S3Access())
        self.statements = self.rows = 0

    def fetch(self, statement: Statement, **parameters: Any) -> Any:
        result = super().fetch(statement, **parameters)
        self.statements += 1
        self.rows += len(result.rows) if statement.name.endswith("rows_of_buckets") else 0
        return result


def counted(folder: Path, table: str) -> tuple[diff.TableDifference, Counting]:
    a, b = Counting(folder / "sparkify.duckdb"), Counting(folder / "copy.duckdb")
    difference = compare_table(a, b, table)
    a.close()
    b.close()
    return difference, a


def test_equal_tables_cost_one_statement_and_no_row(twins: Path) -> None:
    difference, side = counted(twins, "songplays")

    assert difference.rows_a > 1000
    assert (side.statements, side.rows) == (1, 0)


def test_of_a_changed_row_only_its_bucket_is_fetched(twins: Path) -> None:
    execute(
        twins / "copy.duckdb",
        "update songplays set level = 'x' "
        "where songplay_id = (select min(songplay_id) from songplays)",
    )
    difference, side = counted(twins, "songplays")

    assert difference.changed == 1
    assert side.statements == 2
    assert side.rows < difference.rows_a / 100


def test_many_differences_are_fetched_in_parts_and_not_without_end(
    twins: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(diff, "ROWS_PER_FETCH_OF_BUCKETS", 100)
    execute(twins / "copy.duckdb", "update songplays set level = 'x'")
    whole, side = counted(twins, "songplays")
    assert (whole.changed, whole.not_compared) == (whole.rows_a, 0)
    assert side.statements > whole.rows_a / 100
    assert len(whole.examples) == diff.EXAMPLES

    monkeypatch.setattr(diff, "MOST_DIFFERENCES", 150)
    part, side = counted(twins, "songplays")
    assert part.changed + part.not_compared == part.rows_a
    assert 150 <= part.changed <= 300
    assert side.rows <= 300


# --- what cannot be compared


def test_one_warehouse_is_not_compared_with_itself(asked: Path) -> None:
    (asked / "dwh.cfg").write_text("[CLUSTER]\n[IAM_ROLE]\n[S3]\n")
    done = call("diff", "dwh.cfg", "sparkify.duckdb", cwd=asked)

    assert done.code == 2
    assert "are the same warehouse" in done.err


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("nosuch", "there is no nosuch"),
        ("nosuch.duckdb", "there is no nosuch.duckdb"),
        ("data", "is no complete export"),
        ("s3://bucket/out", "is not on this machine"),
        ("empty.duckdb", "has no tables yet"),
    ],
)
def test_what_is_no_warehouse_is_said_in_two_lines(asked: Path, name: str, said: str) -> None:
    (asked / "data").mkdir()
    duckdb.connect(str(asked / "empty.duckdb")).close()
    done = call("diff", "sparkify.duckdb", name, cwd=asked)

    assert done.code in {1, 2}
    error, hint = done.err.splitlines()
    assert error.startswith("Error: ")
    assert said in error
    assert hint.startswith("Try: ")


@pytest.mark.parametrize("fault", ["lost", "cut", "column"])
def test_a_damaged_export_is_not_compared(asked: Path, fault: str) -> None:
    call("export", "out", cwd=asked)
    file = asked / "out/users/data_0.parquet"
    manifest = asked / "out/manifest.json"
    if fault == "lost":
        file.unlink()
    elif fault == "cut":
        file.write_bytes(file.read_bytes()[:-1])
    else:
        manifest.write_text(manifest.read_text().replace('"first_event_at"', '"other"'))
    done = call("diff", "sparkify.duckdb", "out", cwd=asked)

    assert done.code == 2
    assert ("users lacks first_event_at" if fault == "column" else "data_0.parquet") in done.err


# --- the statements

# Each has a page of its own in the Amazon Redshift Database Developer Guide.
DOCUMENTED = {
    *("MD5", "STRTOL", "SUBSTRING", "OCTET_LENGTH", "DATEDIFF", "TRUNC", "ABS", "COALESCE"),
    *("CAST", "CASE", "SUM", "COUNT"),
}


@pytest.mark.parametrize("table", STAR)
def test_redshift_documents_all_functions_of_the_statements(table: str) -> None:
    for statement in (bucket_hashes(table), rows_of_buckets(table, [1, -2])):
        called = set(re.findall(r"\b([A-Z][A-Z0-9_]+)\(", statement.text)) - {"AS", "IN"}
        assert called <= DOCUMENTED
        tree = sqlglot.parse_one(statement.text, read="redshift")
        assert not list(tree.find_all(exp.Command))


def test_redshifts_grammar_takes_the_statements() -> None:
    for statement in (bucket_hashes("artists"), rows_of_buckets("songplays", [1, -2])):
        sqlfluff.parse(statement.text, dialect="redshift")


def test_every_type_of_a_column_has_a_canonical_text() -> None:
    for kind in {column.kind for table in STAR for column in star_columns(table)}:
        assert buckets._value_text(Column("x", kind)).sql()


# --- the page about moving


def blocks(language: str) -> Sequence[str]:
    return re.findall(rf"```{language}\n(.*?)```", MOVING, re.DOTALL)


def test_the_move_of_the_page_can_be_made(
    standin: Standin, s3_server: S3Server, login: Login, tmp_path: Path
) -> None:
    s3_server.put("my-bucket", "log_data/a.json", EVENTS)
    s3_server.put("my-bucket", "song_data/a.json", SONGS)
    [written], [commands], [shown] = blocks("ini"), blocks("sh"), blocks("text")
    ours = {
        "HOST": login.host,
        "DB_NAME": login.database,
        "DB_USER": login.user,
        "DB_PORT": str(login.port),
        "ARN": ROLE,
    }
    for key, value in ours.items():
        written, changed = re.subn(rf"(?m)^{key}=.*$", f"{key}={value}", written)
        assert changed == 1
    (tmp_path / "redshift.cfg").write_text(written)
    locations = written[written.index("[S3]") :].replace("WORK_DATA=s3://my-bucket/work\n", "")
    (tmp_path / "dwh.cfg").write_text(f"[CLUSTER]\n[IAM_ROLE]\n{locations}")
    call("create-tables", cwd=tmp_path)
    env = {
        "AWS_ACCESS_KEY_ID": s3_server.admin.access_key_id,
        "AWS_SECRET_ACCESS_KEY": s3_server.admin.secret_access_key,
        "SSL_CERT_FILE": str(standin.ca_file),
        "SPARKIFY_CLUSTER_DB_PASSWORD": login.password,
        "SPARKIFY_S3_ENDPOINT_URL": s3_server.endpoint,
    }

    for command in commands.splitlines():
        name, *arguments = shlex.split(command)
        assert name == "sparkify"
        done = call(*arguments, cwd=tmp_path, env=env)
        assert done.code == 0, (command, done.err)
    assert [line.rstrip() for line in done.out.split("\n") if line.strip()] == [
        line.rstrip() for line in shown.split("\n") if line.strip()
    ]
