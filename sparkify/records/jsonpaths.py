"""COPY's JSONPaths file: where in an object the value of each column is.

The rules are those of
https://docs.aws.amazon.com/redshift/latest/dg/copy-parameters-data-format.html#copy-json-jsonpaths:
one object with the one key `jsonpaths`, one expression a column in the order of the columns, in
bracket or in dot notation, without wildcards or filters. Where COPY falls silently back to 'auto'
(a key of another name), we raise.
"""

import json
import re

from sparkify.errors import ConfigError

JsonPath = tuple[str | int, ...]

_BRACKETS = re.compile(r"\$(?:\[(?:'[^']*'|\"[^\"]*\"|[0-9]{1,9})\])+")
_DOTS = re.compile(r"\$(?:\.[^.\[\]'\"*?@\s]+(?:\[[0-9]{1,9}\])*)+")
_STEP = re.compile(r"\['([^']*)'\]|\[\"([^\"]*)\"\]|\[([0-9]+)\]|\.([^.\[]+)")


def parse_jsonpaths(document: bytes, location: str, columns: int) -> tuple[JsonPath, ...]:
    """Parse a JSONPaths document: each path is the keys and array indexes to go through.

    `columns` is the number of columns of the table. Raises ConfigError naming the `location`, and
    the expression or the count that is wrong.
    """
    expressions = _expressions(document, location)
    if len(expressions) != columns:
        raise ConfigError(
            f"{location} has {len(expressions)} JSONPath expressions for {columns} columns",
            "write one expression a column, in the order of the columns of staging_events",
        )
    return tuple(
        _parse(expression, place, location) for place, expression in enumerate(expressions, 1)
    )


def _expressions(document: bytes, location: str) -> list[object]:
    shape = '{"jsonpaths": ["$[\'artist\']", ...]}'
    try:
        content = json.loads(document)
    except (ValueError, RecursionError) as error:
        raise ConfigError(
            f"the JSONPaths file {location} is not JSON: {error}", f"write it as {shape}"
        ) from error
    expressions = content.get("jsonpaths") if isinstance(content, dict) else None
    if not isinstance(expressions, list):
        raise ConfigError(
            f"the JSONPaths file {location} has no list under the key jsonpaths",
            f"write it as {shape}",
        )
    return expressions


def _parse(expression: object, place: int, location: str) -> JsonPath:
    text = expression if isinstance(expression, str) else json.dumps(expression)
    if not (_BRACKETS.fullmatch(text) or _DOTS.fullmatch(text)):
        raise ConfigError(
            f"{location}: expression {place}, {text}, is no JSONPath that COPY reads",
            "write it in brackets, $['user']['name'], or with dots, $.user.name",
        )
    return tuple(
        int(place) if place else single or double or dotted
        for single, double, place, dotted in _STEP.findall(text)
    )
