"""A day going by: the log lines of all who are there, by time."""

from bisect import bisect, bisect_left
from collections.abc import Iterator
from datetime import date
from heapq import nlargest
from itertools import accumulate
from operator import itemgetter
from random import Random

from sparkify.generate.crowd import NOBODY, Listener, crowd
from sparkify.generate.draws import pick, stream
from sparkify.generate.recipe import FIRST_DAY, Recipe
from sparkify.generate.steps import DOWNGRADE, HOME, OPENINGS, UPGRADE, Step

DAY_MS, HOUR_MS, MINUTE_MS = 86_400_000, 3_600_000, 60_000
LONGEST_MS = 490_000  # nothing lasts longer, so a session can be kept within its day
SESSION_LENGTHS = (1, 1, 1, 1, 1, 1, 2, 2, 2, 3, 3, 4, 5, 7, 9, 12, 20, 40)  # up to twice as long
TURN_LENGTH = 6  # the shortest session in which a level changes
HOURS = (4, 5, 4, 2, 2, 3, 5, 5, 5, 9, 12, 12, 9, 10, 14, 14, 18, 16, 17, 13, 10, 8, 5, 5)
START_HOURS = tuple(hour for hour, often in enumerate(HOURS) for _ in range(often))
WEEKDAYS = (13, 11, 12, 11, 13, 6, 5)  # from Monday


def day_bounds(recipe: Recipe) -> list[int]:
    """Return how many events lie before each day, and after the last: by weekday and chance."""
    rng = stream(recipe.seed, "rhythm")
    weights = (
        WEEKDAYS[(FIRST_DAY.weekday() + day) % 7] * rng.randrange(80, 121)
        for day in range(recipe.days)
    )
    totals = list(accumulate(weights, initial=0))
    return [recipe.events * total // totals[-1] for total in totals]


def _plan(rng: Random, events: int) -> list[tuple[int, int]]:
    """Return a day's sessions in order: milliseconds from midnight, and number of events."""
    plan = []
    while events:
        start = pick(rng, START_HOURS) * HOUR_MS + int(rng.random() * HOUR_MS)
        wanted = int(pick(rng, SESSION_LENGTHS) * (1 + rng.random()))
        length = min(wanted, events, (DAY_MS - start) // LONGEST_MS) or 1
        plan.append((start, length))
        events -= length
    plan.sort()
    for number in range(10, len(plan), 10):  # two sessions that start in the same millisecond
        plan[number] = (plan[number - 1][0], plan[number][1])
    return plan


def _turning(plan: list[tuple[int, int]], ranks: list[int]) -> dict[int, int]:
    """Return the sessions (places in the plan) in which a level changes, and whose."""
    longest = nlargest(len(ranks), range(len(plan)), key=lambda number: plan[number][1])
    long_enough = [number for number in longest if plan[number][1] >= TURN_LENGTH]
    return dict(zip(sorted(long_enough), ranks, strict=False))


Texts = tuple[str, str, str, str, str]
Event = tuple[int, int, Step, Texts]  # moment (epoch milliseconds), item, what is done, by whom
Part = tuple[str, list[Step]]  # of a session: the level, and what is done at that level


class Day:
    """A day going by: who is busy until when, and the events not yet written, by their minute."""

    def __init__(self, recipe: Recipe, number: int) -> None:
        self.number = number
        self.midnight = ((FIRST_DAY - date(1970, 1, 1)).days + number) * DAY_MS
        self.rng = stream(recipe.seed, "day", number)
        self.crowd = crowd(recipe)
        self.busy_until: dict[int, int] = {}
        self.turned: set[int] = set()
        self.minutes: list[list[Event]] = [[] for _ in range(DAY_MS // MINUTE_MS)]

    def lines(self, events: int, first_id: int) -> Iterator[list[str]]:
        """Yield the day's log lines by time, a minute's at once; session ids from `first_id` up."""
        plan = _plan(self.rng, events)
        turning = _turning(plan, self.crowd.turners.get(self.number, []))
        # Whoever changes level today does so in the day's first session, and is never in two at
        # once: so a user has one level at a time.
        self.busy_until = dict.fromkeys(turning.values(), 2 * DAY_MS)
        past = 0
        for number, (start, length) in enumerate(plan):
            if (minute := start // MINUTE_MS) > past:  # no session to come reaches back behind it
                yield from map(_told, self.minutes[past:minute])
                past = minute
            if number in turning:
                rank = turning[number]
                parts = self._turn(rank, length)
            else:
                rank = self._somebody(start)
                parts = self._stroll(rank, length)
            self.busy_until[rank] = self._hold(rank, first_id + number, start, parts)
        yield from map(_told, self.minutes[past:])

    def _somebody(self, start: int) -> int:
        # Somebody free, if found soon: a small crowd has to listen on several devices at once.
        odds, patience = self.crowd.odds, 5
        while True:
            rank = bisect(odds, self.rng.random() * odds[-1], hi=len(odds) - 1)
            until = self.busy_until.get(rank, 0)
            patience -= 1
            if until <= start or (patience < 0 and until < 2 * DAY_MS):
                return rank

    def _level(self, rank: int) -> str:
        user = self.crowd.listeners[rank]
        turns = bisect_left(user.turns, self.number) + (rank in self.turned)
        return "paid" if user.paid == (turns % 2 == 0) else "free"

    def _stroll(self, rank: int, length: int) -> list[Part]:
        steps = [*pick(self.rng, OPENINGS), *self._stretch(self.crowd.steps, length)]
        return [(self._level(rank), steps[:length])]

    def _turn(self, rank: int, length: int) -> list[Part]:
        plays, half = self._stretch(self.crowd.plays, length), length // 2
        before = self._level(rank)
        self.turned.add(rank)
        change = UPGRADE if before == "free" else DOWNGRADE
        return [
            (before, [*plays[: half - len(change)], *change]),
            (self._level(rank), [HOME, *plays[half + 1 :]]),
        ]

    def _stretch(self, run: list[Step], length: int) -> list[Step]:
        start = int(self.rng.random() * (len(run) - length))
        return run[start : start + length]

    def _hold(self, rank: int, session_id: int, start: int, parts: list[Part]) -> int:
        """Note the events of a session, and return when it ends."""
        user, midnight, minutes = self.crowd.listeners[rank], self.midnight, self.minutes
        clock, item = midnight + start, 0
        for level, steps in parts:
            own = _texts(user, level, session_id)
            for step in steps:
                texts = own if step.logged_in else _texts(NOBODY, level, session_id)
                minutes[(clock - midnight) // MINUTE_MS].append((clock, item, step, texts))
                clock += step.lasts
                item += 1
        return clock - midnight


def _texts(user: Listener, level: str, session_id: int) -> Texts:
    """Return what lies between the fields that differ from line to line of a session."""
    return (
        f',"auth":{user.names},"itemInSession":',
        f',"lastName":{user.surname},"length":',
        f',"level":"{level}","location":{user.location},"method":',
        f',"registration":{user.registration},"sessionId":{session_id},"song":',
        f',"userAgent":{user.device}}}',
    )


def _told(events: list[Event]) -> list[str]:
    """Return the log lines of the events by time, and forget the events."""
    lines = [
        f'{{"artist":{artist}{a}{item}{b}{length}{c}{page}{d}{song},"ts":{clock}{e}'
        for clock, item, (artist, length, page, song, _, _), (a, b, c, d, e) in sorted(
            events, key=itemgetter(0)
        )
    ]
    events.clear()
    return lines
