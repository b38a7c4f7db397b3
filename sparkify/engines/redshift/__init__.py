"""Amazon Redshift: a cluster or a Serverless workgroup, loaded from S3 by COPY."""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, cast

from sparkify.config import Settings
from sparkify.diagnosis import Diagnosis
from sparkify.engines.base import (
    Engine,
    Exporter,
    JsonLoad,
    Reader,
    TablePlace,
    address_on_server,
    engine_statement,
)
from sparkify.errors import ConfigError, WarehouseError
from sparkify.sql import Dialect, Statement, source_columns
from sparkify.sql.render_cache import rendered

if TYPE_CHECKING:
    from sparkify.engines.redshift.engine import RedshiftEngine

# Of a cluster and of a Serverless workgroup, in each partition of AWS.
AWS_HOST = re.compile(
    r"(?P<name>[^.]+)\.[^.]+\.(?P<region>[^.]+)\.redshift(?:-serverless)?\.amazonaws\.com(?:\.cn)?"
)


class RedshiftBackend:
    """The parts of this engine; satisfies `Backend`."""

    dialect: Dialect = "redshift"
    driver = "redshift_connector"
    extra = "redshift"
    is_in_cloud = True
    longest_name = 127  # https://docs.aws.amazon.com/redshift/latest/dg/r_names.html

    def open_engine(self, settings: Settings) -> Engine:
        """Connect to the database, which must exist."""
        from sparkify.engines.redshift.engine import RedshiftEngine

        return RedshiftEngine(settings)

    def open_reader(self, settings: Settings) -> Reader:
        """Connect to the database for transactions that can only read."""
        from sparkify.engines.redshift.reader import RedshiftReader

        return RedshiftReader(settings)

    def open_exporter(self, settings: Settings) -> Exporter:
        """Connect to the database for UNLOAD."""
        from sparkify.engines.redshift.exporter import RedshiftExporter

        return RedshiftExporter(settings)

    def migrate_storage(self, settings: Settings) -> str:  # noqa: ARG002
        """Do nothing: how the rows are stored is the server's matter."""
        return ""

    def exists(self, settings: Settings) -> bool:
        """Return whether the settings name a server; whether it answers is seen on connecting."""
        return bool(settings.host)

    def missing(self, settings: Settings) -> WarehouseError:  # noqa: ARG002
        """Return the error for settings that name no server."""
        return WarehouseError(
            "[CLUSTER] ENGINE is redshift, and HOST is empty",
            "set [CLUSTER] HOST to the cluster's endpoint, or run: sparkify cluster up",
        )

    def address(self, settings: Settings) -> str:
        """Return host, port, database and schema."""
        return address_on_server(settings)

    def table_place(self, settings: Settings) -> TablePlace:
        """Return the names by which other tools know the tables: of a host, cluster and region.

        https://openlineage.io/docs/spec/naming
        """
        found = AWS_HOST.fullmatch(settings.host)
        host = f"{found['name']}.{found['region']}" if found else settings.host
        namespace = f"redshift://{host}:{settings.db_port}"
        return TablePlace(namespace, settings.db_name, settings.db_schema or "public")

    def describe_opened(self, settings: Settings) -> str:
        """Describe the login."""
        return f"logged in to {settings.host} as {settings.db_user}"

    def diagnose_settings(self, settings: Settings) -> Iterator[Diagnosis]:
        """Report the role that COPY reads S3 with."""
        if settings.iam_role:
            yield Diagnosis(f"COPY reads S3 with the role {settings.iam_role}", ok=True)
        else:
            yield Diagnosis("[IAM_ROLE] ARN is empty: COPY uses the default role", ok=True)
        apart = _regions_apart(settings, (settings.log_data, settings.song_data))
        if apart:
            yield Diagnosis(str(apart), ok=False, fix=apart.hint)

    def stored_files(self, settings: Settings) -> list[Path]:  # noqa: ARG002
        """Return none: they are the server's."""
        return []

    def data_folder(self, settings: Settings) -> None:
        """Return None: the data is on the server."""

    def connection_text(self, client: str, settings: Settings) -> str:
        """Return what to paste into a program to connect over verified TLS."""
        from sparkify.engines.redshift.clients import connection_text

        return connection_text(client, settings)

    def client_command(self, program: str, settings: Settings) -> list[str]:  # noqa: ARG002
        """Raise ConfigError: harlequin cannot connect."""
        raise ConfigError(
            "harlequin has no adapter for Redshift",
            "sparkify query, or sparkify connect --for psql",
        )

    def require_loadable(self, settings: Settings, loads: Iterable[JsonLoad]) -> None:
        """Raise ConfigError where COPY could not read what it needs.

        That is a generated JSONPaths file without a place for it, or a manifest in another region
        than the files.
        """
        loads = [load for load in loads if load.files]
        require_one_region(settings, [load.source.location for load in loads])
        for load in loads:
            if load.paths and not load.paths_location and not settings.work_data:
                raise generated_paths_need_work_data(load)

    def load_text(self, table: str, added: Sequence[str] = ()) -> str:
        """Return the COPY, its parameters by name."""
        return copy_statement(table, added).text

    def copy_queries(self, settings: Settings, load: JsonLoad, loaded_at: datetime) -> list[str]:
        """Return the COPY of all files below the location, and what sets their rows' time."""
        from sparkify.engines.redshift.loader import copy_of_location, set_loaded_at

        return [copy_of_location(settings, load), set_loaded_at(load.table, loaded_at)]

    def append_text(self, table: str, columns: Sequence[str]) -> str:
        """Return the `insert`, its parameters by name."""
        text: str = rendered("append_to_redshift", table, *columns)
        return text

    def grant_analysts(self, engine: Engine, users: Sequence[str]) -> None:
        """Let the role `analysts` read the star and its views only, and grant it to users."""
        from sparkify.engines.redshift.grants import grant_to_redshift_role

        grant_to_redshift_role(cast("RedshiftEngine", engine), users)


def require_one_region(settings: Settings, locations: Iterable[str]) -> None:
    """Raise ConfigError for data in another region than [S3] WORK_DATA."""
    apart = _regions_apart(settings, locations)
    if apart:
        raise apart


def _regions_apart(settings: Settings, locations: Iterable[str]) -> ConfigError | None:
    """Return the error for data in another region than [S3] WORK_DATA, where a COPY's manifest is.

    A COPY reads from one region:
    https://docs.aws.amazon.com/redshift/latest/dg/copy-parameters-data-source-s3.html
    """
    from sparkify.sources import S3Access, bucket_region

    access, work = S3Access.named_by(settings), settings.work_data
    for location in locations:
        if not (work.startswith("s3://") and location.startswith("s3://")):
            continue
        if work.split("/")[2] == location.split("/")[2]:
            continue
        here, there = bucket_region(work, access), bucket_region(location, access)
        if here and there and here != there:
            return ConfigError(
                f"[S3] WORK_DATA is in {here}, and {location} in {there}: one COPY reads from one "
                "region",
                f"set [S3] WORK_DATA to a prefix of a bucket in {there}",
            )
    return None


def copy_statement(table: str, added: Sequence[str] = ()) -> Statement:
    """Return the COPY into a staging table: into its own columns, and the added ones."""
    return copy_into(table, (*(column.name for column in source_columns(table)), *added))


def copy_into(table: str, columns: Sequence[str]) -> Statement:
    """Return the COPY into these columns of a table."""
    copy = engine_statement("redshift", "copy")
    target = rendered("copy_target", table, *columns)
    return Statement(f"{copy.name}/{table}", copy.text.replace("copy staging_table", target, 1))


def generated_paths_need_work_data(load: JsonLoad) -> ConfigError:
    """Return the error for added columns where COPY has no place for a JSONPaths file."""
    return ConfigError(
        f"to fill the columns added to {load.table}, COPY needs a JSONPaths file of its own",
        "set [S3] WORK_DATA to an s3:// prefix that may be written",
    )
