"""Keys of any name, values of any type, and the changes of the schema that a run reports."""

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
        "(other keys)",
    ),
]

# JSON's types, as the findings call them, and a value of each.
VALUES = {
    "text": "x",
    "number": 1,
    "boolean": True,
    "object": {"artist": "x"},
    "array": ["x"],
    "null": None,
}


def found(run: Run) -> list[tuple[str, str, str, int, str]]:
    """Return key, finding, detail, number of objects and the file's name of what a run found."""
    return [
        (each.key_name, each.finding, each.detail, each.objects, Path(each.first_file).name)
        for each in run.schema_changes
    ]
