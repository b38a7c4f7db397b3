"""Generated data have the figures of the real data at the same number of plays."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from statistics import mean
from typing import Any

import pytest

from sparkify.generate import Recipe, generate
from sparkify.generate.tracks import SONG_SPREAD, SONGS_PLAYED, popular_rank
from tests.contract.sample import LOGS, SONGS, needs_sample

Row = dict[str, Any]

# The whole month: 8,056 events of 96 users, 6,820 plays, 14,896 song files. It is not at hand here;
# these are the figures known of it.
MONTH = {
    "distinct songs a play": 0.78,
    "plays of the ten most played songs": 0.031,
    "plays of users who pay": 0.82,
    "plays of a song in the song files": 0.05,
}
MONTH_TOLERANCES = {
    "distinct songs a play": 0.03,
    "plays of the ten most played songs": 0.005,
    "plays of users who pay": 0.05,
    "plays of a song in the song files": 0.01,
}
# Twelve days of it: 2,190 events, 1,833 plays, 33 song files. Worked out below.
SAMPLE_PLAYS = 1_833
SAMPLE = {
    "distinct songs a play": 0.885,
    "distinct artists a play": 0.667,
    "plays of the ten most played songs": 0.031,
    "plays of the ten most played artists": 0.058,
    "plays of the ten busiest users": 0.662,
    "events that are plays": 0.837,
    "events that show Home": 0.113,
    "events logged out": 0.025,
    "sessions of one event": 0.357,
    "events a session": 6.348,
    "mean length": 246.87,
    "letters of a title": 17.9,
    "letters of an artist": 12.9,
    "letters of a user agent": 110.9,
    "plays with text encoded twice": 0.039,
    "songs without a year": 0.697,
    "songs without coordinates": 0.636,
}
SAMPLE_TOLERANCES = {  # the sample is one draw, and small
    "distinct songs a play": 0.03,
    "distinct artists a play": 0.04,
    "plays of the ten most played songs": 0.012,
    "plays of the ten most played artists": 0.02,
    "plays of the ten busiest users": 0.1,
    "events that are plays": 0.02,
    "events that show Home": 0.02,
    "events logged out": 0.007,
    "sessions of one event": 0.08,
    "events a session": 4,
    "mean length": 8,
    "letters of a title": 5.5,
    "letters of an artist": 5.5,
    "letters of a user agent": 8,
    "plays with text encoded twice": 0.015,
    "songs without a year": 0.15,
    "songs without coordinates": 0.1,
}

BLANKS = re.compile(r"\s*")


def records(folder: Path) -> Iterator[Row]:
    """Yield the JSON records of all files, by name, with any whitespace between them."""
    decoder = json.JSONDecoder()
    for file in sorted(folder.rglob("*.json")):
        text, at = file.read_text(encoding="utf-8").rstrip(), 0
        while at < len(text):
            record, at = decoder.raw_decode(text, BLANKS.match(text, at).end())  # type: ignore[union-attr]
            yield record


def repaired(text: str) -> str:
    try:
        return text.encode("latin-1").decode().encode("latin-1").decode()
    except UnicodeError:
        return text


def most_frequent(values: list[Any]) -> float:
    """Return the share of the ten most frequent values."""
    return sum(count for _, count in Counter(values).most_common(10)) / len(values)


def figures_of_plays(plays: list[Row]) -> dict[str, float]:
    """Return the figures that depend on how many plays there are."""
    songs = [(play["song"], play["artist"], play["length"]) for play in plays]
    artists = [play["artist"] for play in plays]
    return {
        "distinct songs a play": len(set(songs)) / len(plays),
        "distinct artists a play": len(set(artists)) / len(plays),
        "plays of the ten most played songs": most_frequent(songs),
        "plays of the ten most played artists": most_frequent(artists),
    }


def figures_of(events: list[Row], songs: list[Row]) -> dict[str, float]:
    plays = [event for event in events if event["page"] == "NextSong"]
    sessions = Counter(event["sessionId"] for event in events).values()
    known = {(song["title"], song["artist_name"], song["duration"]) for song in songs}
    texts = [play["song"] + play["artist"] for play in plays]
    matched = [
        (repaired(play["song"]), repaired(play["artist"]), play["length"]) in known
        for play in plays
    ]
    return figures_of_plays(plays) | {
        "plays of users who pay": mean(play["level"] == "paid" for play in plays),
        "plays of a song in the song files": mean(matched),
        "plays of the ten busiest users": most_frequent([play["userId"] for play in plays]),
        "events that are plays": len(plays) / len(events),
        "events that show Home": mean(event["page"] == "Home" for event in events),
        "events logged out": mean(event["userId"] == "" for event in events),
        "sessions of one event": mean(length == 1 for length in sessions),
        "events a session": mean(sessions),
        "mean length": mean(play["length"] for play in plays),
        "letters of a title": mean(len(play["song"]) for play in plays),
        "letters of an artist": mean(len(play["artist"]) for play in plays),
        "letters of a user agent": mean(len(e["userAgent"]) for e in events if e["userAgent"]),
        "plays with text encoded twice": mean(repaired(text) != text for text in texts),
        "songs without a year": mean(song["year"] == 0 for song in songs),
        "songs without coordinates": mean(song["artist_latitude"] is None for song in songs),
    }


def assert_close(
    found: dict[str, float], real: dict[str, float], tolerances: dict[str, float]
) -> None:
    far = {
        name: (found[name], real[name])
        for name, tolerance in tolerances.items()
        if abs(found[name] - real[name]) > tolerance
    }
    assert far == {}


@pytest.fixture(scope="module", params=[0, 1])
def generated(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[list[Row], list[Row]]:
    """Return the events and the songs of data of the month's size."""
    folder = tmp_path_factory.mktemp("generated")
    generate(folder, Recipe(seed=request.param))
    return list(records(folder / "log_data")), list(records(folder / "song_data"))


def test_data_of_the_months_size_have_its_figures(generated: tuple[list[Row], list[Row]]) -> None:
    assert_close(figures_of(*generated), MONTH, MONTH_TOLERANCES)


def test_as_many_plays_as_in_the_sample_have_its_figures(
    generated: tuple[list[Row], list[Row]],
) -> None:
    events, songs = generated
    plays = [event for event in events if event["page"] == "NextSong"]
    found = figures_of(events, songs) | figures_of_plays(plays[:SAMPLE_PLAYS])
    assert_close(found, SAMPLE, SAMPLE_TOLERANCES)


@needs_sample
def test_the_figures_of_the_sample_are_those_of_its_json() -> None:
    events, songs = list(records(LOGS)), list(records(SONGS))
    found = figures_of(events, songs)
    assert sum(event["page"] == "NextSong" for event in events) == SAMPLE_PLAYS
    assert {name: found[name] for name in SAMPLE} == pytest.approx(SAMPLE, rel=0.01, abs=0.0005)
    # What depends on the weeks it spans and on the song files it has is not that of the month.
    assert found["plays of users who pay"] == pytest.approx(0.71, abs=0.005)
    assert found["plays of a song in the song files"] == 0


def test_ranks_are_those_of_all_songs() -> None:
    assert popular_rank(0, SONG_SPREAD) == 0
    assert popular_rank(1 - 2**-53, SONG_SPREAD) == pytest.approx(SONGS_PLAYED, rel=1e-4)
    assert popular_rank(1 - 2**-53, SONG_SPREAD) < SONGS_PLAYED


def test_more_plays_have_fewer_distinct_songs_a_play(tmp_path: Path) -> None:
    generate(tmp_path, Recipe(users=500, songs=100, artists=60, days=5, events=60_000))
    plays = [row for row in records(tmp_path / "log_data") if row["page"] == "NextSong"]
    assert 0.2 < figures_of_plays(plays)["distinct songs a play"] < 0.5
