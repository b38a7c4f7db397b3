"""The warehouse itself says what each table and column means."""

from typing import Any

import pytest

from sparkify.sql import ANALYSTS_TABLES, ANALYSTS_VIEWS, TABLES, VIEWS, Dialect, Statement
from sparkify.sql.lineage import described

from .source_files import DAY, NOON, event, song, visit
from .warehouse import Warehouse

# Where each engine keeps what `comment on` said: table or view, column or none, comment.
KEPT = {
    "duckdb": """
        select table_name, null as column_name, comment from duckdb_tables()
        union all select view_name, null, comment from duckdb_views() where not internal
        union all select table_name, column_name, comment from duckdb_columns() where not internal
    """,
    **dict.fromkeys(
        ("redshift", "postgres"),
        """
        select c.relname, a.attname, d.description
        from pg_description as d
        inner join pg_class as c on d.objoid = c.oid
        left join pg_attribute as a on a.attrelid = c.oid and a.attnum = d.objsubid and a.attnum > 0
        where c.relnamespace = (select oid from pg_namespace where nspname = current_schema())
        """,
    ),
}
KEPT["postgres"] = KEPT["redshift"]


class _AsItIs(Statement):
    """A text for one engine, that is not rendered for it."""

    def render(self, dialect: Dialect) -> str:
        return self.text


def kept(warehouse: Warehouse) -> dict[tuple[str, str | None], Any]:
    rows = warehouse.engine.fetch(_AsItIs("test", KEPT[warehouse.engine_name])).rows
    return {(table, column): comment for table, column, comment in rows if comment}


def test_every_table_view_and_column_has_its_comment(warehouse: Warehouse) -> None:
    """Of Redshift's columns only those of the star: it takes two round trips for a comment."""
    found = kept(warehouse)
    is_distant = warehouse.engine_name == "redshift"
    assert {(name, None) for name in (*TABLES, *VIEWS)} <= set(found)
    for table in ANALYSTS_TABLES if is_distant else (*TABLES, *ANALYSTS_VIEWS):
        for column in warehouse.query(f'select * from "{table}"')[0]:
            assert found[table, column].endswith("."), (table, column)
    assert found["songplays", None].startswith("One row per song a user started.")
    assert found["time", "weekday"] == "Day of the week, 0 for Sunday to 6 for Saturday."
    if not is_distant:
        assert found["plays", "weekday"] == "Day of the week, 0 for Sunday to 6 for Saturday."


@pytest.mark.expensive
def test_a_view_is_null_where_it_says_so_and_nowhere_else(warehouse: Warehouse) -> None:
    bare = {"firstName": None, "lastName": "", "gender": None, "location": " ", "userAgent": None}
    warehouse.write_songs("a.json", song())
    warehouse.write_events(
        "a.json",
        event(itemInSession=0),
        event(itemInSession=1, song="Another", artist=None, length=None),
        event(itemInSession=2, song=None, artist=None, length=None, level=" ", userId="7", **bare),
        visit(itemInSession=3, ts=NOON + DAY, level="paid"),
        visit(itemInSession=4, ts=NOON + 9 * DAY, page=None),
        visit(itemInSession=5, ts=NOON + 10 * DAY, page="Downgrade", level="paid"),
        event(itemInSession=6, ts=NOON + 20 * DAY),
    )
    warehouse.load()
    for view in ANALYSTS_VIEWS:
        columns, rows = warehouse.query(f"select * from {view}")
        assert rows, view
        null = {
            name for place, name in enumerate(columns) if any(row[place] is None for row in rows)
        }
        assert null == {each.name for each in described(view) if each.nullable}, view
