"""docs/scale.md: its tables are those of `bench.scale`, and its facts those of generated data."""

import gzip
import json
import re
from pathlib import Path

import pytest

from bench import scale
from sparkify.generate import Recipe, generate

SQL = Path(__file__).parents[1] / "sparkify" / "sql"
PAGE = (Path(__file__).parents[1] / "docs" / "scale.md").read_text(encoding="utf-8")


def test_the_tables_are_those_of_the_script() -> None:
    assert scale.with_tables(PAGE) == PAGE
    for name, table in scale.tables().items():
        assert f"<!-- {name} -->\n{table}<!-- end of {name} -->" in PAGE


def test_the_facts_about_an_event_are_those_of_generated_data(tmp_path: Path) -> None:
    events = 50_000
    generate(tmp_path / "out", Recipe(users=5_000, events=events))
    files = sorted((tmp_path / "out" / "log_data").rglob("*.json"))
    texts = [file.read_bytes() for file in files]
    lines = [line for text in texts for line in text.splitlines() if line.startswith(b'{"')]
    rows = [json.loads(line) for line in lines]
    strings = [[v for v in row.values() if isinstance(v, str)] for row in rows]
    matched = [[row["song"] or "", row["artist"] or "", row["page"]] for row in rows]

    assert sum(map(len, texts)) / events == pytest.approx(scale.EVENT_BYTES, rel=0.03)
    packed = sum(len(gzip.compress(text, 1)) for text in texts)
    assert packed / events == pytest.approx(scale.GZIP_BYTES, rel=0.25)
    assert _bytes(strings) / len(rows) == pytest.approx(scale.TEXT_BYTES, rel=0.05)
    assert _bytes(matched) / len(rows) == pytest.approx(scale.MATCHED_TEXT_BYTES, rel=0.1)
    plays = sum(row["page"] == "NextSong" for row in rows) / len(rows)
    assert plays == pytest.approx(scale.PLAY_SHARE, abs=0.02)


def _bytes(texts: list[list[str]]) -> int:
    return sum(len(text.encode()) for row in texts for text in row)


def test_the_page_names_existing_statements_and_checks() -> None:
    named = set(re.findall(r"`([a-z_]+/[a-z_]+)`", PAGE))
    checks = set(re.findall(r"check `([a-z_]+)`", PAGE)) | {"songplay_ids_are_unique"}

    assert {"repeated_events/stage_keys", "songplays/stage_earlier", "songplays/insert"} <= named
    for name in named:
        assert list(SQL.glob(f"*/{name}.sql")), name
    for check in checks:
        assert list(SQL.glob(f"checks/*/{check}.sql")), check
