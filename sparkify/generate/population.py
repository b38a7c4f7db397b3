"""The users of the app, and the songs they may play."""

import json
from collections.abc import Callable, Iterator
from functools import lru_cache
from itertools import accumulate
from random import Random
from typing import NamedTuple

from sparkify.generate.actions import AFTER_PLAY, Action
from sparkify.generate.catalogue import Song, catalogue_of, uncatalogued_songs
from sparkify.generate.random_streams import pick, random_stream
from sparkify.generate.recipe import Recipe
from sparkify.generate.vocabulary import LAST_NAMES, MEN, METRO_AREAS, USER_AGENTS, WOMEN

MATCHED_SHARE = 0.25  # share of the plays whose song is in the catalogue
TWICE_ENCODED_SHARE = 0.05  # share of the plays, matched or not: `BjÃ\x83Â¶rk` for `Björk`
CLEAN_ACCENTS_SHARE = 0.01  # share of the plays with correct accents, which must stay as they are
HITS = 5_000  # songs of the catalogue that are played at all


class Listener(NamedTuple):
    """A user: their JSON texts in a log line, their first level, and the days it changes."""

    names: str
    surname: str
    location: str
    registration: str
    device: str
    paid: bool = False
    change_days: tuple[int, ...] = ()


LOGGED_OUT = Listener(
    '"Logged Out","firstName":null,"gender":null', "null", "null", "null", 'null,"userId":""'
)


class Population(NamedTuple):
    """All listeners, the most frequent first, and a long sequence of actions to take from."""

    listeners: list[Listener]
    odds: list[float]  # running totals of the listeners' weights
    level_changes: dict[int, list[int]]  # by day, the ranks of the listeners whose level changes
    actions: list[Action]
    plays: list[Action]


@lru_cache(maxsize=1)
def population_of(recipe: Recipe) -> Population:
    """Return the listeners and what they may do; built once per process."""
    rng = random_stream(recipe.seed, "crowd")  # the name is part of the seed: it must not change
    user_ids = rng.sample(range(2, recipe.users + 2), recipe.users)
    listeners = [_listener(rng, recipe.days, *ranked) for ranked in enumerate(user_ids)]
    level_changes: dict[int, list[int]] = {}
    for rank, listener in enumerate(listeners):
        for day in listener.change_days:
            level_changes.setdefault(day, []).append(rank)
    # A session takes a slice of one long sequence: far cheaper than drawing each action.
    tracks, weights = zip(*_tracks(recipe), strict=True)
    plays = rng.choices(tracks, weights, k=20_000)
    after = rng.choices(list(AFTER_PLAY), list(AFTER_PLAY.values()), k=len(plays))
    actions = [each for play, more in zip(plays, after, strict=True) for each in (play, *more)]
    odds = list(accumulate(_popularity(recipe.users, 4)))
    return Population(listeners, odds, level_changes, actions, plays)


def _popularity(number: int, flatness: int) -> list[float]:
    return [1 / (rank + flatness) for rank in range(number)]


def _listener(rng: Random, days: int, rank: int, user_id: int) -> Listener:
    gender = pick(rng, "FFM")
    first_name = _log_text(pick(rng, WOMEN if gender == "F" else MEN))
    changes = {3: 2, 5: 1, 6: 1}.get(rank % 12, 0)  # paid, free, paid; free, paid; paid, free
    return Listener(
        f'"Logged In","firstName":{first_name},"gender":"{gender}"',
        _log_text(pick(rng, LAST_NAMES)),
        _log_text(pick(rng, METRO_AREAS)),
        f"{1_533_000_000_000 + rng.randrange(8_000_000_000)}.0",
        f'{_log_text(pick(rng, USER_AGENTS))},"userId":"{user_id}"',
        paid=rank < 5 or rank % 12 in {3, 6},
        change_days=tuple(sorted(rng.sample(range(days), min(changes, days)))),
    )


def _tracks(recipe: Recipe) -> Iterator[tuple[Action, float]]:
    """Yield the plays of all songs, each with its weight among all plays."""
    catalogue = catalogue_of(recipe)
    known = [catalogue.song(number) for number in range(min(HITS, recipe.songs))]
    unknown = uncatalogued_songs(recipe)
    for songs, share in ((known, MATCHED_SHARE), (unknown, 1 - MATCHED_SHARE)):
        plain = [song for song in songs if (song.title + song.artist_name).isascii()]
        accented = [song for song in songs if not (song.title + song.artist_name).isascii()]
        rest = 1 - TWICE_ENCODED_SHARE - CLEAN_ACCENTS_SHARE
        yield from _weighted_plays(plain, share * rest, str)
        yield from _weighted_plays(accented, share * TWICE_ENCODED_SHARE, _encode_twice)
        yield from _weighted_plays(accented, share * CLEAN_ACCENTS_SHARE, str)


def _weighted_plays(
    songs: list[Song], share: float, encode: Callable[[str], str]
) -> Iterator[tuple[Action, float]]:
    weights = _popularity(len(songs), 20)
    *_, total = accumulate(weights, initial=0.0)
    for song, weight in zip(songs, weights, strict=True):
        artist, title = _log_text(encode(song.artist_name)), _log_text(encode(song.title))
        page, duration_ms = '"PUT","page":"NextSong"', int(song.duration * 1_000)
        play = Action(artist, repr(song.duration), page, f'{title},"status":200', duration_ms)
        yield play, weight / total * share


def _encode_twice(text: str) -> str:
    return text.encode().decode("latin-1").encode().decode("latin-1")


def _log_text(text: str) -> str:
    return json.dumps(text).replace("/", "\\/")
