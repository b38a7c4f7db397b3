"""Everything a user can cause, as one tree. Each error says what happened and what to do.

SparkifyError
├── ConfigError        a setting or an argument is wrong (exit code 2)
├── SourceError        the files to load cannot be listed or read
├── LoadError          a row or a file does not fit its staging table
├── WarehouseError     the database refuses, is absent or is not ours
│   ├── WarehouseBusy  another process has it
│   └── Interrupted    ... in a way that may heal if the whole is done again
├── CloudError         AWS refuses, cannot be asked, or has not what was expected
├── QueryError         the database refuses a query that a person wrote
└── ChecksFailed       the loaded rows break a rule (exit code 3)
"""

from typing import Self


class SparkifyError(Exception):
    """What happened, naming the thing (`str(error)`), and what to do about it (`hint`)."""

    exit_code = 1

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.hint = hint

    def __reduce__(self) -> tuple[type[Self], tuple[str, str]]:
        # So that it comes whole out of another process.
        return type(self), (str(self), self.hint)


class ConfigError(SparkifyError):
    """A setting or an argument is missing or wrong."""

    exit_code = 2


class SourceError(SparkifyError):
    """The files to load cannot be listed or read."""


class LoadError(SparkifyError):
    """A row or a file does not fit its staging table."""


class WarehouseError(SparkifyError):
    """The database refuses, is busy, is absent or is not ours."""


class WarehouseBusy(WarehouseError):  # noqa: N818 - a state of it, which passes
    """Another process has the database."""


class Interrupted(WarehouseError):  # noqa: N818 - what happened to the work, which may go on
    """The database gave up what was begun; done again from the start it may succeed."""


class CloudError(SparkifyError):
    """AWS refuses, cannot be asked, or has not what was expected."""


class QueryError(SparkifyError):
    """The database refuses a query that a person wrote, or was told to stop it."""


class ChecksFailed(SparkifyError):  # noqa: N818 - it is the outcome of checks, as exit code 3 says
    """The loaded rows break a rule; the batch was taken back."""

    exit_code = 3
