"""The songs that are played: a few of them often, most of them hardly ever.

In the real log, 1,833 plays are of 0.88 distinct songs a play and 6,820 of 0.78, and the ten most
frequent songs have 3.1% of the plays. One curve has all three: the song of rank r is played in
proportion to 1 / (r + 16) ** 0.9, and there are 384,546 songs, as in the Taste Profile of the
Million Song Dataset. Artists follow the same curve.
"""

from collections.abc import Iterator
from itertools import product
from random import Random
from string import Formatter

from sparkify.generate.actions import PLAY, Action, ActionFields, action
from sparkify.generate.catalogue import Song, SongCollection
from sparkify.generate.log_text import encode_twice, log_text
from sparkify.generate.random_streams import random_stream
from sparkify.generate.vocabulary import (
    ACCENTED_ACTS,
    ACCENTED_TITLES,
    ACT_ENDINGS,
    ACTS,
    NAME_WORDS,
    TITLE_ENDINGS,
    TITLES,
)

SONGS_PLAYED = 384_546
CATALOGUE_STEP = 15  # one song in so many has a title and artist of the song files, and of these
OTHER_RECORDING_STEP = 4  # one in so many is another recording, whose length is in no song file
MATCHED_SHARE = 0.05  # the share of the plays that follows: those whose song is in the song files
HITS = 5_000  # songs of the song files that are played at all
ACCENTS_STEP = 40  # one title in so many has accents, and one artist; of these,
WHOLE_ACCENTS_STEP = 9  # one in so many is not encoded twice
# Tenth roots: of 16.06, by which the curve is flatter at its head, and the distance from there to
# those of 384,546 songs and 20,000 artists.
HEAD, SONG_SPREAD, ARTIST_SPREAD = 1.32, 2.298_233, 1.372_389
HEAD_10 = 16.059


def popular_rank(place: float, spread: float) -> int:
    """Return the rank at a place (0 to 1) of the running total of the weights."""
    # A tenth power by products: the last digit of `pow` differs from platform to platform.
    root = HEAD + place * spread
    square = root * root
    fourth = square * square
    return int(fourth * fourth * square - HEAD_10)


class Tracks:
    """All songs that are played. Tables of parts of their texts bound the memory."""

    def __init__(self, seed: int, catalogue: SongCollection) -> None:
        rng = random_stream(seed, "tracks")
        self._titles = _openings(rng, TITLES, ACCENTED_TITLES)
        # The texts are joined with what surrounds them in a log line.
        after_title = action("NextSong", 0, song=("", "", "")).song
        self._title_endings = [log_text(text)[1:] + after_title for text in TITLE_ENDINGS]
        acts = _openings(rng, ACTS, ACCENTED_ACTS)
        endings = [log_text(text)[1:] for text in ACT_ENDINGS]
        names = [f'{{"artist":{act}{ending}' for ending in endings for act in acts]
        self._artists = [
            names[popular_rank(place / 2**16, ARTIST_SPREAD) % len(names)] for place in range(2**16)
        ]
        self._lengths = [_length(rng) for _ in range(2**14)]
        hits = range(min(HITS, catalogue.songs))
        self._hits = [_catalogue_play(catalogue.song(number), number) for number in hits]

    def draw(self, rng: Random) -> Iterator[ActionFields]:
        """Yield plays without end, each song as often as it is popular."""
        uniform, artists, lengths, hits = rng.random, self._artists, self._lengths, self._hits
        titles, endings, page = self._titles, self._title_endings, PLAY.page
        number, last = len(titles), len(endings)
        while True:  # by far the most frequent code: `popular_rank` without the call
            root = HEAD + uniform() * SONG_SPREAD
            root *= root
            fourth = root * root
            rank = int(fourth * fourth * root - HEAD_10)
            if rank % CATALOGUE_STEP == 7:
                yield hits[rank // CATALOGUE_STEP % len(hits)]
            else:
                scattered = rank * 2_654_435_761
                length, duration_ms = lengths[scattered & 16_383]
                title = titles[rank % number] + endings[rank // number % last]
                yield artists[scattered >> 16 & 65_535], length, page, title, duration_ms, True


def _length(rng: Random) -> tuple[str, int]:
    """Return a length from 65 to 425 seconds, most often 245, and its whole seconds in ms."""
    # An odd number of 10 microseconds: the song files have even ones only.
    seconds = 65 + rng.randrange(180) + rng.randrange(180)
    return f"{seconds}.{rng.randrange(1, 100_000, 2):05d}", seconds * 1_000


def _openings(rng: Random, patterns: tuple[str, ...], accented: tuple[str, ...]) -> list[str]:
    """Return the beginnings of JSON texts, in random order: some of each pattern, and accents."""
    texts = []
    for pattern in patterns:
        fields = [field for _, field, _, _ in Formatter().parse(pattern) if field]
        choices = [
            pattern.format(**dict(zip(fields, words, strict=True)))
            for words in product(*(NAME_WORDS[field] for field in fields))
        ]
        most = 350 if len(pattern) < 16 else 20  # few names are long
        texts += rng.sample(choices, min(len(choices), most))
    texts[0] = f" {texts[0]}"  # a stray space
    rng.shuffle(texts)
    for number in range(len(texts) // ACCENTS_STEP):
        text = accented[number % len(accented)]
        if number % WHOLE_ACCENTS_STEP < WHOLE_ACCENTS_STEP - 1:
            text = encode_twice(text)
        texts.insert((number + 1) * ACCENTS_STEP, text)
    return [log_text(text)[:-1] for text in texts]


def _catalogue_play(song: Song, number: int) -> Action:
    """Return a play of a song of the song files, or of another recording of it."""
    length = song.duration
    if number % OTHER_RECORDING_STEP == OTHER_RECORDING_STEP - 1:
        length = (round(length * 1e5) + 700_001) / 1e5  # an odd number of 10 microseconds again
    encode = str if number % WHOLE_ACCENTS_STEP == 0 else encode_twice
    artist, title = log_text(encode(song.artist_name)), log_text(encode(song.title))
    return action("NextSong", int(length) * 1_000, song=(artist, repr(length), title))
