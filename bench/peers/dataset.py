"""Generate data that every peer can read: one record a line, UTF-8.

python -m bench.peers.dataset FOLDER EVENTS SONGS
"""

import json
import sys
from pathlib import Path

from sparkify.generate import Recipe, generate

DATASET_USERS, DATASET_DAYS = 5_000, 30


def generate_dataset(folder: Path, events: int, songs: int) -> None:
    """Generate `log_data/` and `song_data/` in the folder."""
    artists = max(1, songs * 3 // 5)
    generate(folder, Recipe(DATASET_USERS, songs, artists, DATASET_DAYS, events))
    for path in (folder / "log_data").rglob("*.json"):
        _write_one_record_a_line(path)


def _write_one_record_a_line(path: Path) -> None:
    # One day is pretty-printed and one has blank lines, which some readers reject.
    with path.open(encoding="utf-8") as stream:
        first, second = stream.readline(), stream.readline()
    if first != "{\n" and second != "\n":
        return
    text = path.read_text(encoding="utf-8")
    if first == "{\n":
        records = text.replace("}\n{", "}\0{").split("\0")
        text = "\n".join(json.dumps(json.loads(each)) for each in records)
    path.write_text(text.replace("\n\n", "\n"), encoding="utf-8")


if __name__ == "__main__":
    generate_dataset(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
