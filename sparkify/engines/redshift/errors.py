"""Turn the errors of Redshift and its driver into those of the package."""

import struct

from redshift_connector.error import Error

from sparkify.config import Settings
from sparkify.engines.base import stopped_statement
from sparkify.errors import Interrupted, WarehouseError

# By the letters of the protocol: C is the code, M the message, D the detail.
ServerMessage = dict[str, str]

# Raised by the driver where the connection is cut: in the middle of a message, or between two.
LINE_IS_CUT = (OSError, struct.error)

_TRANSIENT = {
    "1023": "another transaction came between (error 1023, serializable isolation)",
    "1018": "a table was recreated meanwhile (error 1018)",
}
# A deadlock; the server shuts down, or starts.
_TRANSIENT_CODES = ("40001", "40P01", "57P01", "57P02", "57P03")

# https://docs.aws.amazon.com/redshift/latest/dg/r_CREATE_VIEW.html, on late-binding views
DEPENDENT_OBJECTS_STATE = "2BP01"
CANCELED_STATE = "57014"


def server_message(error: Exception) -> ServerMessage | None:
    """Return the message of the server, None if the error is not the server's."""
    first = error.args[0] if error.args else None
    return first if isinstance(error, Error) and isinstance(first, dict) else None


def first_line(message: ServerMessage) -> str:
    """Return the first line of a message."""
    return message.get("M", "").partition("\n")[0].strip()


def statement_error(message: ServerMessage, settings: Settings) -> WarehouseError:
    """Return the error for a statement that the server rejected: Interrupted where it may pass."""
    text, detail = first_line(message), message.get("D", "").strip().partition("\n")[0]
    reason = f"{text} ({detail})" if detail else text
    return (
        _interruption(message, settings)
        or _explained_rejection(message, reason, settings)
        or WarehouseError(
            f"{settings.host} rejected a statement: {reason}",
            "run again with --debug for the whole text; nothing of this batch was kept",
        )
    )


def _interruption(message: ServerMessage, settings: Settings) -> Interrupted | None:
    text = first_line(message)
    for number, meaning in _TRANSIENT.items():
        if text == number or text.startswith(f"{number} "):
            return Interrupted(
                f"{settings.host} gave up the transaction: {meaning}",
                "run again when nothing else changes the tables of the warehouse",
            )
    if message.get("C") in _TRANSIENT_CODES:
        return Interrupted(f"{settings.host} gave up the transaction: {text}", "run again")
    return None


def _explained_rejection(
    message: ServerMessage, reason: str, settings: Settings
) -> WarehouseError | None:
    text = first_line(message)
    if "permission denied" in text:
        return WarehouseError(
            f"{settings.host}: {text}",
            f"grant it to [CLUSTER] DB_USER {settings.db_user}, or let the tables' owner run this",
        )
    if message.get("C") == CANCELED_STATE:
        return stopped_statement(settings, text)
    if "disk full" in text.lower():
        return WarehouseError(
            f"{settings.host} has no disk space left",
            "load smaller batches ([ETL] BATCH_MB), drop tables that nobody needs, or resize the "
            "cluster (more RPUs on Serverless); nothing of this batch was kept",
        )
    if message.get("C") == DEPENDENT_OBJECTS_STATE:
        return WarehouseError(
            f"{settings.host}: {reason}",
            "let its owner drop that view and create it again afterwards; one that is created "
            "`with no schema binding` never stands in the way",
        )
    return None
