"""`sparkify generate --out s3://...`: the same files as in a folder, written to a bucket."""

import os
import pickle
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

from sparkify.errors import ChecksFailed, ConfigError
from sparkify.generate import Recipe, generate
from tests.s3_server import REGION, KeyPair, S3Server

ROOT = Path(__file__).parents[1]
SPARKIFY = Path(sysconfig.get_path("scripts")) / "sparkify"
SMALL = Recipe(users=7, songs=30, artists=20, days=3, events=400, seed=5)


def run(*command: object, server: S3Server, keys: KeyPair | None, cwd: Path) -> str:
    """Run Python with the arguments; return its exit code, a newline, and its output."""
    others = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    environment = others | {
        "AWS_ENDPOINT_URL": server.endpoint,
        "AWS_REGION": REGION,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": str(cwd / "none"),
        "AWS_SHARED_CREDENTIALS_FILE": str(cwd / "none"),
        "PYTHONPATH": str(ROOT),
    }
    if keys:
        environment["AWS_ACCESS_KEY_ID"] = keys.access_key_id
        environment["AWS_SECRET_ACCESS_KEY"] = keys.secret_access_key
    done = subprocess.run(
        [sys.executable, *map(str, command)],
        cwd=cwd,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
    )
    return f"{done.returncode}\n{done.stderr}{done.stdout}"


def make(
    out: str, recipe: Recipe, server: S3Server, cwd: Path, keys: KeyPair | None = None
) -> list[str]:
    """Run `sparkify generate`; return its exit code and the lines of its output."""
    names = ("users", "songs", "artists", "days", "events", "seed")
    sizes = [word for name in names for word in (f"--{name}", getattr(recipe, name))]
    output = run(SPARKIFY, "generate", "--out", out, *sizes, server=server, keys=keys, cwd=cwd)
    return output.splitlines()


def in_folder(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def in_bucket(server: S3Server, bucket: str) -> dict[str, bytes]:
    return {key: server.get(bucket, key) for key in server.keys(bucket)}


@pytest.mark.parametrize("prefix", ["", "some/where/"])
def test_a_bucket_gets_the_files_that_a_folder_gets(
    s3_server: S3Server, tmp_path: Path, prefix: str
) -> None:
    bucket = f"made-{len(prefix)}"
    s3_server.make_bucket(bucket)
    generate(tmp_path / "out", SMALL)

    code, message, *_ = make(f"s3://{bucket}/{prefix}", SMALL, s3_server, tmp_path, s3_server.admin)

    assert code == "0"
    assert f"Wrote 400 events and 30 songs in {SMALL.files} files to s3://{bucket}/" in message
    expected = {prefix + name: data for name, data in in_folder(tmp_path / "out").items()}
    assert in_bucket(s3_server, bucket) == expected


def test_a_day_without_events_is_an_empty_object(s3_server: S3Server, tmp_path: Path) -> None:
    s3_server.make_bucket("made-empty")
    nothing = Recipe(users=1, songs=1, artists=1, days=3, events=0)
    generate(tmp_path / "out", nothing)

    make("s3://made-empty", nothing, s3_server, tmp_path, s3_server.admin)

    assert in_bucket(s3_server, "made-empty") == in_folder(tmp_path / "out")


def test_processes_upload_large_days_part_by_part(s3_server: S3Server, tmp_path: Path) -> None:
    s3_server.make_bucket("made-large")
    large = Recipe(users=50, songs=60, artists=40, days=2, events=50_000)  # 12 MB a day
    generate(tmp_path / "out", large)
    program = (
        "from sparkify.generate import writer as g; from sparkify.sources import *\n"
        "from sparkify.generate import Recipe\n"
        f"g.PARALLEL_FROM = 0\ng.generate(S3Output('s3://made-large', S3Access()), {large!r})"
    )

    output = run("-c", program, server=s3_server, keys=s3_server.admin, cwd=tmp_path)

    assert output == "0\n"
    assert in_bucket(s3_server, "made-large") == in_folder(tmp_path / "out")


def test_a_second_data_set_is_not_mixed_into_the_first(s3_server: S3Server, tmp_path: Path) -> None:
    s3_server.put("made-twice", "here/song_data/A/x.json", b"{}")

    output = make("s3://made-twice/here", SMALL, s3_server, tmp_path, s3_server.admin)

    assert output == [
        "2",
        "Error: s3://made-twice/here/song_data already exists, and two data sets would mix",
        "Try: choose another --out, or delete the old data first",
    ]
    assert s3_server.keys("made-twice") == ["here/song_data/A/x.json"]


def test_a_target_that_cannot_be_written_is_a_two_line_error(
    s3_server: S3Server, tmp_path: Path
) -> None:
    s3_server.make_bucket("made-not")
    strangers = KeyPair.new()
    for out, keys, error, hint in (
        ("s3://made-not/x", None, "no keys for S3 were found", "set AWS_ACCESS_KEY_ID and"),
        ("s3://made-not/x", s3_server.reader, "permission denied", "give your keys s3:PutObject"),
        ("s3://made-not/x", strangers, "the access key is not known", "check AWS_ACCESS_KEY_ID"),
        ("s3://not-made/x", s3_server.admin, "the bucket does not exist", "check its name"),
    ):
        output = make(out, SMALL, s3_server, tmp_path, keys)

        assert output[0] == "1"
        assert output[1].startswith(f"Error: {out} cannot be written: {error}")
        assert output[2].startswith(f"Try: {hint}")
        assert len(output) == 3
    assert s3_server.keys("made-not") == []


def test_a_target_that_names_no_bucket_is_an_error(s3_server: S3Server, tmp_path: Path) -> None:
    output = make("s3://", SMALL, s3_server, tmp_path, s3_server.admin)

    assert output == ["2", "Error: s3:// names no bucket", "Try: write it as s3://bucket/prefix"]


def test_a_process_that_used_s3_before_starts_no_workers(
    s3_server: S3Server, tmp_path: Path
) -> None:
    # A fork would wait forever for the threads of the S3 client.
    s3_server.make_bucket("made-after")
    generate(tmp_path / "out", SMALL)
    program = (
        "from sparkify.generate import writer as g; from sparkify.sources import *\n"
        "from sparkify.generate import Recipe\ng.PARALLEL_FROM = 0\n"
        "target = S3Output('s3://made-after', S3Access())\nassert not target.contains('x')\n"
        f"g.generate(target, {SMALL!r})"
    )

    output = run("-c", program, server=s3_server, keys=s3_server.admin, cwd=tmp_path)

    assert output == "0\n"
    assert in_bucket(s3_server, "made-after") == in_folder(tmp_path / "out")


def test_an_error_in_a_worker_reaches_the_caller(s3_server: S3Server, tmp_path: Path) -> None:
    program = (
        "from sparkify.generate import writer as g; from sparkify.sources import *\n"
        "from sparkify.generate import Recipe\nfrom sparkify.errors import SourceError\n"
        "g.PARALLEL_FROM = 0\n"
        "try: g.generate(S3Output('s3://not-made', S3Access()), Recipe())\n"
        "except SourceError as error: raise SystemExit(f'{error}; {error.hint}')"
    )

    output = run("-c", program, server=s3_server, keys=s3_server.admin, cwd=tmp_path)

    assert output.startswith("1\ns3://not-made cannot be written: the bucket does not exist; check")


@pytest.mark.parametrize("error", [ConfigError("what", "how"), ChecksFailed("what", "how")])
def test_an_error_from_another_process_is_complete(error: ConfigError | ChecksFailed) -> None:
    came = pickle.loads(pickle.dumps(error))

    assert (type(came), str(came), came.hint) == (type(error), "what", "how")


def test_data_generated_in_s3_can_be_loaded_from_there(s3_server: S3Server, tmp_path: Path) -> None:
    s3_server.make_bucket("made-to-load")
    make("s3://made-to-load/x", SMALL, s3_server, tmp_path, s3_server.admin)
    locations = (("LOG_DATA", "log_data"), ("SONG_DATA", "song_data"))
    options = [f"--set=S3.{key}=s3://made-to-load/x/{name}" for key, name in locations]
    options.append("--set=S3.LOG_JSONPATH=s3://made-to-load/x/log_json_path.json")

    for script in ("create_tables.py", "etl.py"):
        arguments = options if script == "etl.py" else []
        output = run(
            ROOT / script, *arguments, server=s3_server, keys=s3_server.reader, cwd=tmp_path
        )
        assert output.startswith("0\n"), output
    assert "Loaded 33 files" in output
    assert "checks: 25 passed." in output


@pytest.mark.slow
def test_a_file_larger_than_the_memory_it_takes(s3_server: S3Server, tmp_path: Path) -> None:
    s3_server.make_bucket("made-huge")
    program = (
        "from sparkify.memory import peak_memory_bytes\nfrom sparkify.sources import *\n"
        "target = S3Output('s3://made-huge', S3Access())\n"
        "target.write('x', ('x' * 2**16 for _ in range(6_400)))\n"
        "raise SystemExit(str(peak_memory_bytes()))"
    )

    output = run("-c", program, server=s3_server, keys=s3_server.admin, cwd=tmp_path)

    peak = int(output.split()[1])
    assert s3_server.store("made-huge").head("x")["size"] == 400 * 2**20
    assert peak < 200 * 2**20
