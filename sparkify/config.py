"""The settings, from command line, environment, `dwh.cfg` and defaults, in this precedence.

The sections and keys are the brief's, and a few optional ones. No other module reads a setting, an
environment variable or a default.
"""

import configparser
import difflib
import os
import re
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, cast, get_args

from sparkify.errors import ConfigError
from sparkify.unfinished import atomic_file

DEFAULT_FILE = Path("dwh.cfg")
EXAMPLE_NAME = "dwh.cfg.example"
DATABASE_SUFFIX = ".duckdb"

Key = tuple[str, str]
SchemaMode = Literal["evolve", "warn", "strict"]
YesOrNo = Literal["no", "yes"]
EngineName = Literal["duckdb", "redshift", "postgres"]
PublishMode = Literal["auto", "on", "off"]
NoticeForm = Literal["auto", "json", "slack", "teams", "discord"]
Severity = Literal["block", "warn"]


@dataclass(frozen=True, slots=True)
class Secret:
    """A text that prints as stars; `value` is the text itself."""

    value: str = field(repr=False)

    def __str__(self) -> str:
        return "********" if self.value else ""


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of a command. Locations are a folder or an `s3://bucket/prefix`.

    Relative paths were already joined to the folder that they are relative to: the settings file's,
    or, of a value of the command line, the working directory. `database_folder` is that of DB_NAME.
    `read_wait` is what --wait says: so many seconds a reader waits for a command that writes.
    `check_severities` is by the name of a check. `origins` holds for each given setting where it
    was given: in the file, the environment or on the command line.
    """

    engine_name: str = ""
    host: str = ""
    db_name: str = "sparkify"
    database_folder: Path = Path()
    db_user: str = ""
    db_password: Secret = Secret("")
    db_port: int = 5439
    db_schema: str = ""
    db_secret: str = ""
    publish: PublishMode = "auto"
    iam_role: str = ""
    log_data: str = "data/log_data"
    log_jsonpath: str = "data/log_json_path.json"
    song_data: str = "data/song_data"
    s3_region: str = ""
    s3_endpoint_url: str = ""
    s3_profile: str = ""
    s3_kms_key: str = ""
    work_data: str = ""
    batch_mb: int = 1024
    max_errors: int = 100
    lock_wait: float = 3600
    read_wait: float = 10
    statement_timeout: int = 0
    memory_limit: int | None = None
    follow_links: YesOrNo = "no"
    source_schema: SchemaMode = "warn"
    checks_folder: str = ""
    file_mode: str = "600"
    notify_url: Secret = Secret("")
    notify_form: str = "auto"
    heartbeat_url: Secret = Secret("")
    metrics_path: str = ""
    lineage_url: Secret = Secret("")
    lineage_api_key: Secret = Secret("")
    lineage_path: str = ""
    lineage_namespace: str = "sparkify"
    lineage_parent: str = ""
    privacy_key: Secret = Secret("")
    privacy_key_path: str = "privacy.key"
    check_severities: Mapping[str, Severity] = field(default_factory=dict, hash=False)
    warnings: tuple[str, ...] = ()
    file: Path = field(default=DEFAULT_FILE, compare=False)
    origins: Mapping[Key, str] = field(default_factory=dict, compare=False, repr=False)

    @property
    def engine(self) -> EngineName:
        """The engine that is named, else Redshift where there is a HOST, else DuckDB."""
        if self.engine_name:
            return cast("EngineName", self.engine_name)
        return "redshift" if self.host else "duckdb"

    @property
    def database_file(self) -> Path:
        """The file of the DuckDB warehouse: `<DB_NAME>.duckdb`, beside the settings file.

        A `~` is the home folder, as it is to DuckDB.
        """
        return self.database_folder / _expanded(f"{self.db_name}{DATABASE_SUFFIX}")

    @property
    def umask(self) -> int:
        """The permissions that files do not get; who may read a file may enter its folder."""
        mode = int(self.file_mode, 8)
        return 0o777 & ~(mode | (mode & 0o444) >> 2)

    @property
    def own_checks_folder(self) -> Path:
        """The folder of [CHECKS] FOLDER."""
        return Path(_expanded(self.checks_folder))

    @property
    def metrics_file(self) -> Path | None:
        """The file of [METRICS] FILE, None without one."""
        return Path(_expanded(self.metrics_path)) if self.metrics_path else None

    @property
    def lineage_file(self) -> Path | None:
        """The file of [LINEAGE] FILE, None without one."""
        return Path(_expanded(self.lineage_path)) if self.lineage_path else None

    @property
    def privacy_key_file(self) -> Path:
        """The file of [PRIVACY] KEY_FILE."""
        return Path(_expanded(self.privacy_key_path))

    @property
    def wants_lineage(self) -> bool:
        """Return whether runs are reported to [LINEAGE] URL or FILE."""
        return bool(self.lineage_url.value or self.lineage_path)

    @property
    def failed_marker(self) -> Path:
        """The file beside the settings file that exists from a failed run to the next good one."""
        return self.file.parent / f".{self.file.name}.failed"


def _expanded(path: str) -> str:
    """Return a path with its `~` as the home folder, if there is one."""
    return os.path.expanduser(path)  # noqa: PTH111 - Path's raises


DEFAULT_SETTINGS = Settings()
GivenSettings = Settings | str | Path | Mapping[str, str] | None

REQUIRED_SECTIONS = ("CLUSTER", "IAM_ROLE", "S3")

# (section, key) in the file -> the field of Settings
KEYS = {
    ("CLUSTER", "ENGINE"): "engine_name",
    ("CLUSTER", "HOST"): "host",
    ("CLUSTER", "DB_NAME"): "db_name",
    ("CLUSTER", "DB_USER"): "db_user",
    ("CLUSTER", "DB_PASSWORD"): "db_password",
    ("CLUSTER", "DB_PORT"): "db_port",
    ("CLUSTER", "DB_SCHEMA"): "db_schema",
    ("CLUSTER", "DB_SECRET"): "db_secret",
    ("CLUSTER", "PUBLISH"): "publish",
    ("IAM_ROLE", "ARN"): "iam_role",
    ("S3", "LOG_DATA"): "log_data",
    ("S3", "LOG_JSONPATH"): "log_jsonpath",
    ("S3", "SONG_DATA"): "song_data",
    ("S3", "REGION"): "s3_region",
    ("S3", "ENDPOINT_URL"): "s3_endpoint_url",
    ("S3", "PROFILE"): "s3_profile",
    ("S3", "KMS_KEY"): "s3_kms_key",
    ("S3", "WORK_DATA"): "work_data",
    ("ETL", "BATCH_MB"): "batch_mb",
    ("ETL", "MAX_ERRORS"): "max_errors",
    ("ETL", "LOCK_WAIT"): "lock_wait",
    ("ETL", "STATEMENT_TIMEOUT"): "statement_timeout",
    ("ETL", "MEMORY_LIMIT"): "memory_limit",
    ("ETL", "SCHEMA"): "source_schema",
    ("CHECKS", "FOLDER"): "checks_folder",
    ("OUTPUT", "FILE_MODE"): "file_mode",
    ("ETL", "FOLLOW_LINKS"): "follow_links",
    ("NOTIFY", "URL"): "notify_url",
    ("NOTIFY", "FORM"): "notify_form",
    ("NOTIFY", "HEARTBEAT_URL"): "heartbeat_url",
    ("METRICS", "FILE"): "metrics_path",
    ("LINEAGE", "URL"): "lineage_url",
    ("LINEAGE", "API_KEY"): "lineage_api_key",
    ("LINEAGE", "FILE"): "lineage_path",
    ("LINEAGE", "NAMESPACE"): "lineage_namespace",
    ("LINEAGE", "PARENT"): "lineage_parent",
    ("PRIVACY", "KEY"): "privacy_key",
    ("PRIVACY", "KEY_FILE"): "privacy_key_path",
}
# A URL is one too: whoever has it can write to the channel.
_URLS = {("NOTIFY", "URL"), ("NOTIFY", "HEARTBEAT_URL"), ("LINEAGE", "URL")}
SECRETS = {("CLUSTER", "DB_PASSWORD"), ("LINEAGE", "API_KEY"), ("PRIVACY", "KEY"), *_URLS}
PARENT_VARIABLE = "OPENLINEAGE_PARENT_ID"
# Every other key of this section is the name of a check, and its value the check's severity.
CHECKS_SECTION = "CHECKS"
# [AWS] is one of many courses, and is answered with where keys belong.
KNOWN_SECTIONS = frozenset({*(section for section, _ in KEYS), CHECKS_SECTION, "AWS"})
# An empty value of these means the default; of the others it means none.
DEFAULT_WHEN_EMPTY = {
    *("DB_NAME", "DB_PORT", "PUBLISH", "LOG_DATA", "SONG_DATA"),
    *("BATCH_MB", "MAX_ERRORS", "LOCK_WAIT", "STATEMENT_TIMEOUT", "MEMORY_LIMIT", "SCHEMA"),
    *("FOLLOW_LINKS", "FILE_MODE", "FORM", "NAMESPACE", "KEY_FILE"),
}
# The default of DB_PORT is Redshift's; this is PostgreSQL's.
POSTGRES_PORT = 5432
WHOLE_NUMBERS = {
    "DB_PORT": (1, 65_535),
    "BATCH_MB": (1, 1_048_576),
    "MAX_ERRORS": (0, 99_999),
    "LOCK_WAIT": (0, 604_800),
    "STATEMENT_TIMEOUT": (0, 604_800),
    "MEMORY_LIMIT": (256, 16_777_216),
}

CHOICES = {
    ("CLUSTER", "ENGINE"): get_args(EngineName),
    ("CLUSTER", "PUBLISH"): get_args(PublishMode),
    ("ETL", "SCHEMA"): get_args(SchemaMode),
    ("OUTPUT", "FILE_MODE"): ("600", "640", "660", "644", "664"),
    ("ETL", "FOLLOW_LINKS"): get_args(YesOrNo),
    ("NOTIFY", "FORM"): get_args(NoticeForm),
}
# Hadoop's and Spark's names for locations in S3.
_S3_SCHEME = re.compile("^s3[an]?://", re.IGNORECASE)
LOCATIONS = ("LOG_DATA", "LOG_JSONPATH", "SONG_DATA", "WORK_DATA")
# The other settings that are paths; DB_NAME is one of a DuckDB warehouse only.
_OTHER_PATHS = {("CHECKS", "FOLDER"), ("METRICS", "FILE"), ("LINEAGE", "FILE")}
_OTHER_PATHS |= {("PRIVACY", "KEY_FILE")}
DATABASE = ("CLUSTER", "DB_NAME")
# What begins like this is no path of this machine.
URI_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:/")
COMMAND_LINE = "command line"
# Keys of AWS, as many write them into this file; nobody reads them there.
_AWS_KEYS = {"KEY", "SECRET", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"}
_MOST_FILE_BYTES = 1 << 20

# what a settings file is made of when there is none
_BARE = b"[CLUSTER]\n\n[IAM_ROLE]\n\n[S3]\n"


def load_settings(
    file: str | Path | None = None,
    overrides: Mapping[str, str] | None = None,
    environment: Mapping[str, str] = os.environ,
) -> Settings:
    """Read the settings.

    `file` is the requested file; without it `./dwh.cfg` is read if it exists. `overrides` maps
    `SECTION.KEY` to a value, from the command line; environment variables are named
    `SPARKIFY_<SECTION>_<KEY>`. A value may be wrapped in quotes; `%` is just a character. Relative
    paths are joined to the settings file's folder, except those of the command line.

    Raises ConfigError for a missing or invalid file, a missing section, or an invalid value.
    Unknown keys become `Settings.warnings`.
    """
    path = Path(file) if file else DEFAULT_FILE
    from_file, warnings = _read_file(path, is_named=bool(file))
    places = {
        str(path): from_file,
        "environment": _read_environment(environment),
        COMMAND_LINE: _read_overrides(overrides or {}),
    }
    return _settings_by_place(path, places, warnings)


def planned_settings(
    file: Path, values: Mapping[str, str], environment: Mapping[str, str] = os.environ
) -> Settings:
    """Return the settings that will be in force once `file` holds these values.

    `values` is by `SECTION.KEY`. Raises ConfigError for unknown keys, secrets, invalid values.
    """
    places = {str(file): _read_overrides(values), "environment": _read_environment(environment)}
    return _settings_by_place(file, places, ())


def create_settings_file(file: Path, values: Mapping[str, str]) -> None:
    """Write a commented settings file with these values, by `SECTION.KEY`; only its user reads it.

    Raises ConfigError if it exists or cannot be written, or for a value of several lines.
    """
    text = _example_text()
    for dotted, value in values.items():
        if value.splitlines()[1:]:
            raise ConfigError(f"{dotted} has several lines", "give it in one line")
        text = _with_value(text, dotted.upper().partition(".")[2], value)
    try:
        with open(file, "x", encoding="utf-8", opener=_private) as opened:
            opened.write(text)
    except OSError as error:
        raise ConfigError(
            f"the settings file {file} cannot be written: {error.strerror}",
            "name another with --config",
        ) from error


def require_new_file(file: Path) -> None:
    """Raise ConfigError if the file exists."""
    if file.exists():
        raise ConfigError(
            f"{file} exists, and is not overwritten", "edit it, or name another with --config"
        )


def _with_value(text: str, key: str, value: str) -> str:
    return re.sub(rf"^#?{key}=.*$", lambda _: f"{key}='{value}'", text, flags=re.MULTILINE)


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _example_text() -> str:
    """Return dwh.cfg.example: a wheel has it in the package, a checkout beside it."""
    package = Path(__file__).resolve().parent
    places = (package / EXAMPLE_NAME, package.parent / EXAMPLE_NAME)
    return next(filter(Path.exists, places)).read_text(encoding="utf-8")


def _settings_by_place(
    file: Path, places: Mapping[str, Mapping[Key, str]], warnings: tuple[str, ...]
) -> Settings:
    """Return the settings; of a key that several places give, the last place has it."""
    given = {
        key: (_unquoted(value), place)
        for place, values in places.items()
        for key, value in values.items()
    }
    fields, origins = {}, {}
    severities: dict[str, Severity] = {}
    for key, (value, place) in given.items():
        if key not in KEYS:
            if value:
                severities[key[1].lower()] = cast(
                    "Severity", _one_of(get_args(Severity), key, value)
                )
                origins[key] = place
        elif value or key[1] not in DEFAULT_WHEN_EMPTY:
            fields[KEYS[key]] = _typed(key, value)
            origins[key] = place
    if fields.get("engine_name") == "postgres":
        fields.setdefault("db_port", POSTGRES_PORT)
    folder = file.parent
    return Settings(
        **fields | _joined_paths(folder, fields, origins),  # type: ignore[arg-type]  # _typed did
        database_folder=Path() if origins.get(DATABASE) == COMMAND_LINE else folder,
        check_severities=severities,
        warnings=warnings,
        file=file,
        origins=origins,
    )


def _joined_paths(
    folder: Path, fields: Mapping[str, object], origins: Mapping[Key, str]
) -> dict[str, str]:
    """Return the fields with a path that is relative to this folder, joined to it.

    The paths are as short as the settings file's own: for `./dwh.cfg` they stay as they are.
    """
    joined = {}
    for key, name in KEYS.items():
        if (key[1] in LOCATIONS or key in _OTHER_PATHS) and origins.get(key) != COMMAND_LINE:
            value = str(fields.get(name, getattr(DEFAULT_SETTINGS, name)))
            if folder != Path() and value and not URI_SCHEME.match(value):
                joined[name] = str(folder / _expanded(value))
    return joined


def settings_of_file(database: Path) -> Settings:
    """Return the settings for a DuckDB file that is named itself, and not by a settings file."""
    return Settings(engine_name="duckdb", db_name=database.stem, database_folder=database.parent)


def as_settings(given: GivenSettings) -> Settings:
    """Return the settings of a file, of a mapping of `SECTION.KEY` to values, or themselves.

    Without any they are those of `./dwh.cfg`, if it exists. Raises ConfigError.
    """
    if isinstance(given, Settings):
        return given
    if isinstance(given, Mapping):
        return load_settings(None, given)
    return load_settings(given)


def write_warehouse(path: Path, host: str, port: int, role_arn: str) -> None:
    """Write a warehouse's endpoint and role into a settings file, creating it if needed.

    Everything else, comments included, is unchanged. A new file replaces the old one atomically, so
    that an interruption leaves either of them whole. Raises ConfigError.
    """
    import configupdater

    try:
        written = path.read_bytes() if path.exists() else _BARE
        updater = configupdater.ConfigUpdater(space_around_delimiters=False)
        updater.read_string(written.decode("utf-8-sig").replace("\r\n", "\n"))
        for section, key, value in (
            ("CLUSTER", "HOST", host),
            ("CLUSTER", "DB_PORT", str(port)),
            ("IAM_ROLE", "ARN", role_arn),
        ):
            if not updater.has_section(section):
                updater.add_section(section)
            updater.set(section, key, value)
        text = str(updater)
        _replace(path.resolve(), text.replace("\n", "\r\n") if b"\r\n" in written else text)
    except OSError as error:
        raise ConfigError(
            f"the settings file {path} cannot be written: {error.strerror}",
            f"write it yourself: HOST={host}, DB_PORT={port}, ARN={role_arn}",
        ) from error


def _replace(path: Path, text: str) -> None:
    """Replace a file and keep its permissions: it may hold a password."""
    mode = stat.S_IMODE(path.stat().st_mode) if path.exists() else 0o600
    with atomic_file(path) as unfinished:
        unfinished.write_bytes(text.encode())
        unfinished.chmod(mode)


def _read_file(path: Path, *, is_named: bool) -> tuple[dict[Key, str], tuple[str, ...]]:
    """Return the settings of a file; one that is not named need not exist."""
    if not is_named and not path.exists():
        return {}, ()
    parser = configparser.ConfigParser(interpolation=None)
    try:
        parser.read_string(_file_text(path), source=str(path))
    except OSError as error:
        raise ConfigError(
            f"the settings file {path} cannot be read: {error.strerror}",
            "name an existing file with --config, or write one: sparkify init",
        ) from error
    except UnicodeDecodeError as error:
        raise ConfigError(
            f"the settings file {path} is not UTF-8 text", "save it as plain UTF-8 text"
        ) from error
    except configparser.Error as error:
        # The error and its chain quote the faulty line, which may hold the password.
        raise ConfigError(
            f"{path} is not a settings file: {_fault(error)}",
            "write [SECTION] lines, each with KEY = value lines below it, as sparkify init does",
        ) from None
    _require_sections(parser, path)
    return _known_keys(parser, path)


def _file_text(path: Path) -> str:
    """Return the text of a settings file, which is a regular file of a bounded size."""
    status = path.stat()
    is_regular = stat.S_ISREG(status.st_mode) or stat.S_ISDIR(status.st_mode)
    if not is_regular or status.st_size > _MOST_FILE_BYTES:
        raise ConfigError(
            f"{path} is no settings file: it is not a regular file of at most 1 MB",
            "name one with --config, or write one: sparkify init",
        )
    return path.read_text(encoding="utf-8-sig")


def _fault(error: configparser.Error) -> str:
    match error:
        case configparser.MissingSectionHeaderError():
            return f"line {error.lineno} is in no [section]"
        case configparser.DuplicateSectionError():
            return f"line {error.lineno}: the section [{error.section}] already exists"
        case configparser.DuplicateOptionError():
            return f"line {error.lineno}: {error.option.upper()} already exists in its section"
        case configparser.ParsingError():
            return f"line {error.errors[0][0]} is not KEY = value"
        case _:
            return "it cannot be parsed"


def _require_sections(parser: configparser.ConfigParser, path: Path) -> None:
    """Raise ConfigError where a section is missing that is empty, or misspelt."""
    named = set(parser.sections())
    if named and named <= KNOWN_SECTIONS:
        return
    for section in REQUIRED_SECTIONS:
        if section not in named:
            raise ConfigError(
                f"{path} has no section [{section}]",
                f"add a line [{section}], or correct a misspelt one; the section may be empty",
            )


def _known_keys(
    parser: configparser.ConfigParser, path: Path
) -> tuple[dict[Key, str], tuple[str, ...]]:
    known: dict[Key, str] = {}
    warnings = []
    for section in parser.sections():
        for key, value in parser[section].items():
            name = (section, key.upper())
            if _is_setting(name):
                known[name] = value
            elif name[1] in _AWS_KEYS:
                warnings.append(
                    f"{path}: {_spelt(name)} is ignored: set AWS_ACCESS_KEY_ID and "
                    "AWS_SECRET_ACCESS_KEY in the environment, or [S3] PROFILE, and remove it here"
                )
            else:
                warnings.append(
                    f"{path}: unknown key {_spelt(name)}{_nearest(name)}; it is ignored"
                )
    return known, tuple(warnings)


def _is_setting(name: Key) -> bool:
    return name in KEYS or (name[0] == CHECKS_SECTION and bool(name[1]))


def _spelt(name: Key) -> str:
    return f"[{name[0]}] {name[1]}"


def _nearest(name: Key) -> str:
    elsewhere = [_spelt(known) for known in KEYS if known[1] == name[1]]
    alike = difflib.get_close_matches(_spelt(name), map(_spelt, KEYS), n=1, cutoff=0.5)
    nearest = [*elsewhere, *alike]
    return f" (did you mean {nearest[0]}?)" if nearest else ""


def _read_environment(environment: Mapping[str, str]) -> dict[Key, str]:
    found = {
        key: environment[name]
        for key in KEYS
        if (name := f"SPARKIFY_{key[0]}_{key[1]}") in environment
    }
    # As a scheduler hands it to what it starts.
    if PARENT_VARIABLE in environment:
        found.setdefault(("LINEAGE", "PARENT"), environment[PARENT_VARIABLE])
    beginning = f"SPARKIFY_{CHECKS_SECTION}_"
    of_checks = (name for name in environment if name.startswith(beginning))
    return found | {
        (CHECKS_SECTION, name.removeprefix(beginning)): environment[name] for name in of_checks
    }


def _read_overrides(overrides: Mapping[str, str]) -> dict[Key, str]:
    found: dict[Key, str] = {}
    for dotted, value in overrides.items():
        section, _, key = dotted.upper().partition(".")
        name = (section, key)
        if not _is_setting(name):
            raise ConfigError(
                f"there is no setting {dotted}{_nearest(name)}",
                "name it SECTION.KEY, for instance S3.LOG_DATA; sparkify doctor lists them",
            )
        if name in SECRETS:
            raise ConfigError(
                f"the secret {_spelt(name)} on the command line is visible to all users of the "
                "machine",
                f"set it in dwh.cfg or in SPARKIFY_{section}_{key}",
            )
        found[name] = value
    return found


def _unquoted(value: str) -> str:
    text = value.strip()
    if len(text) >= 2 and text[0] == text[-1] and text[0] in "'\"":
        return text[1:-1]
    return text


def _typed(key: Key, value: str) -> str | int | Secret:
    try:
        value.encode()
    except UnicodeEncodeError:
        # The error quotes the value, which may be the password.
        raise ConfigError(f"{_spelt(key)} is not UTF-8", f"correct {_spelt(key)}") from None
    if key in SECRETS:
        return Secret(_required_url(key, value) if key in _URLS else value)
    if key[1] in LOCATIONS:
        return _S3_SCHEME.sub("s3://", value)
    if key in CHOICES:
        return _one_of(CHOICES[key], key, value) if value else value
    if key[1] not in WHOLE_NUMBERS:
        return value
    low, high = WHOLE_NUMBERS[key[1]]
    if not re.fullmatch("[0-9]{1,9}", value) or not low <= int(value) <= high:
        raise ConfigError(
            f"{_spelt(key)} is {value[:20]!r}, not a whole number from {low} to {high}",
            f"correct {_spelt(key)}",
        )
    return int(value)


def _required_url(key: Key, value: str) -> str:
    """Return a URL, or an empty text. Raises ConfigError, which does not quote it."""
    kinds = "[a-z][a-z0-9+.-]*" if key == ("NOTIFY", "URL") else "https?"
    if value and not re.fullmatch(rf"{kinds}://[!-~]+", value, re.IGNORECASE):
        raise ConfigError(
            f"{_spelt(key)} is not a URL",
            f"write {_spelt(key)} as https://..., without blanks, or leave it empty",
        )
    return value


def _one_of(words: tuple[str, ...], key: Key, value: str) -> str:
    if value.lower() not in words:
        raise ConfigError(
            f"{_spelt(key)} is {value[:20]!r}, not one of {', '.join(words)}",
            f"correct {_spelt(key)}",
        )
    return value.lower()
