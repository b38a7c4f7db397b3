"""Who takes part, and how each is run."""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Peer:
    """A tool: its script in this folder, the package it comes in, and what it leaves on disk."""

    name: str
    script: str
    package: str
    leaves: str
    # Run after the clock has stopped, so that the rows can be compared.
    export: str = ""
    program: str = ""  # that has to be on the machine

    @property
    def title(self) -> str:
        """The name, with the version that is installed."""
        return f"{self.name} {version(self.package)}"

    def missing(self) -> str:
        """What the tool lacks here, empty if nothing."""
        try:
            version(self.package)
        except PackageNotFoundError:
            return f"the package {self.package}"
        return self.program if self.program and not shutil.which(self.program) else ""

    def command(self, data: Path, out: Path) -> list[str]:
        """The command that loads the data into the folder, which is there and empty."""
        return [sys.executable, "-m", f"bench.peers.{self.script}", str(data), str(out)]


OURS = Peer("Sparkify", "ours", "sparkify", "a DuckDB file")
BARE = Peer("bare script, DuckDB", "bare", "duckdb", "a DuckDB file")
PEERS = (
    Peer("Polars", "polars", "polars", "Parquet files"),
    Peer("ClickHouse (chdb)", "clickhouse", "chdb", "MergeTree tables", "clickhouse_parquet"),
    Peer("dlt to DuckDB", "dlt", "dlt", "a DuckDB file"),
    Peer("Spark, local", "spark", "pyspark", "Parquet files", program="java"),
)


def run(module: str, *arguments: object) -> str:
    """Run a module of this folder in a process of its own; what it prints.

    Raises CalledProcessError, with what it wrote to stderr, where it fails.
    """
    # As on most machines: what Python compiles, and we render, is kept for the next run.
    usual = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    command = [sys.executable, "-m", f"bench.peers.{module}", *map(str, arguments)]
    done = subprocess.run(command, cwd=ROOT, env=usual, check=True, capture_output=True, text=True)
    return done.stdout
