"""One day of the app: the log lines of all sessions, by time."""

from bisect import bisect, bisect_left
from collections.abc import Iterator
from datetime import date
from heapq import nlargest
from itertools import accumulate, islice
from operator import itemgetter
from random import Random

from sparkify.generate.actions import DOWNGRADE, HOME, OPENINGS, PLAY, UPGRADE, ActionFields
from sparkify.generate.population import LOGGED_OUT, PAYER_STEP, Listener, population_of
from sparkify.generate.random_streams import pick, random_stream
from sparkify.generate.recipe import FIRST_DAY, Recipe

DAY_MS, HOUR_MS, MINUTE_MS = 86_400_000, 3_600_000, 60_000
LONGEST_MS = 435_000  # no action takes longer, so a session can be kept within its day
# Lengths of sessions, each up to twice as long: those who pay listen for longer.
FREE_LENGTHS = (*(1,) * 8, *(2,) * 5, 3, 3, 6)
PAID_LENGTHS = (1, 2, 3, 5, 6, 8, 10, 10, 11, 13, 16, 19, 24, 26, 28, 34, 43, 58)
ACTIONS_A_DAY = 4_096  # drawn for a day; where it has more, they come again: drawing takes long
PAID_SHARE = 0.38  # of the sessions
ITEMS = tuple(map(str, range(2 * max(PAID_LENGTHS))))  # the numbers of a session's events
LEVEL_CHANGE_LENGTH = 6  # the shortest session in which a level changes
HOUR_WEIGHTS = (4, 5, 4, 2, 2, 3, 5, 5, 5, 9, 12, 12, 9, 10, 14, 14, 18, 16, 17, 13, 10, 8, 5, 5)
START_HOURS = tuple(hour for hour, weight in enumerate(HOUR_WEIGHTS) for _ in range(weight))
WEEKDAY_WEIGHTS = (13, 11, 12, 11, 13, 6, 5)  # from Monday


def day_bounds(recipe: Recipe) -> list[int]:
    """Return how many events come before each day, and after the last; some days have more."""
    rng = random_stream(recipe.seed, "rhythm")
    weights = (
        WEEKDAY_WEIGHTS[(FIRST_DAY.weekday() + day) % 7] * rng.randrange(80, 121)
        for day in range(recipe.days)
    )
    totals = list(accumulate(weights, initial=0))
    return [recipe.events * total // totals[-1] for total in totals]


PlannedSession = tuple[int, int, bool]  # milliseconds from midnight, number of events, paid


def _plan_sessions(rng: Random, events: int) -> list[PlannedSession]:
    """Return a day's sessions by start."""
    plan: list[PlannedSession] = []
    while events:
        start = pick(rng, START_HOURS) * HOUR_MS + int(rng.random() * HOUR_MS)
        paid = rng.random() < PAID_SHARE
        wanted = int(pick(rng, PAID_LENGTHS if paid else FREE_LENGTHS) * (1 + rng.random()))
        length = min(wanted, events, (DAY_MS - start) // LONGEST_MS) or 1
        plan.append((start, length, paid))
        events -= length
    plan.sort()
    for number in range(10, len(plan), 10):  # two sessions that start in the same millisecond
        plan[number] = (plan[number - 1][0], *plan[number][1:])
    return plan


def _plan_level_changes(plan: list[PlannedSession], ranks: list[int]) -> dict[int, int]:
    """Return the sessions (indexes of the plan) in which a level changes, each with its user."""
    longest = nlargest(len(ranks), range(len(plan)), key=lambda number: plan[number][1])
    long_enough = [number for number in longest if plan[number][1] >= LEVEL_CHANGE_LENGTH]
    return dict(zip(sorted(long_enough), ranks, strict=False))


LineTexts = tuple[str, str, str, str, str]
BY_TIME = itemgetter(0)
# Epoch milliseconds, item, action, and the user's texts.
LogEvent = tuple[int, str, ActionFields, LineTexts]
SessionPart = tuple[str, list[ActionFields]]  # a level, and the actions at that level


class Day:
    """One day: until when each listener is busy, and the events not yet written, by minute."""

    def __init__(self, recipe: Recipe, number: int) -> None:
        self.number = number
        self.midnight = ((FIRST_DAY - date(1970, 1, 1)).days + number) * DAY_MS
        self.rng = random_stream(recipe.seed, "day", number)
        self.population = population_of(recipe)
        self.plays = self.population.tracks.draw(self.rng)
        self.actions: list[ActionFields] = []
        self.taken = 0
        self.busy_until: dict[int, int] = {}
        self.changed: set[int] = set()
        self.minutes: list[list[LogEvent]] = [[] for _ in range(DAY_MS // MINUTE_MS)]

    def lines(self, events: int, first_id: int) -> Iterator[list[str]]:
        """Yield the day's log lines by time, a minute at once; session ids start at `first_id`."""
        plan = _plan_sessions(self.rng, events)
        changes = _plan_level_changes(plan, self.population.level_changes.get(self.number, []))
        # A user whose level changes today does so in their first session of the day and is never
        # in two sessions at once, so a user has one level at a time.
        self.busy_until = dict.fromkeys(changes.values(), 2 * DAY_MS)
        self.actions = self._draw_actions(min(events, ACTIONS_A_DAY))
        past = 0
        for number, (start, length, paid) in enumerate(plan):
            if (minute := start // MINUTE_MS) > past:  # later sessions have no earlier events
                yield from map(_format_minute, self.minutes[past:minute])
                past = minute
            if number in changes:
                rank = changes[number]
                parts = self._level_change(rank, length)
            else:
                rank = self._draw_listener(start, paid)
                parts = self._ordinary_session(rank, length)
            self.busy_until[rank] = self._add_session(rank, first_id + number, start, parts)
        yield from map(_format_minute, self.minutes[past:])

    def _draw_listener(self, start: int, paid: bool) -> int:
        # Prefer a listener who is free, but in a small population some use several devices at once.
        odds, tries_left = self.population.odds, 5
        while True:
            rank = bisect(odds, self.rng.random() * odds[-1], hi=len(odds) - 1)
            if paid:
                rank -= rank % PAYER_STEP
            elif rank % PAYER_STEP == 0 and rank + 1 < len(odds):
                rank += 1
            until = self.busy_until.get(rank, 0)
            tries_left -= 1
            if until <= start or (tries_left < 0 and until < 2 * DAY_MS):
                return rank

    def _level(self, rank: int) -> str:
        user = self.population.listeners[rank]
        changes = bisect_left(user.change_days, self.number) + (rank in self.changed)
        return "paid" if user.paid == (changes % 2 == 0) else "free"

    def _ordinary_session(self, rank: int, length: int) -> list[SessionPart]:
        actions = [*pick(self.rng, OPENINGS), *self._take(length)]
        return [(self._level(rank), actions[:length])]

    def _level_change(self, rank: int, length: int) -> list[SessionPart]:
        half = length // 2
        before = self._level(rank)
        self.changed.add(rank)
        change = UPGRADE if before == "free" else DOWNGRADE
        return [
            (before, [*islice(self.plays, half - len(change)), *change]),
            (self._level(rank), [HOME, *islice(self.plays, length - half - 1)]),
        ]

    def _draw_actions(self, number: int) -> list[ActionFields]:
        pages = self.population.pages
        first = int(self.rng.random() * (len(pages) - number))
        plays = self.plays
        return [next(plays) if page is PLAY else page for page in pages[first : first + number]]

    def _take(self, length: int) -> list[ActionFields]:
        """Return the day's next actions; where all are taken, some of them again."""
        start = self.taken
        if start + length > len(self.actions):
            start = int(self.rng.random() * (len(self.actions) - length))
        else:
            self.taken += length
        return self.actions[start : start + length]

    def _add_session(self, rank: int, session_id: int, start: int, parts: list[SessionPart]) -> int:
        """Add the events of a session, and return when it ends."""
        user, midnight, minutes = self.population.listeners[rank], self.midnight, self.minutes
        clock, items = midnight + start, iter(ITEMS)
        for level, actions in parts:
            own = _line_texts(user, level, session_id)
            for action, item in zip(actions, items, strict=False):
                texts = own if action[5] else _line_texts(LOGGED_OUT, level, session_id)
                minutes[(clock - midnight) // MINUTE_MS].append((clock, item, action, texts))
                clock += action[4]
        return clock - midnight


def _line_texts(user: Listener, level: str, session_id: int) -> LineTexts:
    """Return the parts of a log line that are the same in all lines of a session."""
    return (
        f',"auth":{user.names},"itemInSession":',
        f',"lastName":{user.surname},"length":',
        f',"level":"{level}","location":{user.location},"method":',
        f',"registration":{user.registration},"sessionId":{session_id},"song":',
        f',"userAgent":{user.device}}}',
    )


def _format_minute(events: list[LogEvent]) -> list[str]:
    """Return the log lines of the events by time, and clear the events to free memory."""
    events.sort(key=BY_TIME)
    lines = [
        f"{artist}{a}{item}{b}{length}{c}{page}{d}{song}{clock}{e}"
        for clock, item, (artist, length, page, song, _, _), (a, b, c, d, e) in events
    ]
    events.clear()
    return lines
