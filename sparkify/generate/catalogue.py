"""The songs in the song files."""

from random import Random
from typing import NamedTuple

from sparkify.generate.random_streams import pick, random_stream
from sparkify.generate.recipe import Recipe
from sparkify.generate.vocabulary import (
    ACCENTED_ACTS,
    ACCENTED_TITLES,
    ACTS,
    HOMETOWNS,
    NAME_WORDS,
    TITLES,
)


class Song(NamedTuple):
    """A song file's record. Its fields are the file's keys, in order; `duration` is in seconds."""

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


class SongCollection(NamedTuple):
    """Songs by number, in any order. Durations are multiples of 20 microseconds."""

    name: str
    songs: int
    artists: int

    def song(self, number: int) -> Song:
        """Return a song. New artists appear one by one, with songs of earlier ones in between."""
        newest = number * self.artists // self.songs
        is_new_artist = number == 0 or newest > (number - 1) * self.artists // self.songs
        if not is_new_artist and number % 25 == 24:  # the same recording under a second id
            return self.song(number - 1)._replace(song_id=catalogue_id("SO", number))
        rng = random_stream(self.name, "song", number)
        artist = newest if is_new_artist else rng.randrange(newest + 1)
        name, (location, latitude, longitude) = self.artist(artist)
        if not is_new_artist and rng.random() < 0.5:  # the artist has another name and location
            name = f"{name} feat. {self.artist(rng.randrange(newest + 1))[0]}"
            location, latitude, longitude = pick(rng, HOMETOWNS)
        title = _with_stray_space(_draw_name(rng, TITLES, ACCENTED_TITLES), number)
        duration = 2 * (rng.randrange(3_250_000, 12_250_000) + rng.randrange(9_000_000)) / 1e5
        year = pick(rng, (0, 0, 0, rng.randrange(1955, 2011), rng.randrange(1985, 2011)))
        ids = catalogue_id("AR", artist), catalogue_id("SO", number)
        return Song(1, ids[0], latitude, longitude, location, name, ids[1], title, duration, year)

    def artist(self, number: int) -> tuple[str, tuple[str | None, float | None, float | None]]:
        """Return the artist's usual name and hometown (location, latitude, longitude)."""
        rng = random_stream(self.name, "artist", number)
        name = _with_stray_space(_draw_name(rng, ACTS, ACCENTED_ACTS), number + 20)
        return name, pick(rng, HOMETOWNS)


def _draw_name(rng: Random, patterns: tuple[str, ...], accented: tuple[str, ...]) -> str:
    if rng.random() < 0.06:
        return pick(rng, accented)
    words = {field: pick(rng, choices) for field, choices in NAME_WORDS.items()}
    return pick(rng, patterns).format(**words)


def _with_stray_space(text: str, number: int) -> str:
    # One text in a hundred has a leading or trailing space.
    return {7: f"{text} ", 107: f" {text}"}.get(number % 200, text)


def catalogue_id(prefix: str, number: int) -> str:
    """Return an id like the real ones: `SO`, five letters and eleven digits."""
    # An odd factor, modulo a power of two: scattered, and no two are alike.
    scattered = number * 2_654_435_761 % 2**32
    return f"{prefix}{to_letters(scattered, 5)}128{scattered:08X}"


def to_letters(number: int, length: int) -> str:
    """Return the number in base 26, as that many letters."""
    return "".join(chr(65 + number // 26**place % 26) for place in reversed(range(length)))


def catalogue_of(recipe: Recipe) -> SongCollection:
    """Return the songs in the song files."""
    return SongCollection(f"{recipe.seed}/catalogue", recipe.songs, recipe.artists)
