"""Migrate a warehouse that an earlier version made."""

from sparkify import warehouse
from sparkify.engines.base import Engine, ViewGrant
from sparkify.operate.repair import refill_star
from sparkify.sql import (
    FACT,
    FORMER_VIEWS,
    LOOKUP_TABLES,
    VIEWS,
    WAREHOUSE_VERSION,
    grant_statement,
    migration_steps,
    views_of,
)

# The version in which rows of the star got another meaning, or a table that is filled with it was
# added: earlier ones are rebuilt.
STAR_CHANGED = 8


def migrate(engine: Engine) -> int:
    """Bring the tables to this version, all steps or none, and return the version before.

    Views are recreated, and the same users and groups can read them as before. The star is
    rebuilt if its rows mean something else by now. Raises WarehouseError, and changes nothing,
    where there are no tables, those of a later version, or views of others that read Sparkify's
    views; ChecksFailed.
    """
    there = warehouse.tables(engine)
    before = warehouse.version(engine)
    if not 0 < before < WAREHOUSE_VERSION:
        warehouse.require_current(engine)
        return before
    with engine.transaction():
        warehouse.require_free_names(before, there)
        warehouse.require_no_dependent_views(engine, views_of(before))
        grants = engine.view_grants()
        warehouse.drop_views(engine, before, there)
        engine.drop_declared_keys()
        for version in range(before + 1, WAREHOUSE_VERSION + 1):
            for step in migration_steps(version):
                engine.execute(step)
        warehouse.create_views(engine)
        for grant in grants:
            _grant_again(engine, grant)
        if before < STAR_CHANGED:
            refill_star(engine)
    return before


def _grant_again(engine: Engine, grant: ViewGrant) -> None:
    _, view = FORMER_VIEWS.get(grant.view, (0, grant.view))
    if view in VIEWS:
        engine.execute(grant_statement(view, grant.kind, grant.grantee))
    # Who may read plays may read what came later, and tells about them.
    for table in LOOKUP_TABLES if view == FACT else ():
        engine.execute(grant_statement(table, grant.kind, grant.grantee))
