"""The recipe: how much data to generate."""

from dataclasses import dataclass
from datetime import date

from sparkify.errors import ConfigError

FIRST_DAY = date(2018, 11, 1)


@dataclass(frozen=True, slots=True)
class Recipe:
    """The amount of data to generate; each `seed` (any whole number) gives another data set.

    All `songs` and `artists` are in the song files and all `events` in the logs; the least active
    `users` may have no event. Raises ConfigError for impossible numbers.
    """

    users: int = 96
    songs: int = 1_000
    artists: int = 700
    days: int = 30
    events: int = 8_000
    seed: int = 0

    def __post_init__(self) -> None:
        minimums = {"users": 1, "songs": 1, "artists": 1, "days": 1, "events": 0}
        for name, minimum in minimums.items():
            if (given := getattr(self, name)) < minimum:
                raise ConfigError(
                    f"--{name} is {given}, which is too small",
                    f"set --{name} to {minimum} or more",
                )
        if self.artists > self.songs:
            raise ConfigError(
                f"{self.artists} artists cannot share {self.songs} songs: each has at least one",
                f"set --songs to {self.artists} or more, or --artists to {self.songs} or fewer",
            )
        if self.days > (maximum := (date.max - FIRST_DAY).days):
            raise ConfigError(
                f"--days is {self.days}, which goes beyond the calendar",
                f"set --days to {maximum} or fewer",
            )

    @property
    def files(self) -> int:
        """The number of files: one per day, one per song, and the JSONPaths file."""
        return self.days + self.songs + 1
