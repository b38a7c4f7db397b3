"""Read access for analysts: a group that can read the star and its views, and nothing else."""

from collections.abc import Sequence

from sparkify.engines.base import Engine, engine_statement
from sparkify.sql import Statement, statement
from sparkify.sql.literals import Keyword, identifier


def grant_to_group(engine: Engine, users: Sequence[str]) -> None:
    """Create the group `analysts`, let it read the star and its views only, and add users to it.

    Running it again changes nothing. Raises WarehouseError where we may not grant or a user does
    not exist.
    """
    ((schema,),) = engine.fetch(statement("ledger/schema")).rows
    with engine.transaction():
        if not engine.fetch(_grant_statement("group_exists")).rows:
            engine.execute(_grant_statement("create_group"))
        where = Keyword(identifier(schema))
        engine.execute(_grant_statement("use_schema"), schema=where)
        engine.execute(_grant_statement("take_all"), schema=where)
        engine.execute(_grant_statement("read"))
        for user in users:
            named = Keyword(identifier(user))
            engine.execute(_grant_statement("add_user"), user_name=named)


def _grant_statement(name: str) -> Statement:
    return engine_statement("redshift", f"grant/{name}")
