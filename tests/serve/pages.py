"""Pages of the report under test: what they are made of, and what they say."""

from datetime import date
from html.parser import HTMLParser
from pathlib import Path

from tests.contract.source_files import lines
from tests.oracle import Rows

from .conftest import load

SECTIONS = (
    *("key_figures", "plays_over_time", "plays_by_weekday_and_hour", "paid_and_free", "funnel"),
    *("top_songs", "top_artists", "states", "top_places", "retention", "quality"),
)
FIRST, LAST = date(2018, 12, 1), date(2018, 12, 30)


def of(plays: Rows, first: date, last: date) -> Rows:
    return [play for play in plays if first <= play["start_date"] <= last]


def warehouse_of(
    folder: Path, events: list[dict[str, object]], *songs: dict[str, object], errors: int = 0
) -> Path:
    """Make a warehouse of these events and songs."""
    for name, records in (("log_data", events), ("song_data", songs)):
        (folder / "data" / name).mkdir(parents=True)
        (folder / "data" / name / "a.json").write_bytes(lines(records))
    (folder / "dwh.cfg").write_text(
        f"[CLUSTER]\n[IAM_ROLE]\n[S3]\nLOG_JSONPATH=\n[ETL]\nMAX_ERRORS={errors}\n"
    )
    return load(folder)


class _Text(HTMLParser):
    """What a page's sections say, by id."""

    def __init__(self) -> None:
        super().__init__()
        self.said: dict[str, list[str]] = {}
        self._section = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "section":
            self._section = dict(attrs)["id"] or ""

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.said.setdefault(self._section, []).append(" ".join(data.split()))


def texts(html: str) -> dict[str, list[str]]:
    reader = _Text()
    reader.feed(html)
    return reader.said
