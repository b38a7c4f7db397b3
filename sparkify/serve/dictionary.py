"""The data dictionary, with the meaning and origin of each column, and the star as a diagram."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, SubElement, tostring

from sparkify.contract.evolution import added_columns
from sparkify.engines.base import Queryable
from sparkify.serve.schema_commands import schema
from sparkify.sql import (
    ANALYSTS_VIEWS,
    DIMENSIONS,
    FACT,
    LOOKUP_TABLES,
    STAGING_TABLES,
    Statement,
    statement,
)
from sparkify.sql.lineage import (
    SOURCE_FILES,
    Described,
    described,
    examples,
    primary_key,
    references,
)
from sparkify.unfinished import atomic_file

STAR = (FACT, *DIMENSIONS)
DESCRIBED_TABLES = (*STAR, *LOOKUP_TABLES, *ANALYSTS_VIEWS, *STAGING_TABLES)
EXAMPLE_LENGTH = 40
# The position of each box in the diagram: left and top.
BOXES = {FACT: (300, 60), "time": (20, 20), "users": (20, 220), "songs": (580, 20)}
BOXES |= {"artists": (580, 250)}
BOX_WIDTH, ROW_HEIGHT, HEAD_HEIGHT, DIAGRAM_SIZE = 220, 20, 30, (840, 420)
DIAGRAM_STYLE = """
.box { fill: #fffefb; stroke: #d5d0c4; } .fact { stroke: #4b3fd6; stroke-width: 2; }
.name { font: 600 14px system-ui, sans-serif; fill: #1c1b22; }
.column { font: 12px system-ui, sans-serif; fill: #4a4755; } .key { font-weight: 700; }
.line { fill: none; stroke: #7165dd; stroke-width: 1.5; }
@media (prefers-color-scheme: dark) {
  .box { fill: #1b1a23; stroke: #3c3a4a; } .fact { stroke: #948aff; }
  .name { fill: #efedf6; } .column { fill: #bbb7c8; } .line { stroke: #948aff; }
}
"""


@dataclass(frozen=True, slots=True)
class DescribedTable:
    """A table or view: what a row of it is, and its columns, each with its type and an example."""

    name: str
    doc: str
    columns: list[tuple[Described, str, str]]


def describe_tables(engine: Queryable) -> list[DescribedTable]:
    """Return the tables and views that people query, with examples from the warehouse."""
    kinds = schema(engine)
    return [
        DescribedTable(name, _doc(name), list(_with_examples(engine, name, kinds[name])))
        for name in DESCRIBED_TABLES
    ]


def described_tables(names: Iterable[str]) -> list[DescribedTable]:
    """Return these tables and views without examples, so that no value of the data is in them."""
    return [
        DescribedTable(name, _doc(name), [(each, each.kind, "") for each in described(name)])
        for name in names
    ]


def write_dictionary(tables: Sequence[DescribedTable], page: str, folder: Path) -> list[Path]:
    """Write `dictionary.html`, which is this page, `dictionary.md` and `star.svg` into the folder.

    Raises OSError if they cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    texts = {
        "dictionary.html": page,
        "dictionary.md": dictionary_markdown(tables),
        "star.svg": star_svg(),
    }
    written = []
    for name, text in texts.items():
        written.append(folder / name)
        with atomic_file(written[-1]) as unfinished:
            unfinished.write_text(text, encoding="utf-8")
    return written


def dictionary_markdown(tables: Sequence[DescribedTable]) -> str:
    """Return the dictionary as Markdown: the star as a Mermaid diagram, and all tables' columns."""
    parts = ["# Data dictionary", "![The star](star.svg)", f"```mermaid\n{star_mermaid()}\n```"]
    for table in tables:
        parts += [f"## {table.name}", table.doc, "\n".join(_lines(table))]
    return "\n\n".join(parts) + "\n"


def star_mermaid() -> str:
    """Return the star as a Mermaid diagram: tables, columns and references."""
    lines = ["erDiagram"]
    for table in STAR:
        for key in references(table):
            column = next(each for each in described(table) if each.name == key.column)
            end = "o|" if column.nullable else "||"
            lines.append(f"    {table} }}o--{end} {key.table} : {key.column}")
    for table in STAR:
        lines.append(f"    {table} {{")
        lines += [
            f"        {_word(each.kind)} {each.name}{_mark(table, each)}"
            for each in described(table)
        ]
        lines.append("    }")
    return "\n".join(lines)


def star_svg() -> str:
    """Return the star as an SVG diagram with a light and a dark style."""
    width, height = DIAGRAM_SIZE
    picture = Element(
        "svg",
        {
            "xmlns": "http://www.w3.org/2000/svg",
            "viewBox": f"0 0 {width} {height}",
            "role": "img",
            "aria-label": "The star schema: songplays and its dimensions",
        },
    )
    SubElement(picture, "style").text = DIAGRAM_STYLE
    for table in STAR:
        for key in references(table):
            SubElement(picture, "path", {"class": "line", "d": _path(table, key.column, key.table)})
    for table in STAR:
        _draw(picture, table)
    return tostring(picture, encoding="unicode") + "\n"


def _doc(name: str) -> str:
    folder = "views" if name in ANALYSTS_VIEWS else "schema"
    return " ".join(statement(f"{folder}/{name}").doc.split())


def _with_examples(
    engine: Queryable, name: str, kinds: Mapping[str, str]
) -> Iterator[tuple[Described, str, str]]:
    columns = [*described(name), *_added(engine, name)]
    # Redshift has no max(boolean), and a load's timestamp is no example of the data.
    booleans = [each.name for each in columns if kinds[each.name] == "boolean"]
    asked = [each.name for each in columns if each.name not in (*booleans, "loaded_at")]
    (largest,) = engine.fetch(Statement(f"examples/{name}", examples(name, asked))).rows
    shown = dict(zip(asked, largest, strict=True)) | dict.fromkeys(booleans, "true")
    for each in columns:
        yield each, each.kind or kinds[each.name], _example(shown.get(each.name))


def _lines(table: DescribedTable) -> Iterator[str]:
    yield "| column | type | null | meaning | personal | from | example |"
    yield "| --- | --- | --- | --- | --- | --- | --- |"
    for each, kind, example in table.columns:
        meaning = _cell(each.meaning)
        if each.made_by:
            meaning += f"<br>`{_cell(each.made_by)}`"
        cells = (
            *(f"`{_cell(each.name)}`", kind, "yes" if each.nullable else "no", meaning),
            each.personal or "",
            *(_cell(", ".join(each.keys)), f"`{_cell(example)}`" if example else ""),
        )
        yield f"| {' | '.join(cells)} |"


def _added(engine: Queryable, name: str) -> Iterator[Described]:
    """Yield the columns that this warehouse has in addition, for new fields of its files."""
    for each in added_columns(engine):
        if each.staging_table == name:
            meaning = "The field as received, as text; added by [ETL] SCHEMA = evolve."
            keys = (f"{SOURCE_FILES[name]}: {each.key_name}",)
            yield Described(each.column_name, "", True, meaning, "", keys)


def _example(value: Any) -> str:
    if value is None:
        return ""
    text = (
        value.isoformat(sep=" ", timespec="milliseconds") if isinstance(value, datetime) else value
    )
    short = str(text)
    return f"{short[:EXAMPLE_LENGTH]}…" if len(short) > EXAMPLE_LENGTH else short


def _cell(text: str) -> str:
    """Return the text as a cell of a Markdown table."""
    return " ".join(text.split()).replace("|", "\\|").replace("`", "'")


def _word(kind: str) -> str:
    return kind.partition("(")[0].replace(" ", "_")


def _mark(table: str, column: Described) -> str:
    if column.name in primary_key(table):
        return " PK"
    return " FK" if column.name in {key.column for key in references(table)} else ""


def _draw(picture: Element, table: str) -> None:
    left, top = BOXES[table]
    columns = described(table)
    box = {
        "x": left,
        "y": top,
        "width": BOX_WIDTH,
        "height": HEAD_HEIGHT + ROW_HEIGHT * len(columns) + 8,
        "rx": 8,
    }
    kind = "box fact" if table == FACT else "box"
    SubElement(picture, "rect", {"class": kind} | {key: str(value) for key, value in box.items()})
    _write(picture, "name", table, left + 12, top + 21)
    for place, column in enumerate(columns):
        name = "column key" if _mark(table, column) else "column"
        _write(picture, name, column.name, left + 12, top + HEAD_HEIGHT + ROW_HEIGHT * place + 14)


def _write(picture: Element, name: str, text: str, x: int, y: int) -> None:
    SubElement(picture, "text", {"class": name, "x": str(x), "y": str(y)}).text = text


def _path(table: str, column: str, to: str) -> str:
    """Return a curve from a column of one box to the head of the other, between facing sides."""
    (left, top), (to_left, to_top) = BOXES[table], BOXES[to]
    row = [each.name for each in described(table)].index(column)
    y, to_y = top + HEAD_HEIGHT + ROW_HEIGHT * row + 10, to_top + HEAD_HEIGHT // 2
    if to_left == left:
        x = left + BOX_WIDTH
        return f"M{x} {y} C{x + 24} {y} {x + 24} {to_y} {x} {to_y}"
    x, to_x = (left + BOX_WIDTH, to_left) if to_left > left else (left, to_left + BOX_WIDTH)
    middle = (x + to_x) // 2
    return f"M{x} {y} C{middle} {y} {middle} {to_y} {to_x} {to_y}"
