"""Turn the errors of PostgreSQL and its driver into those of the package."""

from psycopg import Error

from sparkify.config import Settings
from sparkify.engines.base import stopped_statement
from sparkify.errors import Interrupted, WarehouseBusy, WarehouseError

# https://www.postgresql.org/docs/current/errcodes-appendix.html
# Two transactions changed the same rows; a deadlock; the server shuts down, or starts; a session
# that was idle for too long.
GIVEN_UP = ("40001", "40P01", "57P01", "57P02", "57P03", "57P05", "25P03")
LOCK_NOT_AVAILABLE = "55P03"
NO_ROOM = ("53100", "53200")  # on the disk, in memory
NO_PERMISSION = "42501"
STATEMENT_STOPPED = "57014"
NO_SCHEMA = "3F000"


def message_of(error: Error) -> str:
    """Return the server's message, else the driver's, in one line."""
    return (error.diag.message_primary or str(error)).partition("\n")[0].strip()


def excerpt_of(error: Error) -> str:
    """Return the line of a query that the server's message is about, with a mark below it."""
    _, found, rest = str(error).partition("\nLINE ")
    return "\n".join(f"LINE {rest}".splitlines()[:2]) if found else ""


def rejected_statement(error: Error, settings: Settings) -> WarehouseError:
    """Return the error for a statement that the server rejects: Interrupted where it may pass."""
    host, said = settings.host, message_of(error)
    detail = (error.diag.message_detail or "").strip().partition("\n")[0]
    reason = f"{said} ({detail})" if detail else said
    return _explained(error.sqlstate or "", said, settings) or WarehouseError(
        f"{host} rejected a statement: {reason}",
        "run again with --debug for the whole text; nothing of this batch was kept",
    )


def _explained(code: str, said: str, settings: Settings) -> WarehouseError | None:  # noqa: PLR0911
    host = settings.host
    if code in GIVEN_UP:
        return Interrupted(f"{host} gave up the transaction: {said}", "run again")
    if code == LOCK_NOT_AVAILABLE:
        return WarehouseBusy(
            f"{host}: another session uses the warehouse: {said}", "wait until it is done"
        )
    if code == STATEMENT_STOPPED:
        return stopped_statement(settings, said)
    if code in NO_ROOM:
        return WarehouseError(
            f"{host} has no room left: {said}",
            "make room there, or lower [ETL] BATCH_MB; nothing of this batch was kept",
        )
    if code == NO_PERMISSION:
        return WarehouseError(
            f"{host}: {said}",
            "grant it to [CLUSTER] DB_USER, let the tables' owner run this, or name a schema of "
            "your own in [CLUSTER] DB_SCHEMA",
        )
    if code == NO_SCHEMA:
        return WarehouseError(
            f"{host}: {said}", "create the schema that [CLUSTER] DB_SCHEMA names, or correct it"
        )
    return None
