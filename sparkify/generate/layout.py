"""The layout of the files: their names, and how their text is formatted."""

import json
from collections.abc import Iterable, Iterator
from datetime import timedelta

from sparkify.generate.catalogue import SongCollection, catalogue_id, to_letters
from sparkify.generate.recipe import FIRST_DAY
from sparkify.sql import source_fields

SONGS_PER_FOLDER = 22  # as in the real 14,896 files
PRETTY_DAY = 2  # this log file (or the last) is pretty-printed


def json_paths() -> str:
    """Return the text of the JSONPaths file: the key of each column of an event, in order."""
    keys = source_fields("staging_events").values()
    return json.dumps({"jsonpaths": [f"$['{key}']" for key in keys]}, indent=4)


def song_folders(songs: int) -> Iterator[tuple[str, range]]:
    """Yield the folders of the song files, each as three letters and the numbers of its songs."""
    size = max(SONGS_PER_FOLDER, -(-songs // 26**3))
    for place, start in enumerate(range(0, songs, size)):
        yield to_letters(place, 3), range(start, min(start + size, songs))


def song_file(catalogue: SongCollection, folder: str, number: int) -> tuple[str, str]:
    """Return the name and the text of a song's file."""
    name = f"TR{folder}{catalogue_id('', number)[3:]}.json"
    path = "/".join(("song_data", *folder, name))
    return path, json.dumps(catalogue.song(number)._asdict())


def log_file(day: int) -> str:
    """Return the name of a day's log file."""
    return f"log_data/{FIRST_DAY + timedelta(day):%Y/%m/%Y-%m-%d}-events.json"


def format_day(chunks: Iterable[list[str]], day: int, days: int) -> Iterator[str]:
    """Yield the text of a day's file, formatted as loosely as COPY allows and real files are."""
    gap = "\n\n" if day == 0 else "\n"
    pretty = day == min(PRETTY_DAY, days - 1)
    between = ""
    for lines in filter(None, chunks):
        texts = list(map(_pretty_print, lines)) if pretty else lines
        texts[0] = between + texts[0]
        yield gap.join(texts)
        between = gap
    if day % 3 == 1:  # the other files end without a newline
        yield "\n"


def _pretty_print(line: str) -> str:
    # Far faster than json. Correct as long as no text ends in a comma or contains `":`.
    fields = line[1:-1].replace(',"', ',\n  "').replace('":', '": ')
    return f"{{\n  {fields}\n}}"
