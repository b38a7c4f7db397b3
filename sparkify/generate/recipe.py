"""How much to make, and how much was made."""

from dataclasses import dataclass
from datetime import date

from sparkify.errors import ConfigError

FIRST_DAY = date(2018, 11, 1)


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
