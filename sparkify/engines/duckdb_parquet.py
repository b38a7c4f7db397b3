"""Rows into a Parquet file, whichever engine gave them: DuckDB's writer, in memory."""

from itertools import count, islice
from pathlib import Path

import duckdb

from sparkify.engines import Answer
from sparkify.sql.rendering import answer_table

AT_ONCE = 50_000


def write_parquet(answer: Answer, path: Path) -> int:
    """Write the answer's rows to a Parquet file, and give their number.

    Names that come twice are told apart by a number. Raises OSError.
    """
    make, insert = answer_table(list(zip(_distinct(answer.columns), answer.types, strict=True)))
    written = 0
    with duckdb.connect() as memory:
        memory.execute(make)
        while rows := list(islice(answer.rows, AT_ONCE)):
            lists = enumerate(zip(*rows, strict=True))
            memory.execute(insert, {f"c{place}": list(values) for place, values in lists})
            written += len(rows)
        try:
            memory.table("answer").write_parquet(str(path), compression="zstd")
        except duckdb.IOException as error:
            raise OSError(str(error)) from error
    return written


def _distinct(names: tuple[str, ...]) -> list[str]:
    taken: dict[str, str] = {}
    for name in names:
        spellings = (f"{name}_{number}" if number else name for number in count())
        # To DuckDB, names that differ by case only are the same.
        free = next(spelling for spelling in spellings if spelling.lower() not in taken)
        taken[free.lower()] = free
    return list(taken.values())
