"""What Redshift and its driver say, in our words."""

import struct

from redshift_connector.error import Error

from sparkify.config import Settings
from sparkify.errors import Interrupted, WarehouseError

Said = dict[str, str]  # by the letters of the protocol: C its code, M the message, D the detail

# What the driver raises where the line is cut: in the middle of a message, or between two.
LINE_IS_CUT = (OSError, struct.error)

_HEALS = {
    "1023": "another transaction came between (error 1023, serializable isolation)",
    "1018": "a table was made anew meanwhile (error 1018)",
}
# A deadlock; the server shuts down, or starts.
_CODES_THAT_HEAL = ("40001", "40P01", "57P01", "57P02", "57P03")


def said_by_server(error: Exception) -> Said | None:
    """What the server said, if it was the server."""
    first = error.args[0] if error.args else None
    return first if isinstance(error, Error) and isinstance(first, dict) else None


def first_line(said: Said) -> str:
    """What was said, in short."""
    return said.get("M", "").partition("\n")[0].strip()


def connection_lost(settings: Settings) -> Interrupted:
    """Say that the line was cut while something was going on."""
    return Interrupted(
        f"the connection to {settings.host} was lost",
        "run again; nothing of the batch at hand was kept",
    )


def outcome_unknown(settings: Settings) -> Interrupted:
    """Say that the line was cut while the batch was being committed."""
    return Interrupted(
        f"the connection to {settings.host} was lost while it committed: whether the batch is "
        "loaded is not known",
        "run again: the ledger in the warehouse tells, and nothing is loaded twice",
    )


def refused(said: Said, settings: Settings) -> WarehouseError:
    """Say why the server refused a statement, and whether it may take it another time."""
    message, detail = first_line(said), said.get("D", "").strip().partition("\n")[0]
    for number, meaning in _HEALS.items():
        if message == number or message.startswith(f"{number} "):
            return Interrupted(
                f"{settings.host} gave up the transaction: {meaning}",
                "run again when nothing else changes the tables of the warehouse",
            )
    if said.get("C") in _CODES_THAT_HEAL:
        return Interrupted(f"{settings.host} gave up the transaction: {message}", "run again")
    if "permission denied" in message:
        return WarehouseError(
            f"{settings.host}: {message}",
            f"grant it to [CLUSTER] DB_USER {settings.db_user}, or let the tables' owner run this",
        )
    told = f"{message} ({detail})" if detail else message
    return WarehouseError(
        f"{settings.host} refused a statement: {told}",
        "run again with --debug for the whole text; nothing of this batch was kept",
    )
