"""Read access for analysts: a role that can read the star and its views, and nothing else."""

from collections.abc import Sequence

from sparkify.engines.base import engine_statement
from sparkify.engines.postgres import quoted_name
from sparkify.engines.postgres.engine import PostgresEngine
from sparkify.sql import statement
from sparkify.sql.literals import Keyword, filled


def grant_to_role(engine: PostgresEngine, users: Sequence[str]) -> None:
    """Create the role `analysts`, let it read the star and its views only, and add users to it.

    Running it again changes nothing. Raises WarehouseError where we may not grant or a user does
    not exist.
    """
    ((schema,),) = engine.fetch(statement("ledger/schema")).rows
    with engine.transaction():
        if not engine.fetch_own(_text_of("role_exists")).rows:
            engine.fetch_own(_text_of("create_role"))
        for name in ("use_schema", "take_all", "read"):
            engine.fetch_own(_text_of(name, schema=schema))
        for user in users:
            engine.fetch_own(_text_of("add_user", user_name=user))


def _text_of(name: str, **names: str) -> str:
    quoted = {parameter: Keyword(quoted_name(text)) for parameter, text in names.items()}
    return filled(engine_statement("postgres", f"grant/{name}"), quoted)
