"""Read access for analysts: a role that can read the star and its views, and nothing else.

By default everybody may create tables in the schema public, and run COPY and UNLOAD under every IAM
role of the cluster: so an analyst could load the raw logs, and write to WORK_DATA. Only a superuser
can revoke that: https://docs.aws.amazon.com/redshift/latest/dg/r_GRANT-usage-notes.html
"""

from collections.abc import Sequence

from sparkify.engines.base import engine_statement
from sparkify.engines.redshift.engine import RedshiftEngine
from sparkify.errors import WarehouseError
from sparkify.sql import Parameter, Statement, statement
from sparkify.sql.literals import Keyword, identifier, role_or_default


def grant_to_redshift_role(engine: RedshiftEngine, users: Sequence[str]) -> None:
    """Let a role `analysts` read the star and its views only, and grant it to users.

    PUBLIC may no longer create tables in the schema, nor use IAM roles; the tables' owner may.
    Running it again changes nothing. Raises WarehouseError for who is no superuser, and for a user
    who does not exist.
    """
    ((schema,),) = engine.fetch(statement("ledger/schema")).rows
    ((owner,),) = engine.fetch(_grant_statement("owner"), schema=schema).rows
    _require_superuser(engine)
    names: dict[str, Parameter] = {
        "schema": Keyword(identifier(schema)),
        "owner_name": Keyword(identifier(owner)),
        "role": role_or_default(engine.iam_role),
    }
    with engine.transaction():
        if not engine.fetch(_grant_statement("role_exists")).rows:
            engine.execute(_grant_statement("create_role"))
        for step in (
            *("close_schema", "open_schema", "close_roles", "open_role"),
            *("use_schema", "take_all", "read"),
        ):
            engine.execute(_grant_statement(step), **names)
        for user in users:
            named = Keyword(identifier(user))
            engine.execute(_grant_statement("add_user"), user_name=named)


def _require_superuser(engine: RedshiftEngine) -> None:
    ((user, is_superuser),) = engine.fetch(_grant_statement("is_superuser")).rows
    if not is_superuser:
        raise WarehouseError(
            f"only a superuser may grant this, and {user} is none",
            "log in as the cluster's administrator: set [CLUSTER] DB_SECRET to their secret, as "
            "docs/aws.md shows",
        )


def _grant_statement(name: str) -> Statement:
    return engine_statement("redshift", f"grant/{name}")
