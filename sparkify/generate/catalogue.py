"""The songs: those of the song files, and those that get played and are in no file."""

from random import Random
from typing import NamedTuple

from sparkify.generate.draws import pick, stream
from sparkify.generate.recipe import Recipe
from sparkify.generate.words import (
    ACCENTED_ACTS,
    ACCENTED_TITLES,
    ACTS,
    HOMETOWNS,
    LAST_NAMES,
    MOODS,
    THINGS,
    TITLES,
    WOMEN,
)

UNKNOWN_TRACKS = 3_000  # tracks that get played and are in no song file


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
            return self.song(number - 1)._replace(song_id=identifier("SO", number))
        rng = stream(self.name, "song", number)
        artist = newest if joins else rng.randrange(newest + 1)
        name, (location, latitude, longitude) = self.artist(artist)
        if not joins and rng.random() < 0.5:  # one artist, another name and place
            name = f"{name} feat. {self.artist(rng.randrange(newest + 1))[0]}"
            location, latitude, longitude = pick(rng, HOMETOWNS)
        title = _strayed(_named(rng, TITLES, ACCENTED_TITLES), number)
        duration = 2 * (rng.randrange(3_000_000, 9_000_000) + rng.randrange(15_000_000)) / 1e5
        year = pick(rng, (0, rng.randrange(1955, 2011), rng.randrange(1985, 2011)))
        ids = identifier("AR", artist), identifier("SO", number)
        return Song(1, ids[0], latitude, longitude, location, name, ids[1], title, duration, year)

    def artist(self, number: int) -> tuple[str, tuple[str | None, float | None, float | None]]:
        """Return the artist's usual name and hometown (location, latitude, longitude)."""
        rng = stream(self.name, "artist", number)
        return _strayed(_named(rng, ACTS, ACCENTED_ACTS), number + 20), pick(rng, HOMETOWNS)


def _named(rng: Random, patterns: tuple[str, ...], accented: tuple[str, ...]) -> str:
    if rng.random() < 0.06:
        return pick(rng, accented)
    first, last = pick(rng, WOMEN[1:6]), pick(rng, LAST_NAMES[7:])
    mood, thing, other = pick(rng, MOODS), pick(rng, THINGS), pick(rng, THINGS)
    pattern = pick(rng, patterns)
    return pattern.format(first=first, last=last, mood=mood, thing=thing, other=other)


def _strayed(text: str, number: int) -> str:
    # A few texts have a space before or behind them.
    return {7: f"{text} ", 107: f" {text}"}.get(number % 200, text)


def identifier(prefix: str, number: int) -> str:
    """Return an id like the real ones: `SO`, five letters and eleven digits."""
    # Times an odd number, modulo a power of two: scattered, and no two alike.
    scattered = number * 2_654_435_761 % 2**32
    return f"{prefix}{letters(scattered, 5)}128{scattered:08X}"


def letters(number: int, length: int) -> str:
    """Return the number in letters, as many as asked for."""
    return "".join(chr(65 + number // 26**place % 26) for place in reversed(range(length)))


def catalogue_of(recipe: Recipe) -> Shelf:
    """Return the songs of the song files."""
    return Shelf(f"{recipe.seed}/catalogue", recipe.songs, recipe.artists)


def unknown(recipe: Recipe) -> list[Song]:
    """Return songs that no file has; every eighth is another recording of one in the catalogue."""
    catalogue = catalogue_of(recipe)
    elsewhere = Shelf(f"{recipe.seed}/elsewhere", UNKNOWN_TRACKS, UNKNOWN_TRACKS // 2)
    songs = (
        elsewhere.song(number) if number % 8 else catalogue.song(number % recipe.songs)
        for number in range(UNKNOWN_TRACKS)
    )
    # Seven seconds and ten microseconds longer: a duration that the catalogue never has.
    return [song._replace(duration=(round(song.duration * 1e5) + 700_001) / 1e5) for song in songs]
