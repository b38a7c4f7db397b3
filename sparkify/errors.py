"""All errors that a user can cause. Each says what happened and what to do.

SparkifyError
├── ConfigError        a setting or an argument is wrong (exit code 2)
├── SourceError        the files to load cannot be listed or read
│   ├── MissingSource  there is no such file, folder or object
│   └── UnreadableFile one file cannot be read, and the others can
├── LoadError          a row or a file does not fit its staging table
│   ├── UnloadableFile one file cannot be loaded, and the others can
│   └── FilesRejected  the files of a batch that cannot be loaded
├── WarehouseError     the database rejects a statement, is missing or is not Sparkify's
│   ├── WarehouseBusy  another process uses it
│   └── Interrupted    it aborted the work; a retry from the start may succeed
├── CloudError         AWS rejects a call, cannot be reached, or lacks a resource
├── QueryError         a user's query cannot be run
│   └── IncorrectQuery the database does not understand it
└── ChecksFailed       the loaded rows break a rule (exit code 3)
"""

from typing import Self


class SparkifyError(Exception):
    """An error whose text says what happened to what, and whose `hint` says what to do.

    `excerpt` has the lines of the user's own text that it is about, with a mark below the place.
    """

    exit_code = 1
    excerpt = ""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.hint = hint

    def __reduce__(self) -> tuple[type[Self], tuple[str, str]]:
        # Keeps the hint when the error is pickled in another process.
        return type(self), (str(self), self.hint)


class SparkifyWarning(UserWarning):
    """Something that fails no command: what happened, and in `hint` what to do."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.hint = hint


class ConfigError(SparkifyError):
    """A setting or an argument is missing or wrong."""

    exit_code = 2


class SourceError(SparkifyError):
    """The files to load cannot be listed or read."""


class MissingSource(SourceError):  # noqa: N818 - a state of a source
    """There is no such file, folder or object."""


class LoadError(SparkifyError):
    """A row or a file does not fit its staging table."""


class FileFault(SparkifyError):  # noqa: N818 - a state of one file
    """One file cannot be loaded as a whole; `reason` is one of a few phrases."""

    def __init__(self, message: str, hint: str, reason: str) -> None:
        super().__init__(message, hint)
        self.reason = reason

    def __reduce__(self) -> tuple[type[Self], tuple[str, str, str]]:  # type: ignore[override]
        return type(self), (str(self), self.hint, self.reason)


class UnreadableFile(FileFault, SourceError):  # noqa: N818 - as its parent
    """One file cannot be opened or read, and the others of its location can."""


class UnloadableFile(FileFault, LoadError):  # noqa: N818 - as its parent
    """One file has nothing that can be loaded, and the others of its batch have."""


class WarehouseError(SparkifyError):
    """The database rejects a statement, is busy, is missing or is not Sparkify's."""


class WarehouseBusy(WarehouseError):  # noqa: N818 - a temporary state
    """Another process uses the database."""


class Interrupted(WarehouseError):  # noqa: N818 - the work may be retried
    """The database aborted the work; a retry from the start may succeed."""


class CloudError(SparkifyError):
    """AWS rejects a call, cannot be reached, or lacks a resource."""


class QueryError(SparkifyError):
    """A user's query is rejected, or was cancelled."""


class IncorrectQuery(QueryError):  # noqa: N818 - a state of the query
    """The database does not understand a user's query."""

    def __init__(self, message: str, hint: str, excerpt: str = "") -> None:
        super().__init__(message, hint)
        self.excerpt = excerpt
        if excerpt:
            self.add_note(excerpt)  # for a traceback in Python

    def __reduce__(self) -> tuple[type[Self], tuple[str, str, str]]:  # type: ignore[override]
        return type(self), (str(self), self.hint, self.excerpt)


class ChecksFailed(SparkifyError):  # noqa: N818 - an outcome, with exit code 3
    """The loaded rows break a rule; the batch was rolled back."""

    exit_code = 3
