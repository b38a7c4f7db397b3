"""Who may come, and what they may play."""

import json
from collections.abc import Callable, Iterator
from functools import lru_cache
from itertools import accumulate
from random import Random
from typing import NamedTuple

from sparkify.generate.catalogue import Song, catalogue_of, unknown
from sparkify.generate.draws import pick, stream
from sparkify.generate.recipe import Recipe
from sparkify.generate.steps import ASIDES, Step
from sparkify.generate.words import LAST_NAMES, MEN, METRO_AREAS, USER_AGENTS, WOMEN

MATCHED_SHARE = 0.25  # of the plays: the catalogue has their song
TWICE_ENCODED_SHARE = 0.05  # of the plays, matched or not: `BjÃ\x83Â¶rk` for `Björk`
CLEAN_ACCENTS_SHARE = 0.01  # of the plays: accents that arrived whole, and must stay so
HITS = 5_000  # songs of the catalogue that get played at all


class Listener(NamedTuple):
    """A user: the JSON texts it gives a log line, the level at first, the days it changes on."""

    names: str
    surname: str
    location: str
    registration: str
    device: str
    paid: bool = False
    turns: tuple[int, ...] = ()


NOBODY = Listener(
    '"Logged Out","firstName":null,"gender":null', "null", "null", "null", 'null,"userId":""'
)


class Crowd(NamedTuple):
    """The listeners, the frequent first, with running totals of their odds; a long run of steps."""

    listeners: list[Listener]
    odds: list[float]
    turners: dict[int, list[int]]  # by day, the ranks of those whose level changes
    steps: list[Step]
    plays: list[Step]


@lru_cache(maxsize=1)
def crowd(recipe: Recipe) -> Crowd:
    """Return who may come, and what they may do; it is made once a process."""
    rng = stream(recipe.seed, "crowd")
    user_ids = rng.sample(range(2, recipe.users + 2), recipe.users)
    listeners = [_listener(rng, recipe.days, *ranked) for ranked in enumerate(user_ids)]
    turners: dict[int, list[int]] = {}
    for rank, listener in enumerate(listeners):
        for day in listener.turns:
            turners.setdefault(day, []).append(rank)
    # A session takes a stretch of one long run, which costs far less than to draw each step.
    tracks, weights = zip(*_tracks(recipe), strict=True)
    plays = rng.choices(tracks, weights, k=20_000)
    asides = rng.choices(list(ASIDES), list(ASIDES.values()), k=len(plays))
    steps = [step for play, aside in zip(plays, asides, strict=True) for step in (play, *aside)]
    return Crowd(listeners, list(accumulate(_popularity(recipe.users, 4))), turners, steps, plays)


def _popularity(number: int, flatness: int) -> list[float]:
    return [1 / (rank + flatness) for rank in range(number)]


def _listener(rng: Random, days: int, rank: int, user_id: int) -> Listener:
    gender = pick(rng, "FFM")
    first_name = _log_text(pick(rng, WOMEN if gender == "F" else MEN))
    turns = {3: 2, 5: 1, 6: 1}.get(rank % 12, 0)  # paid, free, paid; free, paid; paid, free
    return Listener(
        f'"Logged In","firstName":{first_name},"gender":"{gender}"',
        _log_text(pick(rng, LAST_NAMES)),
        _log_text(pick(rng, METRO_AREAS)),
        f"{1_533_000_000_000 + rng.randrange(8_000_000_000)}.0",
        f'{_log_text(pick(rng, USER_AGENTS))},"userId":"{user_id}"',
        paid=rank < 5 or rank % 12 in {3, 6},
        turns=tuple(sorted(rng.sample(range(days), min(turns, days)))),
    )


def _tracks(recipe: Recipe) -> Iterator[tuple[Step, float]]:
    """Yield what can be played, each with its weight among all plays."""
    catalogue = catalogue_of(recipe)
    known = [catalogue.song(number) for number in range(min(HITS, recipe.songs))]
    for songs, share in ((known, MATCHED_SHARE), (unknown(recipe), 1 - MATCHED_SHARE)):
        plain = [song for song in songs if (song.title + song.artist_name).isascii()]
        accented = [song for song in songs if not (song.title + song.artist_name).isascii()]
        rest = 1 - TWICE_ENCODED_SHARE - CLEAN_ACCENTS_SHARE
        yield from _weighed(plain, share * rest, str)
        yield from _weighed(accented, share * TWICE_ENCODED_SHARE, _encoded_twice)
        yield from _weighed(accented, share * CLEAN_ACCENTS_SHARE, str)


def _weighed(
    songs: list[Song], share: float, spell: Callable[[str], str]
) -> Iterator[tuple[Step, float]]:
    weights = _popularity(len(songs), 20)
    *_, total = accumulate(weights, initial=0.0)
    for song, weight in zip(songs, weights, strict=True):
        artist, title = _log_text(spell(song.artist_name)), _log_text(spell(song.title))
        page, lasts = '"PUT","page":"NextSong"', int(song.duration * 1_000)
        play = Step(artist, repr(song.duration), page, f'{title},"status":200', lasts)
        yield play, weight / total * share


def _encoded_twice(text: str) -> str:
    return text.encode().decode("latin-1").encode().decode("latin-1")


def _log_text(text: str) -> str:
    return json.dumps(text).replace("/", "\\/")
