"""Build a star schema from JSON logs and song metadata, on DuckDB, PostgreSQL or Redshift.

`sparkify.load()` and its friends do what the commands do. What this module exports is imported when
it is used: to import the package is quick.
"""

# The root scripts import this package with any Python 3, before they choose the right one.
from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sparkify.checks import CheckResult
    from sparkify.commands import (
        check,
        create_tables,
        diff,
        export,
        find_remains,
        forget,
        grant,
        list_runs,
        load,
        migrate,
        pending,
        plan,
        plan_forget,
        plan_rebuild,
        plan_reload,
        plan_undo,
        rebuild,
        reconcile,
        rejected,
        reload,
        retry,
        run_details,
        status,
        undo,
        unsuppress,
    )
    from sparkify.config import Settings, load_settings
    from sparkify.errors import (
        ChecksFailed,
        CloudError,
        ConfigError,
        IncorrectQuery,
        Interrupted,
        LoadError,
        MissingSource,
        QueryError,
        SourceError,
        SparkifyError,
        WarehouseBusy,
        WarehouseError,
    )
    from sparkify.operate.forget import ErasureRequest
    from sparkify.operate.rejected import RejectedFilter
    from sparkify.operate.reload import ReloadScope
    from sparkify.pipeline import Run, RunReporter
    from sparkify.serve.connection import Connection, QueryResult, connect
    from sparkify.sources.selection import LogChoice
    from sparkify.transform import RowChanges

__version__ = "0.2.0"

__all__ = [
    "CheckResult",
    "ChecksFailed",
    "CloudError",
    "ConfigError",
    "Connection",
    "ErasureRequest",
    "IncorrectQuery",
    "Interrupted",
    "LoadError",
    "LogChoice",
    "MissingSource",
    "QueryError",
    "QueryResult",
    "RejectedFilter",
    "ReloadScope",
    "RowChanges",
    "Run",
    "RunReporter",
    "Settings",
    "SourceError",
    "SparkifyError",
    "WarehouseBusy",
    "WarehouseError",
    "__version__",
    "check",
    "connect",
    "create_tables",
    "diff",
    "export",
    "find_remains",
    "forget",
    "grant",
    "list_runs",
    "load",
    "load_settings",
    "migrate",
    "pending",
    "plan",
    "plan_forget",
    "plan_rebuild",
    "plan_reload",
    "plan_undo",
    "rebuild",
    "reconcile",
    "rejected",
    "reload",
    "retry",
    "run_details",
    "status",
    "undo",
    "unsuppress",
]

_MODULES = {
    "CheckResult": "checks",
    "Connection": "serve.connection",
    "ErasureRequest": "operate.forget",
    "LogChoice": "sources.selection",
    "QueryResult": "serve.connection",
    "RejectedFilter": "operate.rejected",
    "ReloadScope": "operate.reload",
    "RowChanges": "transform",
    "Run": "pipeline",
    "RunReporter": "pipeline",
    "Settings": "config",
    "connect": "serve.connection",
    "load_settings": "config",
}


if not TYPE_CHECKING:  # a type checker shall miss what is not exported

    def __getattr__(name: str) -> object:
        """Import what is exported as it is used: functions of `commands`, errors of `errors`."""
        if name.startswith("__") or name not in __all__:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        module = _MODULES.get(name) or ("commands" if name.islower() else "errors")
        return getattr(import_module(f"{__name__}.{module}"), name)


def __dir__() -> list[str]:
    return __all__
