"""Generated events and songs: duplicates and versions, blank and missing keys, any Unicode.

Words match, match once repaired, or do not.
"""

from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from .source_files import NOON, Record, encoded_twice

File = tuple[str, list[Record]]


def any_text(size: int) -> SearchStrategy[str]:
    """Any Unicode that fits into so many bytes; a text cannot hold NUL or half a pair."""
    letters = st.characters(exclude_categories=["Cs"], exclude_characters="\x00")
    return st.text(letters, max_size=size // 4)


def blank_or(values: SearchStrategy[Any]) -> SearchStrategy[Any]:
    return st.one_of(values, values, values, st.sampled_from([None, "", " "]))


# What is sung: few songs, so that plays meet them, each now and then with a word of anything.
TRACKS = (
    ("Jóga", "Björk", 305.5),
    ("You Gotta Be", "Des'ree", 246.30812),
    ("På", "東京事変", 1.0),
)

OTHER = "any text at all"


def spellings(word: str, *, played: bool) -> SearchStrategy[str | None]:
    """Spell a word: mostly right; in plays often garbled; seldom as something else."""
    right = [word] * 6 + [f" {word} "]
    if played:
        right += [encoded_twice(word)] * 2 + [encoded_twice(f"{word} ", 2)]
    return st.sampled_from([*right, None, "", OTHER]).flatmap(
        lambda spelt: any_text(64) if spelt is OTHER else st.just(spelt)
    )


@st.composite
def tracks(draw: st.DrawFn, *, played: bool) -> Record:
    """Draw a title, an artist's name and a length, as a play or the catalogue has them."""
    title, name, length = draw(st.sampled_from(TRACKS))
    keys = ("song", "artist", "length") if played else ("title", "artist_name", "duration")
    words = (
        draw(spellings(title, played=played)),
        draw(spellings(name, played=played)),
        draw(st.sampled_from([*[length] * 6, 99.5, None])),
    )
    first = draw(st.sampled_from([*[0] * 9, 1]))  # now and then the title's key is missing
    return dict(zip(keys[first:], words[first:], strict=True))


def joined(*parts: SearchStrategy[Record]) -> SearchStrategy[Record]:
    return st.tuples(*parts).map(
        lambda records: {key: value for record in records for key, value in record.items()}
    )


SONGS = joined(
    tracks(played=False),
    st.fixed_dictionaries(
        {
            "artist_id": st.sampled_from(["AR1", "AR2", "AR2 ", "ar3"]),
            "song_id": st.sampled_from([*(f"SO{number}" for number in range(6)), "SO1 ", " SO2"]),
        },
        optional={
            "num_songs": st.just(1),
            "artist_latitude": st.none() | st.sampled_from([0.0, 1.0, -35.5, 90]),
            "artist_longitude": st.none() | st.floats(-180, 180),
            "artist_location": blank_or(any_text(64)),
            "year": st.sampled_from([None, 0, 1000, 1994, "1994", 9999]),
        },
    ),
)

# What two records of one event may differ in.
VERSIONS = joined(
    tracks(played=True),
    st.fixed_dictionaries(
        {"page": st.sampled_from([*["NextSong"] * 6, "NextSong ", "Home", "nextsong", "", None])},
        optional={
            "auth": blank_or(any_text(64)),
            "firstName": blank_or(any_text(64)),
            "gender": st.sampled_from(["F", "M", " F", None, ""]),
            "lastName": blank_or(any_text(64)),
            "level": st.sampled_from(["free", "paid", "paid ", None, "", "  "]),
            "location": blank_or(any_text(64)),
            "method": st.sampled_from(["PUT", "GET", None]),
            "registration": st.sampled_from([None, "", 1540919166796.0, 0]),
            "status": st.sampled_from([200, "307", 404.0, None, ""]),
            "userAgent": blank_or(any_text(64).map(lambda text: f'"{text}"')),
        },
    ),
)

# What they may not differ in: when it was. Few timestamps, so that ties occur.
TIMESTAMPS = st.sampled_from([NOON, NOON + 1, NOON + 86_400_000, str(NOON - 1), -1, 0])
# Users, each as it is spelt; two of them may have a session of one number.
USERS: dict[int | None, list[str | float]] = {7: ["7", 7], 8: ["8", 8.0], 9: ["9", 9], None: [""]}


@st.composite
def events(draw: st.DrawFn) -> list[Record]:
    """Draw events, each in one or more versions, in any order; the logged out lack any key."""
    places = st.tuples(st.integers(0, 3), st.integers(0, 3), st.sampled_from([*USERS]))
    known = draw(st.dictionaries(places, TIMESTAMPS, min_size=1, max_size=6))
    records = [
        {
            "sessionId": session,
            "itemInSession": item,
            "ts": timestamp,
            "userId": draw(st.sampled_from(USERS[user])),
            **version,
        }
        for (session, item, user), timestamp in known.items()
        for version in draw(st.lists(VERSIONS, min_size=1, max_size=3))
    ]
    records += draw(st.lists(VERSIONS, max_size=2))
    return list(draw(st.permutations(records)))


def split(draw: st.DrawFn, records: Sequence[Record], kind: str) -> list[File]:
    """Cut records into files with names in any order."""
    files: dict[str, list[Record]] = {}
    for record in records:
        name = draw(st.sampled_from(["b/1.json", "a/2.json", "c.json"]))
        files.setdefault(f"{kind}/{name}", []).append(record)
    return list(files.items())


@st.composite
def runs(draw: st.DrawFn) -> list[list[File]]:
    """Draw the source files of one to four runs: files of events and of songs."""
    songs = draw(st.lists(SONGS, min_size=1, max_size=6))
    files = split(draw, draw(events()), "logs") + split(draw, songs, "songs")
    found: list[list[File]] = [[] for _ in range(draw(st.integers(1, 4)))]
    for file in draw(st.permutations(files)):
        draw(st.sampled_from(found)).append(file)
    return found
