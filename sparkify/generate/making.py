"""The files made and written, by as many processes as pay."""

import gc
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from functools import partial
from itertools import chain
from multiprocessing import get_context
from pathlib import Path

from sparkify.errors import ConfigError
from sparkify.generate.catalogue import catalogue_of
from sparkify.generate.crowd import crowd
from sparkify.generate.day import Day, day_bounds
from sparkify.generate.layout import as_delivered, json_paths, log_file, shelves, song_file
from sparkify.generate.places import Folder, Place
from sparkify.generate.recipe import Generated, Recipe

WORTH_PROCESSES = 400_000  # events (a song file counts as forty): one process writes fewer


def generate(
    out: Path | Place, recipe: Recipe, progress: Callable[[int], None] | None = None
) -> Generated:
    """Write the recipe's `log_data/`, `song_data/` and `log_json_path.json` to `out`.

    `progress` is called after each day with the number of events written so far. Raises
    ConfigError if `out` already holds such data (two data sets would mix), and ConfigError or
    SourceError if it cannot be written.
    """
    place = Folder(out) if isinstance(out, Path) else out
    crowd(recipe)  # made before there are workers, who then share it
    with place.delivery(), _workers(place, recipe) as workers:
        # A worker asks and writes: the client of S3 has threads, which no fork takes along.
        workers.submit(_begin, place).result()
        sizes = [workers.submit(place.write, "log_json_path.json", [json_paths()]).result()]
        sizes += _write_songs(place, recipe, workers)
        sizes += _write_logs(place, recipe, workers, progress or (lambda _: None))
    return Generated(recipe.events, recipe.songs, len(sizes), sum(sizes))


def _workers(place: Place, recipe: Recipe) -> Executor:
    # Forked, since a process started afresh would run the caller's script once more. No cycles
    # are made in them, and looking for cycles would take a quarter of their time.
    if recipe.events + 40 * recipe.songs < WORTH_PROCESSES or sys.platform != "linux":
        return ThreadPoolExecutor(1)
    if not isinstance(place, Folder) and _has_foreign_threads():
        return ThreadPoolExecutor(1)
    return ProcessPoolExecutor(mp_context=get_context("fork"), initializer=gc.disable)


def _has_foreign_threads() -> bool:
    # As the S3 client has, once it was used; in a fork without them it would wait for ever.
    return len(list(Path("/proc/self/task").iterdir())) > threading.active_count()


def _begin(place: Place) -> None:
    for name in ("log_data", "song_data"):
        if place.holds(name):
            raise ConfigError(
                f"{place.path(name)} is already there, and two data sets would mix",
                "name a new place with --out, or remove the old data first",
            )


def _write_songs(place: Place, recipe: Recipe, workers: Executor) -> Iterator[int]:
    write = partial(_write_shelf, place, recipe)
    return chain.from_iterable(workers.map(write, shelves(recipe.songs), chunksize=10))


def _write_shelf(place: Place, recipe: Recipe, shelf: tuple[str, range]) -> list[int]:
    folder, numbers = shelf
    catalogue = catalogue_of(recipe)
    return place.write_all(song_file(catalogue, folder, number) for number in numbers)


def _write_logs(
    place: Place, recipe: Recipe, workers: Executor, progress: Callable[[int], None]
) -> Iterator[int]:
    bounds = day_bounds(recipe)
    write = partial(_write_day, place, recipe)
    sizes = workers.map(write, range(recipe.days), bounds, bounds[1:])
    for size, written in zip(sizes, bounds[1:], strict=True):
        yield size
        progress(written)


def _write_day(place: Place, recipe: Recipe, number: int, before: int, after: int) -> int:
    # A session has an event at least, so ids that start here cannot meet another day's.
    lines = Day(recipe, number).lines(after - before, before + 1)
    return place.write(log_file(number), as_delivered(lines, number, recipe.days))
