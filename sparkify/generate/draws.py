"""Chance that can be repeated: a stream of numbers for each thing that is made."""

from collections.abc import Sequence
from random import Random
from typing import TypeVar

T = TypeVar("T")


def stream(*names: object) -> Random:
    """Return the stream of that name, which is the same on every machine."""
    # Seeded by text: the hash of a tuple differs from process to process.
    return Random("/".join(map(str, names)))  # noqa: S311 - to be repeated, not to keep secrets


def pick(rng: Random, things: Sequence[T]) -> T:
    """Return one of the things."""
    # As rng.choice, in a fifth of the time.
    return things[int(rng.random() * len(things))]
