"""Generating and writing the files, in parallel where that is faster."""

import gc
import sys
import threading
from collections.abc import Callable
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path

from sparkify.errors import ConfigError
from sparkify.generate.catalogue import catalogue_of
from sparkify.generate.day import Day, day_bounds
from sparkify.generate.layout import format_day, json_paths, log_file, song_file, song_folders
from sparkify.generate.population import population_of
from sparkify.generate.recipe import Recipe
from sparkify.generate.targets import FolderOutput, OutputTarget

PARALLEL_FROM = 400_000  # events (a song file counts as 40); below, one process is faster


def generate(
    out: Path | OutputTarget, recipe: Recipe, progress: Callable[[int], None] | None = None
) -> None:
    """Write the recipe's `log_data/`, `song_data/` and `log_json_path.json` to `out`.

    `progress` is called after each day with the number of events written so far. Raises
    ConfigError if `out` already has such data, and ConfigError or SourceError if it cannot be
    written.
    """
    target = FolderOutput(out) if isinstance(out, Path) else out
    population_of(recipe)  # built before the workers start, which then share it
    with target.open(), _start_workers(target, recipe) as workers:
        # Workers do all that uses the target: an S3 client has threads, which no fork copies.
        workers.submit(_require_empty, target).result()
        workers.submit(target.write, "log_json_path.json", [json_paths()]).result()
        _write_songs(target, recipe, workers)
        _write_logs(target, recipe, workers, progress)


def _start_workers(target: OutputTarget, recipe: Recipe) -> Executor:
    # Forked, since a spawned process would run the caller's script again. Workers create no
    # reference cycles, and collecting garbage would take a quarter of their time.
    if recipe.events + 40 * recipe.songs < PARALLEL_FROM or sys.platform != "linux":
        return ThreadPoolExecutor(1)
    if not isinstance(target, FolderOutput) and _has_native_threads():
        return ThreadPoolExecutor(1)
    return ProcessPoolExecutor(mp_context=get_context("fork"), initializer=gc.disable)


def _has_native_threads() -> bool:
    # The S3 client starts some at its first use. A fork has none of them and would wait forever.
    return len(list(Path("/proc/self/task").iterdir())) > threading.active_count()


def _require_empty(target: OutputTarget) -> None:
    for name in ("log_data", "song_data"):
        if target.contains(name):
            raise ConfigError(
                f"{target.path(name)} already exists, and two data sets would mix",
                "choose another --out, or delete the old data first",
            )


def _write_songs(target: OutputTarget, recipe: Recipe, workers: Executor) -> None:
    write = partial(_write_song_folder, target, recipe)
    for _ in workers.map(write, song_folders(recipe.songs), chunksize=10):
        pass  # a result raises what its worker raised


def _write_song_folder(target: OutputTarget, recipe: Recipe, folder: tuple[str, range]) -> None:
    name, numbers = folder
    catalogue = catalogue_of(recipe)
    target.write_all(song_file(catalogue, name, number) for number in numbers)


def _write_logs(
    target: OutputTarget,
    recipe: Recipe,
    workers: Executor,
    progress: Callable[[int], None] | None,
) -> None:
    bounds = day_bounds(recipe)
    write = partial(_write_day, target, recipe)
    days = workers.map(write, range(recipe.days), bounds, bounds[1:])
    for _, written in zip(days, bounds[1:], strict=True):
        if progress:
            progress(written)


def _write_day(target: OutputTarget, recipe: Recipe, number: int, before: int, after: int) -> None:
    # A session has at least one event, so session ids that start here are in no other day.
    chunks = Day(recipe, number).lines(after - before, before + 1)
    target.write(log_file(number), format_day(chunks, number, recipe.days))
