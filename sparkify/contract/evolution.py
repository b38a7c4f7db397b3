"""Add columns for new fields to the staging tables, as `[ETL] SCHEMA = evolve` asks."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass, replace

from sparkify.contract.profile import FieldPath
from sparkify.engines.base import Engine, JsonLoad, Queryable
from sparkify.sql import Statement, added_column, source_columns, statement
from sparkify.sql.render_cache import rendered

ADDED_COLUMNS = ("staging_table", "column_name", "key_name", "run_id")
SYSTEM_NAMES = frozenset({"oid", "tableoid", "xmin", "cmin", "xmax", "cmax", "ctid"})
# A table may have 1,600; one that grows without end has a source that is not what it seems.
MOST_ADDED = 500


@dataclass(frozen=True, slots=True)
class AddedColumn:
    """A column that a run added to a staging table, and the field whose values it holds as text."""

    staging_table: str
    column_name: str
    key_name: str
    run_id: str


def added_columns(engine: Queryable) -> list[AddedColumn]:
    """Return the columns that were added so far."""
    return [AddedColumn(*row) for row in engine.fetch(statement("contract/added_columns")).rows]


def with_added(loads: Iterable[JsonLoad], added: Collection[AddedColumn]) -> list[JsonLoad]:
    """Return the loads with the added columns to fill, by the fields' names or else by paths."""
    return [
        _filling(load, [each for each in added if each.staging_table == load.table])
        for load in loads
    ]


def new_columns(
    load: JsonLoad, fields: Iterable[FieldPath], run_id: str, longest_name: int
) -> Iterator[tuple[FieldPath, AddedColumn | str]]:
    """Yield the column for each field, or why it can have none.

    `longest_name` is in bytes.
    """
    taken = {column.name for column in load.columns} | {"loaded_at"}
    most = len(source_columns(load.table)) + MOST_ADDED
    for key in fields:
        why_not = _no_name(key, taken, longest_name) or (
            "too many columns" if len(taken) > most else ""
        )
        if why_not:
            yield key, why_not
            continue
        name = key[0].lower()
        taken.add(name)
        yield key, AddedColumn(load.table, name, key[0], run_id)


def add_columns(engine: Engine, columns: Mapping[AddedColumn, int]) -> list[AddedColumn]:
    """Add the columns in one transaction, except those that another run added meanwhile.

    Each is given with the bytes of its longest text. Returns all added columns.
    """
    with engine.transaction():
        engine.acquire_write_lock()
        before = added_columns(engine)
        there = {(each.staging_table, each.column_name) for each in before}
        new = [each for each in columns if (each.staging_table, each.column_name) not in there]
        for each in new:
            named = (each.staging_table, each.column_name, each.key_name)
            width = engine.added_bytes(columns[each])
            for text in rendered("add_column", *named, str(width)):
                engine.execute(Statement(f"contract/add_column/{each.column_name}", text))
        engine.append("added_columns", ADDED_COLUMNS, [astuple(each) for each in new])
        return [*before, *new]


def _filling(load: JsonLoad, added: Sequence[AddedColumn]) -> JsonLoad:
    if not added:
        return load
    columns = tuple(added_column(each.column_name) for each in added)
    by_name = load.ignore_case or all(each.key_name == each.column_name for each in added)
    if load.paths is None and by_name:
        return replace(load, added=columns)
    paths = (*load.places, *((each.key_name,) for each in added))
    return replace(load, added=columns, paths=paths, paths_location="")


def _no_name(key: FieldPath, taken: Collection[str], longest: int) -> str:
    """Return why a field's name cannot be a column's; empty if it can."""
    name = key[0].lower() if key else ""
    reasons = {
        "too many new fields at once": not key,
        "not at the top level of its record": len(key) > 1,
        "no printable name": not name.strip(" ") or not name.isprintable(),
        f"a name over {longest} bytes": len(name.encode(errors="replace")) > longest,
        "a name that no JSONPath has words for": "\\" in name or {"'", '"'} <= set(name),
        "a name that the database keeps for itself": name in SYSTEM_NAMES,
        "a column has that name": name in taken,
    }
    return next((why for why, is_so in reasons.items() if is_so), "")
