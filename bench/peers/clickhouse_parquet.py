"""What ClickHouse made, as Parquet files that can be compared; no part of what is timed.

python -m bench.peers.clickhouse_parquet OUT_FOLDER
"""

import sys
from pathlib import Path

from chdb.session import Session

from bench.peers.clickhouse import DATABASE
from bench.peers.rows import COLUMNS


def export(out: Path) -> None:
    """Write each table of the folder's database beside it, as `<name>.parquet`."""
    session = Session(str(out / DATABASE))
    for table in COLUMNS:
        session.query(
            f"select * from star.{table} into outfile '{out}/{table}.parquet' format Parquet"
        )
    session.close()


if __name__ == "__main__":
    export(Path(sys.argv[1]))
