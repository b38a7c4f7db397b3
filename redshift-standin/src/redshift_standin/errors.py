"""Redshift's errors: a message, its SQLSTATE, a detail."""


class RedshiftError(Exception):
    """An error that the client is sent, as Redshift would word it."""

    def __init__(self, message: str, sqlstate: str = "XX000", detail: str = "") -> None:
        super().__init__(message)
        self.message, self.sqlstate, self.detail = message, sqlstate, detail


class ConnectionDropped(Exception):  # noqa: N818 - an event, not a fault of this code
    """The stand-in cuts this connection, because a test asked for it."""


class PostgresError(RedshiftError):
    """An error PostgreSQL reported, already in Redshift's words."""


def syntax_error(near: str) -> RedshiftError:
    return RedshiftError(f'syntax error at or near "{near}"', "42601")


def not_supported(what: str) -> RedshiftError:
    return RedshiftError(f"{what} is not supported", "0A000")


def inside_transaction(command: str) -> RedshiftError:
    return RedshiftError(f"{command} cannot run inside a transaction block", "25001")


def serializable_violation() -> RedshiftError:
    """Error 1023: two transactions that cannot be put in an order.

    https://docs.aws.amazon.com/redshift/latest/dg/c_serial_isolation-serializable-isolation-troubleshooting.html
    """
    detail = (
        "Serializable isolation violation on table - 100260, transactions forming the cycle are"
    )
    return RedshiftError("1023", detail=f"{detail}: 2, 3 (pid:1073)")


def relation_after_snapshot() -> RedshiftError:
    """Error 1018: the table was made after this transaction's snapshot. Same page as 1023."""
    return RedshiftError("1018", detail="Relation does not exist.")


def s3_failure(message: str) -> RedshiftError:
    """Carry an error of S3, which COPY passes on with an error code 8001."""
    detail = f"error: {message} code: 8001 context: query: 0 location: s3_utility.cpp:0"
    return RedshiftError(message, detail=detail)


_MERGE_TWICE = "MERGE command cannot affect row a second time"


def in_redshift_words(sqlstate: str, message: str, detail: str) -> PostgresError:
    """Say what PostgreSQL said the way Redshift says it, where the two differ."""
    if sqlstate == "28P01":  # redshift_connector makes an InterfaceError of 28000
        return PostgresError(message, "28000", detail)
    if message == _MERGE_TWICE:  # https://docs.aws.amazon.com/redshift/latest/dg/r_MERGE.html
        return PostgresError("Found multiple matches to update the same tuple")
    if sqlstate == "40001":
        violation = serializable_violation()
        return PostgresError(violation.message, violation.sqlstate, violation.detail)
    return PostgresError(message, sqlstate, detail)
