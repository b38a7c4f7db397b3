"""The tools that are compared, and how each is run."""

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
    # A module that exports the tables for comparison, run after the clock has stopped.
    export: str = ""
    program: str = ""  # a program that must be installed

    @property
    def title(self) -> str:
        """The name with the installed version."""
        return f"{self.name} {version(self.package)}"

    def missing(self) -> str:
        """Return what is not installed; empty if nothing is missing."""
        try:
            version(self.package)
        except PackageNotFoundError:
            return f"the package {self.package}"
        return self.program if self.program and not shutil.which(self.program) else ""

    def command(self, data: Path, out: Path) -> list[str]:
        """Return the command that loads the data into an existing, empty folder."""
        return [sys.executable, "-m", f"bench.peers.{self.script}", str(data), str(out)]


SPARKIFY_PEER = Peer("Sparkify", "sparkify_etl", "sparkify", "a DuckDB file")
BARE_PEER = Peer("bare script, DuckDB", "bare", "duckdb", "a DuckDB file")
PEERS = (
    Peer("Polars", "polars", "polars", "Parquet files"),
    Peer("ClickHouse (chdb)", "clickhouse", "chdb", "MergeTree tables", "clickhouse_parquet"),
    Peer("dlt to DuckDB", "dlt", "dlt", "a DuckDB file"),
    Peer("Spark, local", "spark", "pyspark", "Parquet files", program="java"),
)


def run_module(module: str, *arguments: object) -> str:
    """Run a module of this folder in a process of its own; return its stdout.

    Raises CalledProcessError, with its stderr, if it fails.
    """
    # As on most machines, compiled modules and rendered SQL are kept for the next run.
    usual = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    command = [sys.executable, "-m", f"bench.peers.{module}", *map(str, arguments)]
    done = subprocess.run(command, cwd=ROOT, env=usual, check=True, capture_output=True, text=True)
    return done.stdout
