"""The schemas of what commands print as JSON, as docs/json.md lists them."""

import json
import re
from collections.abc import Iterator
from datetime import datetime
from functools import cache
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker
from referencing import Registry, Resource

from tests.command_line import ROOT

PAGE = ROOT / "docs/json.md"
FOLDER = ROOT / "docs/schemas"
ROW = re.compile(r"^\| `sparkify ([^`]+)` \| \[[\w-]+\]\(schemas/([\w-]+)\.json\) \|", re.MULTILINE)
EXAMPLE = re.compile(r"^    \$ sparkify ([^\n]+)\n((?:    [^\n]+\n)+)", re.MULTILINE)
TIMESTAMP = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d.*")
FORMATS = FormatChecker(())


def has_zone(text: object) -> bool:
    """Return whether a timestamp is ISO 8601 with a zone. Raises ValueError if it is none."""
    if not isinstance(text, str):
        return True  # the schema says whether it may be
    return "T" in text and datetime.fromisoformat(text).tzinfo is not None


FORMATS.checks("date-time", ValueError)(has_zone)


def documented() -> list[tuple[str, str]]:
    """Return the commands of the page, each with the name of its schema."""
    return ROW.findall(PAGE.read_text(encoding="utf-8"))


def examples() -> list[tuple[str, str]]:
    """Return the commands that the page shows, each with what it prints."""
    found = EXAMPLE.findall(PAGE.read_text(encoding="utf-8"))
    return [(command, text.replace("\n    ", "\n")) for command, text in found]


@cache
def schemas() -> dict[str, Any]:
    """Return the schemas by name."""
    return {
        file.stem: json.loads(file.read_text(encoding="utf-8")) for file in FOLDER.glob("*.json")
    }


@cache
def validator(command: str) -> Draft202012Validator:
    """Return what validates the JSON of a command of the page."""
    named: list[tuple[str, Resource[Any]]] = [
        (f"{name}.json", Resource.from_contents(schema)) for name, schema in schemas().items()
    ]
    reference = {"$ref": f"{dict(documented())[command]}.json"}
    registry: Registry[Any] = Registry().with_resources(named)
    return Draft202012Validator(reference, registry=registry, format_checker=FORMATS)


def faults(command: str, printed: Any) -> list[str]:
    """Return what is wrong with the JSON that a command printed: schema, keys and timestamps."""
    wrong = [
        f"{error.json_path}: {error.message}" for error in validator(command).iter_errors(printed)
    ]
    if command != "query":
        wrong += [f"blank in a key: {key}" for key, _ in members(printed) if re.search(r"\s", key)]
        wrong += [
            f"no zone: {key}: {value}"
            for key, value in members(printed)
            if isinstance(value, str) and TIMESTAMP.fullmatch(value) and not has_zone(value)
        ]
    return wrong


def members(value: Any, key: str = "") -> Iterator[tuple[str, Any]]:
    """Yield each value in JSON with the key that it has, or its array."""
    yield key, value
    if isinstance(value, dict):
        for name, each in value.items():
            yield from members(each, name)
    elif isinstance(value, list):
        for each in value:
            yield from members(each, key)
