"""The data dictionary of a warehouse as one self-contained HTML page that can be searched."""

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from xml.etree.ElementTree import Element, SubElement, tostring

from sparkify.checks import Check
from sparkify.engines.base import Queryable
from sparkify.serve.dictionary import STAR, DescribedTable, star_svg
from sparkify.serve.overview import rows_by_table
from sparkify.serve.pages import inline_part, page_templates
from sparkify.sql import ANALYSTS_VIEWS, FACT, LOOKUP_TABLES, STAGING_TABLES, statement
from sparkify.sql.lineage import SOURCE_FILES, primary_key, reads, references

SECURITY_POLICY = (
    "default-src 'none'; style-src {}; script-src {}; img-src data:; "
    "base-uri 'none'; form-action 'none'"
)
# The picture of the lineage: from left to right the files, staging, the star, and the views.
LINEAGE_LANES = (
    tuple(SOURCE_FILES[table] for table in STAGING_TABLES),
    STAGING_TABLES,
    (*STAR, *LOOKUP_TABLES),
    ANALYSTS_VIEWS,
)
NODE_WIDTH, NODE_HEIGHT, LANE_WIDTH, NODE_STEP = 140, 26, 220, 38
LOOP_ROOM = 80  # right of the views, for the curves from one to another


@dataclass(frozen=True, slots=True)
class WarehouseState:
    """What a dictionary's page shows of the warehouse at this time.

    `rows` is by table, views have none; `results` is the last result of each check by its name.
    """

    made_at: datetime
    newest_event: datetime | None
    loaded_at: datetime | None
    rows: dict[str, int]
    results: dict[str, dict[str, Any]]


def read_state(engine: Queryable, made_at: datetime) -> WarehouseState:
    """Read the freshness, the rows by table, and the last result of each check."""
    [(newest_event, loaded_at)] = engine.fetch(statement("operate/freshness")).rows
    columns, rows = engine.fetch(statement("queries/last_check_results"))
    results = {row[0]: dict(zip(columns, row, strict=True)) for row in rows}
    return WarehouseState(made_at, newest_event, loaded_at, rows_by_table(engine), results)


def dictionary_page(
    tables: Sequence[DescribedTable], state: WarehouseState, checks: Sequence[Check]
) -> str:
    """Return the page as HTML. It fetches nothing, and all data in it is escaped."""
    from markupsafe import Markup

    style, style_source = inline_part("dictionary.css")
    script, script_source = inline_part("dictionary.js")
    return (
        page_templates()
        .get_template("dictionary.html")
        .render(
            tables=tables,
            state=state,
            checks=checks,
            kind_of=_kind_of,
            keys_of=_keys_of,
            reads={table.name: sorted(reads(table.name)) for table in tables},
            read_by={
                table.name: [each.name for each in tables if table.name in reads(each.name)]
                for table in tables
            },
            star=b64encode(star_svg().encode()).decode(),
            lineage=Markup(lineage_svg()),  # noqa: S704 - ElementTree escaped it
            style=style,
            script=script,
            policy=SECURITY_POLICY.format(style_source, script_source),
        )
    )


def lineage_svg() -> str:
    """Return the lineage of tables and views as an SVG picture whose boxes are links."""
    places = {
        name: (10 + lane * LANE_WIDTH, 10 + row * NODE_STEP + (lane < 2) * NODE_STEP)
        for lane, names in enumerate(LINEAGE_LANES)
        for row, name in enumerate(names)
    }
    width = max(x for x, _ in places.values()) + NODE_WIDTH + LOOP_ROOM
    height = max(y for _, y in places.values()) + NODE_HEIGHT + 10
    label = "Lineage: source files, staging tables, the star, views"
    size = {"viewBox": f"0 0 {width} {height}", "role": "img", "aria-label": label}
    picture = Element("svg", size)
    for name, place in places.items():
        for source in _drawn_sources(name):
            SubElement(picture, "path", {"class": "flow", "d": _flow(places[source], place)})
    for name, (x, y) in places.items():
        link = SubElement(picture, "a", {"href": f"#{name}"}) if name in _TABLES else picture
        box = {"x": x, "y": y, "width": NODE_WIDTH, "height": NODE_HEIGHT, "rx": 6}
        kind = {"class": f"node {_kind_of(name)}"}
        SubElement(link, "rect", kind | {key: str(value) for key, value in box.items()})
        middle = {"x": str(x + NODE_WIDTH // 2), "y": str(y + 17), "text-anchor": "middle"}
        SubElement(link, "text", middle).text = name
    return tostring(picture, encoding="unicode")


_TABLES = {*STAGING_TABLES, *STAR, *LOOKUP_TABLES, *ANALYSTS_VIEWS}


def _drawn_sources(name: str) -> list[str]:
    return [SOURCE_FILES[name]] if name in SOURCE_FILES else sorted(reads(name))


def _flow(start: tuple[int, int], end: tuple[int, int]) -> str:
    """Return a curve from the right of a box to the left of another, or around its own lane."""
    x, y = start[0] + NODE_WIDTH, start[1] + NODE_HEIGHT // 2
    to_x, to_y = end[0], end[1] + NODE_HEIGHT // 2
    if to_x < x:
        right = x + 12 + abs(to_y - y) // 6
        return f"M{x} {y} C{right} {y} {right} {to_y} {end[0] + NODE_WIDTH} {to_y}"
    middle = (x + to_x) // 2
    return f"M{x} {y} C{middle} {y} {middle} {to_y} {to_x} {to_y}"


def _kind_of(name: str) -> str:
    if name == FACT:
        return "fact"
    if name in STAR:
        return "dimension"
    if name in ANALYSTS_VIEWS:
        return "view"
    if name in LOOKUP_TABLES:
        return "lookup"
    return "staging" if name in STAGING_TABLES else "source"


def _keys_of(table: str, column: str) -> list[str]:
    """Return what a column is a key of: `key`, or the table that it refers to."""
    key = ["key"] if column in primary_key(table) else []
    return key + [f"→ {each.table}" for each in references(table) if each.column == column]
