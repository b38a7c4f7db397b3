"""Settings: the precedence of their four origins, valid values, and errors."""

import itertools
import shutil
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import fields
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sparkify.checks import configured_checks
from sparkify.config import CHOICES, KEYS, EngineName, Settings, load_settings
from sparkify.engines import ENGINES
from sparkify.errors import ConfigError

ROOT = Path(__file__).resolve().parent.parent
PASSWORD = "hunter2-Tr0ub4dor"

# As in the brief.
BRIEF = """\
[CLUSTER]
HOST=''
DB_NAME=''
DB_USER=''
DB_PASSWORD=''
DB_PORT=5439

[IAM_ROLE]
ARN=''

[S3]
LOG_DATA='s3://udacity-dend/log_data'
LOG_JSONPATH='s3://udacity-dend/log_json_path.json'
SONG_DATA='s3://udacity-dend/song_data'
"""
# The same without quotes and port, as some copies have it.
BRIEF_UNQUOTED = BRIEF.replace("'", "").replace("5439", "")

Key = tuple[str, str]

# The text settings, with the field of each.
TEXTS = {
    key: name
    for key, name in KEYS.items()
    if isinstance(getattr(Settings(), name), str) and key not in CHOICES
}


@pytest.fixture(autouse=True)
def _in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def written(text: str, name: str = "dwh.cfg") -> Path:
    path = Path(name)
    path.write_text(text, encoding="utf-8")
    return path


def file_with(key: Key, value: str) -> str:
    sections = {"CLUSTER": "", "IAM_ROLE": "", "S3": ""}
    sections[key[0]] = f"{key[1]}={value}\n"
    return "".join(f"[{name}]\n{content}" for name, content in sections.items())


def load(
    file: Path | None = None,
    overrides: Mapping[str, str] | None = None,
    environment: Mapping[str, str] | None = None,
) -> Settings:
    return load_settings(file, overrides, environment or {})


def error(
    file: Path | None = None,
    overrides: Mapping[str, str] | None = None,
    environment: Mapping[str, str] | None = None,
) -> ConfigError:
    with pytest.raises(ConfigError) as raised:
        load(file, overrides, environment)
    assert raised.value.exit_code == 2
    assert raised.value.hint
    return raised.value


# --- precedence


@pytest.mark.parametrize(
    "places", [p for n in range(4) for p in itertools.combinations("cef", n)], ids="".join
)
@pytest.mark.parametrize(("key", "name"), TEXTS.items(), ids=TEXTS.values())
def test_the_command_line_wins_over_the_environment_over_the_file_over_the_default(
    key: Key, name: str, places: tuple[str, ...]
) -> None:
    if "f" in places:
        written(file_with(key, "from the file"))
    environment = {f"SPARKIFY_{key[0]}_{key[1]}": "from the environment"} if "e" in places else {}
    overrides = {f"{key[0]}.{key[1]}": "from the command line"} if "c" in places else {}

    value = getattr(load(None, overrides, environment), name)

    if not places:
        assert value == getattr(Settings(), name)
    else:
        sources = {"c": "the command line", "e": "the environment", "f": "the file"}
        assert value == f"from {sources[places[0]]}"


@pytest.mark.parametrize(
    ("given", "read"), [("", "warn"), ("warn", "warn"), ("STRICT", "strict"), ("evolve", "evolve")]
)
def test_the_schema_mode_is_one_of_three_words(given: str, read: str) -> None:
    assert load(overrides={"ETL.SCHEMA": given}).source_schema == read


def test_an_unknown_schema_mode_is_reported(tmp_path: Path) -> None:
    assert str(error(overrides={"ETL.SCHEMA": "lenient"})) == (
        "[ETL] SCHEMA is 'lenient', not one of evolve, warn, strict"
    )


@pytest.mark.parametrize(
    ("given", "read"),
    [
        ({}, "duckdb"),
        ({"CLUSTER.HOST": "h"}, "redshift"),
        ({"CLUSTER.ENGINE": "", "CLUSTER.HOST": "h"}, "redshift"),
        ({"CLUSTER.ENGINE": "DuckDB", "CLUSTER.HOST": "h"}, "duckdb"),
        ({"CLUSTER.ENGINE": "redshift"}, "redshift"),
    ],
)
def test_the_engine_is_the_one_named_else_depends_on_the_host(
    given: dict[str, str], read: str
) -> None:
    assert load(overrides=given).engine == read


def test_every_engine_can_be_named() -> None:
    assert get_args(EngineName) == tuple(ENGINES)
    for name in ENGINES:
        assert load(environment={"SPARKIFY_CLUSTER_ENGINE": name}).engine == name


def test_an_unknown_engine_is_reported() -> None:
    assert str(error(overrides={"CLUSTER.ENGINE": "oracle"})) == (
        f"[CLUSTER] ENGINE is 'oracle', not one of {', '.join(ENGINES)}"
    )


def test_numbers_follow_the_same_order() -> None:
    written(file_with(("CLUSTER", "DB_PORT"), "1001"))

    assert load().db_port == 1001
    assert load(None, {}, {"SPARKIFY_CLUSTER_DB_PORT": "1002"}).db_port == 1002
    both = load(None, {"CLUSTER.DB_PORT": "1003"}, {"SPARKIFY_CLUSTER_DB_PORT": "1002"})
    assert both.db_port == 1003


def test_places_mix_key_by_key() -> None:
    written(file_with(("S3", "LOG_DATA"), "f"))

    settings = load(None, {"IAM_ROLE.ARN": "c"}, {"SPARKIFY_S3_SONG_DATA": "e"})

    assert (settings.log_data, settings.song_data, settings.iam_role) == ("f", "e", "c")
    assert settings.log_jsonpath == Settings().log_jsonpath


def test_the_default_environment_is_that_of_the_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SPARKIFY_S3_REGION", "eu-north-1")

    assert load_settings().s3_region == "eu-north-1"


def test_a_password_can_come_from_the_environment() -> None:
    written(file_with(("CLUSTER", "DB_PASSWORD"), "other"))

    settings = load(None, {}, {"SPARKIFY_CLUSTER_DB_PASSWORD": PASSWORD})

    assert settings.db_password.value == PASSWORD


def test_a_password_that_is_not_utf_8_is_rejected_and_not_printed() -> None:
    with pytest.raises(ConfigError, match=r"^\[CLUSTER\] DB_PASSWORD is not UTF-8$") as raised:
        load(None, {}, {"SPARKIFY_CLUSTER_DB_PASSWORD": f"{PASSWORD}\udcf6"})

    assert raised.value.__cause__ is None
    assert raised.value.__suppress_context__


def test_a_named_file_is_read_instead_of_the_one_in_the_folder() -> None:
    written(file_with(("S3", "LOG_DATA"), "here"))
    named = written(file_with(("S3", "SONG_DATA"), "there"), "other.cfg")

    settings = load(named)

    assert (settings.log_data, settings.song_data) == (Settings().log_data, "there")


def test_names_on_the_command_line_may_be_in_lower_case() -> None:
    assert load(None, {"s3.log_data": "x"}).log_data == "x"


def test_an_override_can_clear_a_value() -> None:
    written(file_with(("S3", "LOG_JSONPATH"), "paths.json"))

    assert load(None, {"S3.LOG_JSONPATH": ""}).log_jsonpath == ""
    assert load(None, {}, {"SPARKIFY_S3_LOG_JSONPATH": ""}).log_jsonpath == ""


def test_without_any_setting_the_defaults_apply() -> None:
    assert load() == Settings()


# --- values


@pytest.mark.parametrize("quote", ["", "'", '"'])
@pytest.mark.parametrize(
    "value",
    [
        "100%",
        "%(HOST)s",
        "%%",
        "50%s off",
        "a=b",
        "a:b",
        "$HOME",
        "a#b",
        "a;b",
        "ünï",
        "{x}",
        "it's",
    ],
)
def test_a_value_is_read_unchanged(value: str, quote: str) -> None:
    written(file_with(("S3", "LOG_DATA"), f"{quote}{value}{quote}"))

    assert load().log_data == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("'arn:aws:iam::1:role/r'", "arn:aws:iam::1:role/r"),
        ('"arn:aws:iam::1:role/r"', "arn:aws:iam::1:role/r"),
        ("   'x'   ", "x"),
        ("' x '", " x "),
        ("'x\"", "'x\""),
        ("'", "'"),
        ("''x''", "'x'"),
    ],
)
def test_one_pair_of_quotes_is_removed(text: str, value: str) -> None:
    written(file_with(("IAM_ROLE", "ARN"), text))

    assert load().iam_role == value
    assert load(None, {"IAM_ROLE.ARN": text}).iam_role == value
    assert load(None, {}, {"SPARKIFY_IAM_ROLE_ARN": text}).iam_role == value


# Any text that fits on one line of a UTF-8 file.
ONE_LINE = st.text(st.characters(codec="utf-8", exclude_characters="\r\n"))


@given(value=ONE_LINE, key=st.sampled_from(sorted(TEXTS)), quote=st.sampled_from("'\""))
def test_any_value_written_in_quotes_is_read_as_it_was(value: str, key: Key, quote: str) -> None:
    written(file_with(key, f"{quote}{value}{quote}"))
    settings = load()

    default = (
        getattr(Settings(), TEXTS[key]) if key[1] in {"DB_NAME", "LOG_DATA", "SONG_DATA"} else ""
    )
    assert getattr(settings, TEXTS[key]) == (value or default)
    assert settings.warnings == ()


@given(password=ONE_LINE)
def test_any_password_written_in_quotes_is_read_as_it_was(password: str) -> None:
    with tempfile.NamedTemporaryFile("w", suffix=".cfg", encoding="utf-8") as file:
        file.write(file_with(("CLUSTER", "DB_PASSWORD"), f"'{password}'"))
        file.flush()

        assert load(Path(file.name)).db_password.value == password


PIECES = ["[CLUSTER]", "[IAM_ROLE]", "[S3]", "[", "]", "DB_PORT", "ARN", "=", ":", "'", '"']
PIECES += ["%", "#", ";", " ", "\t", "\n", "\n[S3]\n", "1", "\0", "\ufeff", "\x85", "[DEFAULT]\n"]


@given(pieces=st.lists(st.sampled_from(PIECES) | st.text(st.characters(codec="utf-8"))))
def test_any_text_as_settings_file_is_read_or_rejected_without_a_crash(pieces: list[str]) -> None:
    with tempfile.NamedTemporaryFile("w", suffix=".cfg", encoding="utf-8") as file:
        file.write("".join(pieces))
        file.flush()
        with suppress(ConfigError):
            load(Path(file.name))
        file.write("\n[CLUSTER]\n[IAM_ROLE]\n[S3]\n")
        file.flush()
        with suppress(ConfigError):
            load(Path(file.name))


@pytest.mark.parametrize("name", ["DB_NAME", "DB_PORT"])
def test_an_empty_value_that_is_needed_means_the_default(name: str) -> None:
    field = KEYS["CLUSTER", name]

    for value in ("", "''", '""', "  "):
        written(file_with(("CLUSTER", name), value))
        assert getattr(load(), field) == getattr(Settings(), field)


def test_the_file_may_begin_with_a_byte_order_mark_and_end_lines_as_windows_does() -> None:
    Path("dwh.cfg").write_bytes(b"\xef\xbb\xbf" + BRIEF.replace("\n", "\r\n").encode())

    assert load() == load(written(BRIEF, "plain.cfg"))


def test_keys_may_be_in_lower_case_and_have_space_around() -> None:
    written("[CLUSTER]\ndb_name = music\n[IAM_ROLE]\n[S3]\n")

    assert load().db_name == "music"


# --- common files


@pytest.mark.parametrize("text", [BRIEF, BRIEF_UNQUOTED], ids=["quoted", "unquoted"])
def test_the_file_of_the_brief_loads(text: str) -> None:
    written(text)

    assert load() == Settings(
        log_data="s3://udacity-dend/log_data",
        log_jsonpath="s3://udacity-dend/log_json_path.json",
        song_data="s3://udacity-dend/song_data",
    )


def test_the_file_of_the_brief_filled_in_loads() -> None:
    written(
        BRIEF.replace("HOST=''", "HOST='dwh.c1.us-west-2.redshift.amazonaws.com'")
        .replace("DB_NAME=''", "DB_NAME='dwh'")
        .replace("DB_USER=''", "DB_USER='dwhuser'")
        .replace("DB_PASSWORD=''", f"DB_PASSWORD='{PASSWORD}'")
        .replace("ARN=''", "ARN='arn:aws:iam::123456789012:role/dwhRole'")
    )

    settings = load()

    assert settings.host == "dwh.c1.us-west-2.redshift.amazonaws.com"
    assert (settings.db_name, settings.db_user, settings.db_port) == ("dwh", "dwhuser", 5439)
    assert settings.db_password.value == PASSWORD
    assert settings.iam_role == "arn:aws:iam::123456789012:role/dwhRole"
    assert settings.warnings == ()


def test_the_example_file_equals_the_defaults() -> None:
    shutil.copy(ROOT / "dwh.cfg.example", "dwh.cfg")

    assert load() == Settings()


def test_the_example_file_names_every_setting() -> None:
    text = (ROOT / "dwh.cfg.example").read_text(encoding="utf-8")

    shown: set[Key] = set()
    section = ""
    for line in (line.lstrip("#") for line in text.splitlines()):
        if line.startswith("["):
            section = line.strip("[]")
        elif "=" in line and not line.startswith(" "):
            shown.add((section, line.partition("=")[0]))
    assert shown == {*KEYS, ("CHECKS", "NO_FILE_SHRANK")}


def test_every_setting_has_a_key() -> None:
    beside = {"warnings", "file", "origins", "check_severities", "database_folder", "read_wait"}
    assert {field.name for field in fields(Settings)} - beside == set(KEYS.values())


# --- checks


def test_the_severity_of_a_check_comes_from_file_environment_or_command_line() -> None:
    file = written(
        "[CLUSTER]\n[IAM_ROLE]\n[S3]\n[CHECKS]\nfolder=mine\none=block\ntwo=WARN\n", "my.cfg"
    )
    read = load_settings(
        file,
        overrides={"checks.three": "block"},
        environment={"SPARKIFY_CHECKS_TWO": "block", "SPARKIFY_CHECKS_FOLDER": ""},
    )
    assert read.check_severities == {"one": "block", "two": "block", "three": "block"}
    assert read.checks_folder == ""
    assert read.warnings == ()
    assert load_settings(file, environment={}).own_checks_folder == file.parent / "mine"


def test_a_severity_that_there_is_not_is_an_error() -> None:
    with pytest.raises(ConfigError, match=r"\[CHECKS\] ONE is 'error', not one of block, warn"):
        load_settings(overrides={"CHECKS.ONE": "error"}, environment={})


def test_a_severity_of_no_check_is_an_error_with_the_nearest_name() -> None:
    settings = load_settings(overrides={"CHECKS.NO_FILE_SHRUNK": "block"}, environment={})
    with pytest.raises(ConfigError, match=r"did you mean NO_FILE_SHRANK\?"):
        configured_checks(settings)


# --- paths

PATHS = {
    ("S3", "LOG_DATA"): "log_data",
    ("S3", "LOG_JSONPATH"): "log_jsonpath",
    ("S3", "SONG_DATA"): "song_data",
    ("S3", "WORK_DATA"): "work_data",
    ("CHECKS", "FOLDER"): "own_checks_folder",
    ("METRICS", "FILE"): "metrics_file",
    ("CLUSTER", "DB_NAME"): "database_file",
}


def path_given(key: Key, value: str, origin: str, folder: str = "conf") -> str:
    """Return the path of a setting that has this value in its file, environment or option."""
    Path(folder).mkdir(exist_ok=True)
    file = written(file_with(key, value if origin == "file" else ""), f"{folder}/dwh.cfg")
    environment = {f"SPARKIFY_{key[0]}_{key[1]}": value} if origin == "environment" else {}
    overrides = {f"{key[0]}.{key[1]}": value} if origin == "command line" else {}
    read = load_settings(file, overrides, environment)
    return str(getattr(read, PATHS[key])).removesuffix(".duckdb")


@pytest.mark.parametrize("key", PATHS, ids=PATHS.values())
def test_a_path_is_relative_to_the_settings_file_and_a_typed_one_to_the_working_directory(
    key: Key, tmp_path: Path
) -> None:
    assert path_given(key, "a/b", "file") == "conf/a/b"
    assert path_given(key, "../b", "file") == "conf/../b"
    assert path_given(key, "a/b", "environment") == "conf/a/b"
    assert path_given(key, "a/b", "command line") == "a/b"
    assert path_given(key, "a", "file", f"{tmp_path}/there") == f"{tmp_path}/there/a"


@pytest.mark.parametrize("key", PATHS, ids=PATHS.values())
def test_an_absolute_path_and_the_home_folder_stay(
    key: Key, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", "/home/someone")

    for origin in ("file", "environment"):
        assert path_given(key, "/srv/a", origin) == "/srv/a"
        assert path_given(key, "~/a", origin) == "/home/someone/a"


@pytest.mark.parametrize("location", ["s3://bucket/prefix", "S3A://bucket/prefix", "gs://bucket/p"])
def test_a_location_with_a_scheme_is_no_path(location: str) -> None:
    for origin in ("file", "environment"):
        found = path_given(("S3", "LOG_DATA"), location, origin)
        assert found == location.replace("S3A", "s3")


def test_defaults_lie_beside_the_settings_file_and_empty_paths_stay_empty() -> None:
    Path("conf").mkdir()
    file = written(file_with(("S3", "LOG_JSONPATH"), ""), "conf/dwh.cfg")

    settings = load(file)

    assert (settings.log_data, settings.song_data) == ("conf/data/log_data", "conf/data/song_data")
    assert settings.database_file == Path("conf/sparkify.duckdb")
    assert (settings.log_jsonpath, settings.work_data) == ("", "")
    assert (settings.checks_folder, settings.metrics_file) == ("", None)


def test_paths_of_the_file_in_the_working_directory_stay_as_they_are_written() -> None:
    written(file_with(("S3", "LOG_DATA"), "./logs//today/"))

    assert load().log_data == "./logs//today/"
    assert load().song_data == "data/song_data"


# --- origins


def test_a_setting_has_its_origin() -> None:
    file = written("[CLUSTER]\nDB_NAME=a\nDB_PORT=1\nDB_USER=a\n[IAM_ROLE]\n[S3]\n", "my.cfg")
    environment = {"SPARKIFY_CLUSTER_DB_PORT": "2", "SPARKIFY_CLUSTER_DB_USER": "b"}

    settings = load_settings(file, {"CLUSTER.DB_USER": "c"}, environment)

    assert (settings.db_name, settings.db_port, settings.db_user) == ("a", 2, "c")
    assert settings.origins == {
        ("CLUSTER", "DB_NAME"): "my.cfg",
        ("CLUSTER", "DB_PORT"): "environment",
        ("CLUSTER", "DB_USER"): "command line",
    }


def test_a_setting_left_empty_is_given_only_if_empty_means_something() -> None:
    environment = {"SPARKIFY_S3_LOG_DATA": "", "SPARKIFY_S3_LOG_JSONPATH": ""}

    settings = load_settings(environment=environment)

    assert settings.log_data == Settings().log_data
    assert settings.origins == {("S3", "LOG_JSONPATH"): "environment"}


def test_origins_do_not_count_in_comparisons() -> None:
    given = load_settings(overrides={"CLUSTER.DB_NAME": "sparkify"}, environment={})

    assert given == Settings()
    assert hash(given) == hash(Settings())


# --- warnings


@pytest.mark.parametrize(
    ("section", "key", "nearest"),
    [
        ("CLUSTER", "DB_PASWORD", "[CLUSTER] DB_PASSWORD"),
        ("CLUSTER", "DBNAME", "[CLUSTER] DB_NAME"),
        ("S3", "LOGDATA", "[S3] LOG_DATA"),
        ("S3", "SONGS_DATA", "[S3] SONG_DATA"),
        ("CLUSTER", "ARN", "[IAM_ROLE] ARN"),
        ("S3", "BATCH_MB", "[ETL] BATCH_MB"),
    ],
)
def test_an_unknown_key_warns_with_the_nearest_known_one(
    section: str, key: str, nearest: str
) -> None:
    written(file_with((section, key), PASSWORD))

    settings = load()

    (warning,) = settings.warnings
    assert "dwh.cfg" in warning
    assert f"[{section}] {key}" in warning
    assert f"did you mean {nearest}?" in warning
    assert PASSWORD not in warning
    assert load() == Settings(warnings=settings.warnings)


def test_an_unknown_key_without_a_near_one_gives_no_suggestion() -> None:
    written(file_with(("S3", "QQJJWW"), "1"))

    (warning,) = load().warnings
    assert "unknown key [S3] QQJJWW" in warning
    assert "did you mean" not in warning


def test_each_unknown_key_gives_a_warning() -> None:
    written("[CLUSTER]\nUSER=1\n[IAM_ROLE]\n[S3]\nLOGS=2\n[ETC]\nX=3\n")

    assert len(load().warnings) == 3


# --- errors


@pytest.mark.parametrize("section", ["CLUSTER", "IAM_ROLE", "S3"])
def test_a_misspelt_section_is_named(section: str) -> None:
    written(BRIEF.replace(f"[{section}]", "[OTHER]"))

    raised = error()

    assert str(raised) == f"dwh.cfg has no section [{section}]"
    assert f"[{section}]" in raised.hint


@pytest.mark.parametrize("section", ["CLUSTER", "IAM_ROLE", "S3", "ETL", "CHECKS"])
def test_a_section_that_is_absent_is_empty(section: str) -> None:
    written(f"[{section}]\n")

    assert load(environment={}).engine == "duckdb"
    assert load(environment={}).warnings == ()


@pytest.mark.parametrize(
    "text",
    [
        "LOG_DATA='s3://bucket/log_data'\n",
        "just a sentence",
        '{"CLUSTER": {}}',
        "<html></html>",
    ],
)
def test_a_file_without_any_section_header_is_rejected(text: str) -> None:
    written(text)

    raised = error()

    assert str(raised).startswith("dwh.cfg is not a settings file: ")
    assert "section" in str(raised)
    assert "as sparkify init does" in raised.hint


def test_an_empty_file_is_rejected() -> None:
    written("")

    assert str(error()) == "dwh.cfg has no section [CLUSTER]"


@pytest.mark.parametrize(
    "data", [BRIEF.encode("utf-16"), BRIEF.replace("''", "'\xe9'").encode("latin-1"), b"\xff"]
)
def test_a_file_that_is_not_utf8_is_rejected(data: bytes) -> None:
    Path("dwh.cfg").write_bytes(data)

    raised = error()

    assert str(raised) == "the settings file dwh.cfg is not UTF-8 text"
    assert "UTF-8" in raised.hint


def test_a_named_file_that_is_absent_is_rejected() -> None:
    raised = error(Path("nowhere/my.cfg"))

    assert "nowhere/my.cfg" in str(raised)
    assert "No such file" in str(raised)
    assert "--config" in raised.hint


def test_a_folder_as_settings_file_is_rejected() -> None:
    Path("dwh.cfg").mkdir()

    assert "dwh.cfg cannot be read: Is a directory" in str(error())


@pytest.mark.parametrize(
    "text",
    ["[CLUSTER]\nHOST=a\nHOST=b\n[IAM_ROLE]\n[S3]\n", "[CLUSTER]\n[CLUSTER]\n[IAM_ROLE]\n[S3]\n"],
)
def test_a_duplicate_section_or_key_is_rejected(text: str) -> None:
    written(text)

    assert "already exists" in str(error())


@pytest.mark.parametrize(
    "value",
    ["many", "0", "-1", "65536", "5439.0", "5_439", "1e3", "0x10", "54 39", "²", "9" * 5000],
)
def test_a_wrong_number_is_named_with_its_range(value: str) -> None:
    written(file_with(("CLUSTER", "DB_PORT"), value))

    for raised in (
        error(),
        error(None, {"CLUSTER.DB_PORT": value}),
        error(None, {}, {"SPARKIFY_CLUSTER_DB_PORT": value}),
    ):
        assert "[CLUSTER] DB_PORT" in str(raised)
        assert "whole number from 1 to 65535" in str(raised)


@pytest.mark.parametrize("value", ["1", "65535", "'5439'"])
def test_a_number_in_range_is_accepted(value: str) -> None:
    written(file_with(("CLUSTER", "DB_PORT"), value))

    assert load().db_port == int(value.strip("'"))


def test_an_unknown_name_on_the_command_line_is_rejected_with_the_nearest() -> None:
    raised = error(None, {"S3.LOGDATA": "x"})

    assert str(raised) == "there is no setting S3.LOGDATA (did you mean [S3] LOG_DATA?)"
    assert "SECTION.KEY" in raised.hint


@pytest.mark.parametrize("name", ["", "LOG_DATA", "S3", ".", "S3.LOG.DATA"])
def test_an_invalid_name_is_rejected(name: str) -> None:
    assert f"there is no setting {name}" in str(error(None, {name: "x"}))


# --- the password is never printed


@pytest.mark.parametrize("name", ["CLUSTER.DB_PASSWORD", "cluster.db_password"])
def test_a_password_on_the_command_line_is_rejected(name: str) -> None:
    raised = error(None, {name: PASSWORD})

    assert "DB_PASSWORD on the command line" in str(raised)
    assert "SPARKIFY_CLUSTER_DB_PASSWORD" in raised.hint
    assert PASSWORD not in f"{raised!r} {raised.hint}"


def test_a_password_is_in_no_text_of_the_settings() -> None:
    written(file_with(("CLUSTER", "DB_PASSWORD"), PASSWORD))

    settings = load()

    assert settings.db_password.value == PASSWORD
    texts = [repr(settings), str(settings), f"{settings}", str(settings.db_password)]
    texts += [repr(settings.db_password), f"{settings.db_password}", repr({"s": settings})]
    assert not [text for text in texts if PASSWORD in text]


@pytest.mark.parametrize(
    "text",
    [
        f"DB_PASSWORD={PASSWORD}\n",
        f"[CLUSTER]\nDB_PASSWORD {PASSWORD}\n",
        f"[CLUSTER]\nDB_PASSWORD=a\nDB_PASSWORD={PASSWORD}\n",
        f"[CLUSTER]\nDB_PASSWORD={PASSWORD}\nDB_PASSWORD=b\n",
        f"[CLUSTER]\n={PASSWORD}\n",
        f"[CLUSTER\nDB_PASSWORD={PASSWORD}\n",
        f"[CLUSTR]\nDB_PASSWORD={PASSWORD}\n[IAM_ROLE]\n",
        f"[CLUSTER]\nDB_PASSWORD={PASSWORD}\nDB_PORT=x\n[IAM_ROLE]\n[S3]\n",
    ],
    ids=["no header", "no equals", "twice", "first", "no key", "open header", "section", "number"],
)
def test_a_password_is_in_no_error_about_the_file(text: str) -> None:
    written(text)

    raised: BaseException | None = error()

    while raised is not None:  # what --debug prints is the whole chain
        assert PASSWORD not in str(raised)
        raised = (
            None
            if raised.__suppress_context__ and not raised.__cause__
            else (raised.__cause__ or raised.__context__)
        )


@pytest.mark.parametrize("scheme", ["s3", "s3a", "s3n", "S3A", "S3"])
def test_the_schemes_of_spark_are_read_as_s3(scheme: str) -> None:
    environment = {
        f"SPARKIFY_S3_{key}": f"{scheme}://bucket/s3a/{key.lower()}"
        for key in ("LOG_DATA", "SONG_DATA", "LOG_JSONPATH", "WORK_DATA")
    }

    settings = load_settings(environment=environment)

    locations = (settings.log_data, settings.song_data, settings.log_jsonpath, settings.work_data)
    assert locations == (
        "s3://bucket/s3a/log_data",
        "s3://bucket/s3a/song_data",
        "s3://bucket/s3a/log_jsonpath",
        "s3://bucket/s3a/work_data",
    )
