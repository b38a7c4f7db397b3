"""Export ClickHouse's tables as Parquet files for comparison; this is not timed.

python -m bench.peers.clickhouse_parquet OUT_FOLDER
"""

import sys
from pathlib import Path

from chdb.session import Session

from bench.peers.clickhouse import DATABASE
from bench.peers.rows import BRIEF_COLUMNS


def export(out: Path) -> None:
    """Write each table of the folder's database as `<name>.parquet` beside it."""
    session = Session(str(out / DATABASE))
    for table in BRIEF_COLUMNS:
        session.query(
            f"select * from star.{table} into outfile '{out}/{table}.parquet' format Parquet"
        )
    session.close()


if __name__ == "__main__":
    export(Path(sys.argv[1]))
