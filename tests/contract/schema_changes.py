"""Field names of any kind, values of any type, and the changes of the schema that a run reports."""

from pathlib import Path

from sparkify.pipeline import Run

HOSTILE = '"; drop table staging_events; --'

NAMES = [
    *(
        "größe",
        "日本語",
        "😀",
        "Ärger",
        "a b",
        " ",
        "a.b",
        ":a",
        "$a",
        "%s",
        "select",
        "user",
        "oid",
    ),
    *('a"b', "a'b", "a'\"b", "a\\b", "a\nb", "a\0b", "x" * 130, "", "loaded_at", "ARTIST"),
    *(
        HOSTILE,
        "'); drop table staging_events; --",
        "${a}",
        "{{a}}",
        "-- a",
        "/* a",
        "(other fields)",
    ),
]

# JSON's types, as schema changes name them, and a value of each.
VALUES = {
    "text": "x",
    "number": 1,
    "boolean": True,
    "object": {"artist": "x"},
    "array": ["x"],
    "null": None,
}


def found(run: Run) -> list[tuple[str, str, str, int, str]]:
    """Return field, change, detail, records and first file of the changes that a run found."""
    return [
        (each.field, each.change, each.detail, each.records, Path(each.first_file).name)
        for each in run.schema_changes
    ]
