"""Data like the real data, at any size: the same recipe gives the same bytes, on every machine.

A recipe becomes song files, a JSONPaths file and one log file a day, with the traits of the public
data that break loaders. Each song, artist and day draws from a stream of its own, so none needs
another in memory: what is held is the listeners, what they may play, and the sessions under way.

Nothing here may depend on hash order, on the platform's `pow` and `log`, or on `sum` of floats
(which Python 3.12 made more exact): any of them would change the bytes from machine to machine.
"""

import gc
import json
import sys
from bisect import bisect, bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache, partial
from heapq import nlargest
from itertools import accumulate, chain
from multiprocessing import get_context
from operator import itemgetter
from pathlib import Path
from random import Random
from typing import NamedTuple, TypeVar

from sparkify.errors import ConfigError

FIRST_DAY = date(2018, 11, 1)
DAY_MS, HOUR_MS, MINUTE_MS = 86_400_000, 3_600_000, 60_000
MATCHED_SHARE = 0.25  # of the plays: the catalogue has their song
TWICE_ENCODED_SHARE = 0.05  # of the plays, matched or not: `BjÃ\x83Â¶rk` for `Björk`
CLEAN_ACCENTS_SHARE = 0.01  # of the plays: accents that arrived whole, and must stay so
HITS = 5_000  # songs of the catalogue that get played at all
UNKNOWN_TRACKS = 3_000  # tracks that get played and are in no song file
LONGEST_MS = 490_000  # nothing lasts longer, so a session can be kept within its day
SONGS_A_FOLDER = 22  # as in the real 14,896 files
PRETTY_DAY = 2  # this log file (or the last) has each object spread over many lines
WORTH_PROCESSES = 400_000  # events (a song file counts as forty): one process writes fewer


# Vocabularies: short lists, combined. Nobody is meant.
def _list(text: str) -> tuple[str, ...]:
    return tuple(text.split(" | "))


WOMEN = _list("Amélie | Bea | Chidi | D'Arcy | Edda | Freya | Hana | Inés | Jo | Kaya | Zoë")
MEN = _list("André | Bram | Cho | Dov | Emeka | Filip | Goran | Håkon | Ivo | Jens | Łukasz")
LAST_NAMES = _list(
    "O'Neil | D'Angelo | Muñoz | Søby | Okoye | Tanaka | Weiß | Van der Berg | Castell | Ember"
)
METRO_AREAS = _list(
    "Chicago-Naperville-Elgin, IL-IN-WI | Lansing-East Lansing, MI | Winston-Salem, NC"
    " | New York-Newark-Jersey City, NY-NJ-PA | San Jose-Sunnyvale-Santa Clara, CA"
    " | Tampa-St. Petersburg-Clearwater, FL | Portland-South Portland, ME | Marinette, WI-MI"
)
USER_AGENTS = (  # most come wrapped in literal quotes
    *(
        f'"Mozilla/5.0 ({device}) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{version}"'
        for device in ("Windows NT 6.1; WOW64", "Macintosh; Intel Mac OS X 10_9_4", "X11; Linux")
        for version in ("36.0.1985.143 Safari/537.36", "37.0.2062.94 Safari/537.36")
    ),
    "Mozilla/5.0 (Windows NT 6.1; WOW64; rv:31.0) Gecko/20100101 Firefox/31.0",
)
MOODS = _list(
    "Blue | Broken | Distant | Electric | Golden | Hollow | Last | Lonely | Midnight | Paper"
    " | Quiet | Restless | Silver | Slow | Sweet | Velvet | Wild | Yesterday's"
)
THINGS = _list(
    "Anchor | Bridge | Candle | Diamond | Engine | Fever | Garden | Harbour | Island | Jungle"
    " | Lantern | Mirror | Needle | Orchard | Parade | River | Satellite | Thunder | Umbrella"
)
TITLES = _list(
    "{mood} {thing} | The {thing} And The {other} | Don't Look At The {thing} | {other} {thing}"
    ' | "{mood}" Is A {thing} | {mood} {thing} / {other} | My {mood} {thing} (Live) | {thing}s'
    " | {thing} No. 2 in E flat: II. {other} (Andante cantabile) | {mood} {thing} [Radio Edit]"
)
ACCENTED_TITLES = _list(
    "Canción del Río | Für immer und früher | Señorita Ñandú | À bientôt | Blåbærnætter | 밤의 노래"
    " | São João na Praça | Żółta łódź | 夜の電車 | Ночной поезд | Τραγούδι της θάλασσας"
)
ACTS = _list(
    "The {mood} {thing}s | {mood} {thing} | {first} {last} | DJ {thing} | {thing} / {other}"
    " | {first} {last} & The {thing}s | {thing};{other} | {last} and {first}'s {thing}"
)
ACCENTED_ACTS = _list(
    "Café Mañana | Björn Ängström | Los Pájaros | Røde Måne | Étoile Brûlée | 東京の猫 | Белая Ночь"
)
HOMETOWNS = (
    *(("London, England", 51.50632, -0.12714), ("São Paulo, Brazil", -23.56288, -46.65466)),
    *(("Reykjavík, Iceland", 64.14, -21.92), ("California - LA", None, None), ("", None, None)),
    *((None, None, None), ("New York, NY", 40.71455, -74.00712), ("", 37.77916, -122.42005)),
)


class Step(NamedTuple):
    """What somebody does: the JSON texts it gives a log line, and the milliseconds it takes."""

    artist: str
    length: str
    page: str
    song: str
    lasts: int
    logged_in: bool = True


def _page(name: str, seconds: int, status: int = 200, *, logged_in: bool = True) -> Step:
    method = "PUT" if status == 307 else "GET"
    page, song = f'"{method}","page":"{name}"', f'null,"status":{status}'
    return Step("null", "null", page, song, seconds * 1_000, logged_in)


HOME, HOME_LOGGED_OUT = _page("Home", 2), _page("Home", 5, logged_in=False)
LOGIN, LOGOUT = _page("Login", 1, 307, logged_in=False), _page("Logout", 1, 307)
UPGRADE = (_page("Upgrade", 8), _page("Submit Upgrade", 1, 307))
DOWNGRADE = (_page("Downgrade", 8), _page("Submit Downgrade", 1, 307))
SETTINGS = (_page("Settings", 9), _page("Save Settings", 1, 307), HOME)
RETURN = (HOME_LOGGED_OUT, LOGIN, HOME)
OPENINGS = (*((),) * 7, *((HOME,),) * 6, RETURN[1:], RETURN)
# What happens after a play, of a thousand. Who logs out logs in again.
ASIDES: dict[tuple[Step, ...], int] = {
    (): 918,
    (HOME,): 40,
    SETTINGS[:1]: 10,
    SETTINGS: 2,
    UPGRADE[:1]: 5,
    DOWNGRADE[:1]: 6,
    (_page("Help", 20),): 7,
    (_page("About", 10),): 4,
    (_page("Error", 3, 404),): 3,
    (LOGOUT, *RETURN): 4,
    (LOGOUT, _page("About", 10, logged_in=False), *RETURN): 1,
}
SESSION_LENGTHS = (1, 1, 1, 1, 1, 1, 2, 2, 2, 3, 3, 4, 5, 7, 9, 12, 20, 40)  # up to twice as long
TURN_LENGTH = 6  # the shortest session in which a level changes
HOURS = (4, 5, 4, 2, 2, 3, 5, 5, 5, 9, 12, 12, 9, 10, 14, 14, 18, 16, 17, 13, 10, 8, 5, 5)
START_HOURS = tuple(hour for hour, often in enumerate(HOURS) for _ in range(often))
WEEKDAYS = (13, 11, 12, 11, 13, 6, 5)  # from Monday


@dataclass(frozen=True, slots=True)
class Recipe:
    """How much to make; `seed` (any whole number) picks one of the data sets of that size.

    All `songs` and `artists` get into the song files and all `events` into the logs; of the
    `users`, the rarest may not turn up. Raises ConfigError for what cannot be made.
    """

    users: int = 96
    songs: int = 1_000
    artists: int = 700
    days: int = 30
    events: int = 8_000
    seed: int = 0

    def __post_init__(self) -> None:
        least = {"users": 1, "songs": 1, "artists": 1, "days": 1, "events": 0}
        for name, lowest in least.items():
            if (given := getattr(self, name)) < lowest:
                raise ConfigError(
                    f"--{name} is {given}: no data can be like that",
                    f"give --{name} a whole number from {lowest} up",
                )
        if self.artists > self.songs:
            raise ConfigError(
                f"{self.artists} artists cannot share {self.songs} songs: each has at least one",
                f"give --songs {self.artists} or more, or --artists {self.songs} or fewer",
            )
        if self.days > (most := (date.max - FIRST_DAY).days):
            raise ConfigError(
                f"--days is {self.days}: the calendar ends before that",
                f"give --days a whole number up to {most}",
            )


@dataclass(frozen=True, slots=True)
class Generated:
    """What was written: events, songs, files (logs, songs and the JSONPaths) and bytes in all."""

    events: int
    songs: int
    files: int
    size: int


def generate(out: Path, recipe: Recipe, progress: Callable[[int], None] | None = None) -> Generated:
    """Write the recipe's `log_data/`, `song_data/` and `log_json_path.json` into the folder `out`.

    `progress` is called after each day with the number of events written so far. Raises
    ConfigError if `out` already holds such data (two data sets would mix) or cannot be written.
    """
    for name in ("log_data", "song_data"):
        if (out / name).exists():
            raise ConfigError(
                f"{out / name} is already there, and two data sets would mix",
                "name a new folder with --out, or remove the old data first",
            )
    try:
        sizes = [_write(out / "log_json_path.json", [_json_paths()])]
        _crowd(recipe)  # made before there are workers, who then share it
        with _workers(recipe) as workers:
            sizes += _write_songs(out / "song_data", recipe, workers)
            sizes += _write_logs(out / "log_data", recipe, workers, progress or (lambda _: None))
    except OSError as error:
        raise ConfigError(
            f"cannot write to {out}: {error.strerror}",
            "name a folder with --out that you may write to, on a disk with room for it",
        ) from error
    return Generated(recipe.events, recipe.songs, len(sizes), sum(sizes))


T = TypeVar("T")


def _stream(*names: object) -> Random:
    # Seeded by text: the hash of a tuple differs from process to process.
    return Random("/".join(map(str, names)))  # noqa: S311 - to be repeated, not to keep secrets


def _pick(rng: Random, things: Sequence[T]) -> T:
    # As rng.choice, in a fifth of the time.
    return things[int(rng.random() * len(things))]


# The catalogue


class Song(NamedTuple):
    """A song file's record: its fields are the file's keys, in order; `duration` in seconds."""

    num_songs: int
    artist_id: str
    artist_latitude: float | None
    artist_longitude: float | None
    artist_location: str | None
    artist_name: str
    song_id: str
    title: str
    duration: float
    year: int


class Shelf(NamedTuple):
    """Songs to be taken by number, in any order. Durations are multiples of 20 microseconds."""

    name: str
    songs: int
    artists: int

    def song(self, number: int) -> Song:
        """Return the song: the artists join one by one, and songs of earlier ones lie between."""
        newest = number * self.artists // self.songs
        joins = number == 0 or newest > (number - 1) * self.artists // self.songs
        if not joins and number % 25 == 24:  # the same recording under a second id
            return self.song(number - 1)._replace(song_id=_identifier("SO", number))
        rng = _stream(self.name, "song", number)
        artist = newest if joins else rng.randrange(newest + 1)
        name, (location, latitude, longitude) = self.artist(artist)
        if not joins and rng.random() < 0.5:  # one artist, another name and place
            name = f"{name} feat. {self.artist(rng.randrange(newest + 1))[0]}"
            location, latitude, longitude = _pick(rng, HOMETOWNS)
        title = _strayed(_named(rng, TITLES, ACCENTED_TITLES), number)
        duration = 2 * (rng.randrange(3_000_000, 9_000_000) + rng.randrange(15_000_000)) / 1e5
        year = _pick(rng, (0, rng.randrange(1955, 2011), rng.randrange(1985, 2011)))
        ids = _identifier("AR", artist), _identifier("SO", number)
        return Song(1, ids[0], latitude, longitude, location, name, ids[1], title, duration, year)

    def artist(self, number: int) -> tuple[str, tuple[str | None, float | None, float | None]]:
        """Return the artist's usual name and hometown (location, latitude, longitude)."""
        rng = _stream(self.name, "artist", number)
        return _strayed(_named(rng, ACTS, ACCENTED_ACTS), number + 20), _pick(rng, HOMETOWNS)


def _named(rng: Random, patterns: tuple[str, ...], accented: tuple[str, ...]) -> str:
    if rng.random() < 0.06:
        return _pick(rng, accented)
    first, last = _pick(rng, WOMEN[1:6]), _pick(rng, LAST_NAMES[7:])
    mood, thing, other = _pick(rng, MOODS), _pick(rng, THINGS), _pick(rng, THINGS)
    pattern = _pick(rng, patterns)
    return pattern.format(first=first, last=last, mood=mood, thing=thing, other=other)


def _strayed(text: str, number: int) -> str:
    # A few texts have a space before or behind them.
    return {7: f"{text} ", 107: f" {text}"}.get(number % 200, text)


def _identifier(prefix: str, number: int) -> str:
    # Times an odd number, modulo a power of two: scattered, and no two alike.
    scattered = number * 2_654_435_761 % 2**32
    return f"{prefix}{_letters(scattered, 5)}128{scattered:08X}"


def _letters(number: int, length: int) -> str:
    return "".join(chr(65 + number // 26**place % 26) for place in reversed(range(length)))


def _catalogue(recipe: Recipe) -> Shelf:
    return Shelf(f"{recipe.seed}/catalogue", recipe.songs, recipe.artists)


def _unknown(recipe: Recipe) -> list[Song]:
    """Return songs that no file has; every eighth is another recording of one in the catalogue."""
    catalogue = _catalogue(recipe)
    elsewhere = Shelf(f"{recipe.seed}/elsewhere", UNKNOWN_TRACKS, UNKNOWN_TRACKS // 2)
    songs = (
        elsewhere.song(number) if number % 8 else catalogue.song(number % recipe.songs)
        for number in range(UNKNOWN_TRACKS)
    )
    # Seven seconds and ten microseconds longer: a duration that the catalogue never has.
    return [song._replace(duration=(round(song.duration * 1e5) + 700_001) / 1e5) for song in songs]


# Who may come, and what they may do


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
def _crowd(recipe: Recipe) -> Crowd:
    rng = _stream(recipe.seed, "crowd")
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
    gender = _pick(rng, "FFM")
    first_name = _log_text(_pick(rng, WOMEN if gender == "F" else MEN))
    turns = {3: 2, 5: 1, 6: 1}.get(rank % 12, 0)  # paid, free, paid; free, paid; paid, free
    return Listener(
        f'"Logged In","firstName":{first_name},"gender":"{gender}"',
        _log_text(_pick(rng, LAST_NAMES)),
        _log_text(_pick(rng, METRO_AREAS)),
        f"{1_533_000_000_000 + rng.randrange(8_000_000_000)}.0",
        f'{_log_text(_pick(rng, USER_AGENTS))},"userId":"{user_id}"',
        paid=rank < 5 or rank % 12 in {3, 6},
        turns=tuple(sorted(rng.sample(range(days), min(turns, days)))),
    )


def _tracks(recipe: Recipe) -> Iterator[tuple[Step, float]]:
    """Yield what can be played, each with its weight among all plays."""
    catalogue = _catalogue(recipe)
    known = [catalogue.song(number) for number in range(min(HITS, recipe.songs))]
    for songs, share in ((known, MATCHED_SHARE), (_unknown(recipe), 1 - MATCHED_SHARE)):
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


# A day


def _day_bounds(recipe: Recipe) -> list[int]:
    """Return how many events lie before each day, and after the last: by weekday and chance."""
    rng = _stream(recipe.seed, "rhythm")
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
        start = _pick(rng, START_HOURS) * HOUR_MS + int(rng.random() * HOUR_MS)
        wanted = int(_pick(rng, SESSION_LENGTHS) * (1 + rng.random()))
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
        self.rng = _stream(recipe.seed, "day", number)
        self.crowd = _crowd(recipe)
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
        steps = [*_pick(self.rng, OPENINGS), *self._stretch(self.crowd.steps, length)]
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


# The files


def _write(path: Path, portions: Iterable[str]) -> int:
    """Write the text, all ASCII as the real is, and return its size in bytes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="ascii", newline="\n", buffering=2**16) as file:
        return sum(file.write(portion) for portion in portions)


def _json_paths() -> str:
    keys = _list(
        "artist | auth | firstName | gender | itemInSession | lastName | length | level | location"
        " | method | page | registration | sessionId | song | status | ts | userAgent | userId"
    )
    return json.dumps({"jsonpaths": [f"$['{key}']" for key in keys]}, indent=4)


def _workers(recipe: Recipe) -> Executor:
    # Forked, since a process started afresh would run the caller's script once more. No cycles
    # are made in them, and looking for cycles would take a quarter of their time.
    if recipe.events + 40 * recipe.songs < WORTH_PROCESSES or sys.platform != "linux":
        return ThreadPoolExecutor(1)
    return ProcessPoolExecutor(mp_context=get_context("fork"), initializer=gc.disable)


def _write_songs(folder: Path, recipe: Recipe, workers: Executor) -> Iterator[int]:
    in_each = max(SONGS_A_FOLDER, -(-recipe.songs // 26**3))
    write = partial(_write_shelf, folder, recipe, in_each)
    starts = range(0, recipe.songs, in_each)
    return chain.from_iterable(workers.map(write, starts, chunksize=10))


def _write_shelf(folder: Path, recipe: Recipe, in_each: int, start: int) -> list[int]:
    catalogue = _catalogue(recipe)
    letters = _letters(start // in_each, 3)
    return [
        _write(
            folder.joinpath(*letters, f"TR{letters}{_identifier('', number)[3:]}.json"),
            [json.dumps(catalogue.song(number)._asdict())],
        )
        for number in range(start, min(start + in_each, recipe.songs))
    ]


def _write_logs(
    folder: Path, recipe: Recipe, workers: Executor, progress: Callable[[int], None]
) -> Iterator[int]:
    bounds = _day_bounds(recipe)
    write = partial(_write_day, folder, recipe)
    sizes = workers.map(write, range(recipe.days), bounds, bounds[1:])
    for size, written in zip(sizes, bounds[1:], strict=True):
        yield size
        progress(written)


def _write_day(folder: Path, recipe: Recipe, number: int, before: int, after: int) -> int:
    # A session has an event at least, so ids that start here cannot meet another day's.
    lines = Day(recipe, number).lines(after - before, before + 1)
    path = folder / f"{FIRST_DAY + timedelta(number):%Y/%m/%Y-%m-%d}-events.json"
    return _write(path, _as_delivered(lines, number, recipe.days))


def _as_delivered(portions: Iterable[list[str]], day: int, days: int) -> Iterator[str]:
    """Yield the text of a day's file, laid out as loosely as COPY permits and the real ones are."""
    gap = "\n\n" if day == 0 else "\n"
    pretty = day == min(PRETTY_DAY, days - 1)
    between = ""
    for lines in filter(None, portions):
        yield between + gap.join(map(_pretty, lines) if pretty else lines)
        between = gap
    if day % 3 == 1:  # the others end without a newline
        yield "\n"


def _pretty(line: str) -> str:
    # Far faster than json, and right as long as no text ends in a comma or holds `":`.
    fields = line[1:-1].replace(',"', ',\n  "').replace('":', '": ')
    return f"{{\n  {fields}\n}}"
