"""Make the data of a comparison, such as every peer can read: one object a line, UTF-8.

python -m bench.peers.delivery FOLDER EVENTS SONGS
"""

import json
import sys
from pathlib import Path

from sparkify.generate import Recipe, generate

USERS, DAYS = 5_000, 30


def deliver(folder: Path, events: int, songs: int) -> None:
    """Generate `log_data/` and `song_data/` into the folder."""
    generate(folder, Recipe(USERS, songs, max(1, songs * 3 // 5), DAYS, events))
    for path in (folder / "log_data").rglob("*.json"):
        _lay_out(path)


def _lay_out(path: Path) -> None:
    # One day is pretty-printed and one has blank lines, which not every reader takes.
    with path.open(encoding="utf-8") as stream:
        first, second = stream.readline(), stream.readline()
    if first != "{\n" and second != "\n":
        return
    text = path.read_text(encoding="utf-8")
    if first == "{\n":
        objects = text.replace("}\n{", "}\0{").split("\0")
        text = "\n".join(json.dumps(json.loads(each)) for each in objects)
    path.write_text(text.replace("\n\n", "\n"), encoding="utf-8")


if __name__ == "__main__":
    deliver(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
