"""Source files to load under attack: a history, and some batches with odd records."""

import shutil
from pathlib import Path

from sparkify.generate import Recipe, generate
from tests.small_source import EVENT, lines, play

RECIPE = Recipe(users=40, songs=80, artists=40, days=12, events=3_900)
HISTORY_DAYS = 3
BIG_DAYS = 7  # of one file, which is over a megabyte and so read in place


def write_sources(folder: Path) -> tuple[Path, Path]:
    """Make two folders with `log_data` and `song_data`: the history, and the history and the rest.

    The rest has songs of plays that the history has, repeated and contradicting events, objects
    that are refused, a file of many days, gzip, and an empty file.
    """
    whole, history = folder / "whole", folder / "history"
    generate(whole, RECIPE)
    days = sorted((whole / "log_data").rglob("*.json"))
    songs = sorted((whole / "song_data").rglob("*.json"))
    for path in [*days[:HISTORY_DAYS], *songs[: len(songs) // 2]]:
        copy = history / path.relative_to(whole)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, copy)
    shutil.copy(whole / "log_json_path.json", history)
    logs = days[0].parent
    merged = days[-BIG_DAYS:]
    (logs / "2018-11-07-big.json").write_bytes(b"".join(day.read_bytes() for day in merged))
    for day in merged:
        day.unlink()
    shutil.copy(days[1], logs / "2018-11-08-again.json")  # known by another name, loaded before
    (logs / "2018-11-05-odd.json").write_bytes(_odd())
    (logs / "2018-11-20-contradicting.json").write_bytes(lines(play(900_001, 0, userId="4")))
    (logs / "2018-11-21-empty.json").write_bytes(b"")
    return history, whole


def _odd() -> bytes:
    good = [play(900_000 + place, 0, userId="3") for place in range(5)]
    wrong = {**EVENT, "sessionId": "many"}
    long = {**EVENT, "firstName": "é" * 200}
    return lines(good[0]) + b"{ no JSON\n" + lines(wrong, *good[1:], long, play(900_009, 0))


def settings(data: str) -> dict[str, str]:
    """Spell where the data lies as the environment of a process."""
    return {
        "SPARKIFY_S3_LOG_DATA": f"{data}/log_data",
        "SPARKIFY_S3_SONG_DATA": f"{data}/song_data",
        "SPARKIFY_S3_LOG_JSONPATH": f"{data}/log_json_path.json",
        "SPARKIFY_ETL_BATCH_MB": "1",
    }
