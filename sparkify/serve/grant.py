"""Who may ask: on Redshift, a group that can read the star and the views, and nothing else."""

from collections.abc import Sequence

from sparkify.engines import Engine
from sparkify.errors import ConfigError
from sparkify.sql import statement
from sparkify.sql.literals import Keyword, identifier


def grant_analysts(engine: Engine, users: Sequence[str]) -> None:
    """Make the group `analysts`, let it read the star and its views only, and put users into it.

    Once or again, the outcome is the same. Raises ConfigError on DuckDB, which has no users, and
    WarehouseError where we may not grant or a user is not there.
    """
    if engine.dialect != "redshift":
        raise ConfigError(
            "DuckDB has no users: who may read the file may read all of it",
            "share the file read-only, or a copy: sparkify export",
        )
    ((schema,),) = engine.fetch(statement("ledger/schema")).rows
    with engine.transaction():
        if not engine.fetch(statement("redshift/grant/group_exists")).rows:
            engine.execute(statement("redshift/grant/create_group"))
        where = Keyword(identifier(schema))
        engine.execute(statement("redshift/grant/use_schema"), schema=where)
        engine.execute(statement("redshift/grant/take_all"), schema=where)
        engine.execute(statement("redshift/grant/read"))
        for user in users:
            named = Keyword(identifier(user))
            engine.execute(statement("redshift/grant/add_user"), user_name=named)
