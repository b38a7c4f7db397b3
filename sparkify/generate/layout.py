"""The files: how they are named, and how their text is laid out."""

import json
from collections.abc import Iterable, Iterator
from datetime import timedelta

from sparkify.generate.catalogue import Shelf, identifier, letters
from sparkify.generate.recipe import FIRST_DAY

SONGS_A_FOLDER = 22  # as in the real 14,896 files
PRETTY_DAY = 2  # this log file (or the last) has each object spread over many lines


def json_paths() -> str:
    """Return the text of the JSONPaths file: the keys of an event, in their order."""
    keys = (
        *("artist", "auth", "firstName", "gender", "itemInSession", "lastName", "length", "level"),
        *("location", "method", "page", "registration", "sessionId", "song", "status", "ts"),
        *("userAgent", "userId"),
    )
    return json.dumps({"jsonpaths": [f"$['{key}']" for key in keys]}, indent=4)


def shelves(songs: int) -> Iterator[tuple[str, range]]:
    """Yield the folders of the song files, each by three letters, with the songs in it."""
    in_each = max(SONGS_A_FOLDER, -(-songs // 26**3))
    for place, start in enumerate(range(0, songs, in_each)):
        yield letters(place, 3), range(start, min(start + in_each, songs))


def song_file(catalogue: Shelf, folder: str, number: int) -> tuple[str, str]:
    """Return the name and the text of a song's file."""
    name = f"TR{folder}{identifier('', number)[3:]}.json"
    path = "/".join(("song_data", *folder, name))
    return path, json.dumps(catalogue.song(number)._asdict())


def log_file(day: int) -> str:
    """Return the name of a day's log file."""
    return f"log_data/{FIRST_DAY + timedelta(day):%Y/%m/%Y-%m-%d}-events.json"


def as_delivered(portions: Iterable[list[str]], day: int, days: int) -> Iterator[str]:
    """Yield the text of a day's file, laid out as loosely as COPY permits and the real ones are."""
    gap = "\n\n" if day == 0 else "\n"
    pretty = day == min(PRETTY_DAY, days - 1)
    between = ""
    for lines in filter(None, portions):
        yield between + gap.join(map(_pretty, lines) if pretty else lines)
        between = gap
    if day % 3 == 1:  # the others end without a newline
        yield "\n"


def _pretty(line: str) -> str:
    # Far faster than json, and right as long as no text ends in a comma or holds `":`.
    fields = line[1:-1].replace(',"', ',\n  "').replace('":', '": ')
    return f"{{\n  {fields}\n}}"
