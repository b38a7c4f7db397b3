"""The users of the app, and the songs they may play."""

from functools import lru_cache
from itertools import accumulate
from random import Random
from typing import NamedTuple

from sparkify.generate.actions import AFTER_PLAY, PLAY, Action
from sparkify.generate.catalogue import catalogue_of
from sparkify.generate.log_text import log_text
from sparkify.generate.random_streams import pick, random_stream
from sparkify.generate.recipe import Recipe
from sparkify.generate.tracks import Tracks
from sparkify.generate.vocabulary import LAST_NAMES, MEN, METRO_AREAS, USER_AGENTS, WOMEN

PAYER_STEP = 5  # one user in so many pays from the start


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
    pages: list[Action]  # in the order of use, with PLAY for each play
    tracks: Tracks


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
    # A day takes a slice of one long sequence, and a session a slice of that: far cheaper than
    # drawing each action.
    after = rng.choices(list(AFTER_PLAY), list(AFTER_PLAY.values()), k=20_000)
    pages = [each for more in after for each in (PLAY, *more)]
    odds = list(accumulate(1 / (rank + 20) for rank in range(recipe.users)))
    tracks = Tracks(recipe.seed, catalogue_of(recipe))
    return Population(listeners, odds, level_changes, pages, tracks)


def _listener(rng: Random, days: int, rank: int, user_id: int) -> Listener:
    gender = pick(rng, "FFM")
    first_name = log_text(pick(rng, WOMEN if gender == "F" else MEN))
    # Free, then paid; paid, free, paid; paid, then free.
    changes = {7: 1, 27: 1, 47: 1, 67: 1, 55: 2, 75: 1}.get(rank % 80, 0)
    return Listener(
        f'"Logged In","firstName":{first_name},"gender":"{gender}"',
        log_text(pick(rng, LAST_NAMES)),
        log_text(pick(rng, METRO_AREAS)),
        f"{1_533_000_000_000 + rng.randrange(8_000_000_000)}.0",
        f'{log_text(pick(rng, USER_AGENTS))},"userId":"{user_id}"',
        paid=rank % PAYER_STEP == 0,
        change_days=tuple(sorted(rng.sample(range(days), min(changes, days)))),
    )
