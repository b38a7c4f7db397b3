"""Each metric, by each dimension and in any period, is what plain Python counts in the raw JSON."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from sparkify.engines import open_reader
from sparkify.errors import ConfigError
from sparkify.generate import Recipe, generate
from sparkify.serve.connection import Connection
from sparkify.serve.metrics import metric_dimensions, metric_model
from tests.oracle_metrics import COUNTED, ExpectedMetrics

from .sample import LOGS, SONGS, load_sample, needs_sample
from .source_files import DAY, NOON, event, lines, song, visit
from .warehouse import Warehouse, open_warehouse

MODEL = metric_model()
ALLOWED = {name: metric_dimensions(metric) for name, metric in MODEL.metrics.items()}
GRAINS = ("day", "week", "month")
# Minutes are added in any order, so that their last digit can differ; all else is exact.
TOLERANCE = {"minutes": 0.011}


# Somebody who goes back to the free plan, and events that lack what most have.
ODD = [
    visit(userId="901", level="paid"),
    event(userId="901", itemInSession=1, ts=NOON + DAY, level="free"),
    event(userId="902", gender=None, level=None, location="Winston-Salem, NC", userAgent=None),
    event(userId="902", itemInSession=1, ts=NOON + 9, location="It's \\ 100%: a--b, VA", song=None),
    event(userId="903", ts=NOON + 20 * DAY, location="London", artist=None, length=None),
]


class Asked:
    """A loaded warehouse that is asked, and what plain Python counts in its files."""

    def __init__(self, connection: Connection, logs: Path, songs: Path) -> None:
        self.connection = connection
        self.expected = ExpectedMetrics(logs, songs)

    def hold(self, metrics: list[str], by: list[str], **more: Any) -> int:
        """Require the expected answer, in the order of the dimensions; return its rows."""
        found = self.connection.metric(metrics, by=by, **more)
        assert found.columns == (*by, *metrics)
        expected = self.expected.answer(metrics, by, **more)
        cells = [row[: len(by)] for row in found.rows]
        assert cells == sorted(expected, key=_in_order)
        for row in found.rows:
            for name, value, right in zip(
                metrics, row[len(by) :], expected[row[: len(by)]], strict=True
            ):
                wanted = pytest.approx(right, abs=TOLERANCE[name]) if name in TOLERANCE else right
                assert value == wanted, (name, row)
        return len(found.rows)


def _in_order(cell: tuple[Any, ...]) -> list[tuple[bool, Any]]:
    return [
        (value is None, value.encode() if isinstance(value, str) else value or 0) for value in cell
    ]


@pytest.fixture(scope="module")
def sample(engine_name: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asked]:
    """Give the sample, on each engine."""
    with open_warehouse(engine_name) as opened:
        opened.reset(tmp_path_factory.mktemp("sample"))
        load_sample(opened)
        yield from _asked(opened, LOGS, SONGS)


@pytest.fixture(scope="module")
def generated(engine_name: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asked]:
    """Give generated data: two months, songs that match, plans that change, values that lack."""
    made = tmp_path_factory.mktemp("made")
    generate(made, Recipe(users=25, songs=200, artists=120, days=40, events=1_500, seed=7))
    (made / "log_data/odd.json").write_bytes(lines(ODD))
    with open_warehouse(engine_name) as opened:
        opened.reset(tmp_path_factory.mktemp("generated"))
        opened.load(log_data=str(made / "log_data"), song_data=str(made / "song_data"))
        yield from _asked(opened, made / "log_data", made / "song_data")


def _asked(warehouse: Warehouse, logs: Path, songs: Path) -> Iterator[Asked]:
    warehouse.engine.close()
    with Connection(open_reader(warehouse.settings)) as connection:
        yield Asked(connection, logs, songs)
    warehouse.open()


def groups() -> dict[str, list[str]]:
    """Return the metrics that can be asked by each dimension, and without any."""
    return {"": list(MODEL.metrics)} | {
        name: [metric for metric, allowed in ALLOWED.items() if name in allowed]
        for name in MODEL.dimensions
    }


def hold_each(asked: Asked) -> None:
    """Require each metric by each dimension, alone and at each grain of time."""
    for dimension, metrics in groups().items():
        for grain in ("", *GRAINS):
            by = list(dict.fromkeys(name for name in (dimension, grain) if name))
            together = [name for name in metrics if set(by) <= set(ALLOWED[name])]
            if together:
                assert asked.hold(together, by) > 0
    for name in MODEL.metrics:
        asked.hold([name], [])


@needs_sample
@pytest.mark.expensive
def test_each_metric_of_the_sample_by_each_dimension_and_grain(sample: Asked) -> None:
    hold_each(sample)


def test_each_metric_of_generated_data_by_each_dimension_and_grain(generated: Asked) -> None:
    hold_each(generated)
    answer = generated.expected.answer(list(MODEL.metrics))
    assert all(answer[()])


def test_the_oracle_knows_each_metric() -> None:
    assert list(COUNTED) == list(MODEL.metrics)


@st.composite
def questions(draw: st.DrawFn) -> dict[str, Any]:
    """Draw metrics, the dimensions that all of them allow, filters, and days."""
    metrics = draw(
        st.lists(st.sampled_from(list(MODEL.metrics)), min_size=1, max_size=4, unique=True)
    )
    allowed = [name for name in MODEL.dimensions if all(name in ALLOWED[each] for each in metrics)]
    by = draw(st.lists(st.sampled_from(allowed), max_size=3, unique=True))
    filtered = draw(st.lists(st.sampled_from(allowed), max_size=2, unique=True))
    start = draw(st.none() | st.integers(-3, 45))
    days = draw(st.none() | st.integers(0, 45))
    return {"metrics": metrics, "by": by, "filtered": filtered, "start": start, "days": days}


def hold_question(asked: Asked, question: dict[str, Any], data: st.DataObject) -> None:
    expected = asked.expected
    rows = [*expected.plays, *expected.plan_events]
    where = {
        name: data.draw(
            st.lists(
                st.sampled_from(sorted({row["dimensions"][name] for row in rows}, key=repr)),
                min_size=1,
                max_size=3,
                unique=True,
            )
        )
        for name in question["filtered"]
    }
    period = {}
    if question["start"] is not None:
        period["first"] = expected.first_day + timedelta(days=question["start"])
    if question["days"] is not None:
        first = period.get("first", expected.first_day)
        period["last"] = first + timedelta(days=question["days"])
    assume(period.get("first", expected.first_day) <= period.get("last", expected.last_day))
    averages = {"dau", "wau", "mau", "stickiness"}.intersection(question["metrics"])
    cut = {name for name in question["filtered"] if MODEL.dimensions[name].is_time}
    if averages and cut - set(question["by"]):
        with pytest.raises(ConfigError, match="is an average over the period"):
            asked.hold(question["metrics"], question["by"], where=where, **period)
    else:
        asked.hold(question["metrics"], question["by"], where=where, **period)


@given(question=questions(), data=st.data())
def test_any_question_is_answered_as_plain_python_does(
    generated: Asked, question: dict[str, Any], data: st.DataObject
) -> None:
    hold_question(generated, question, data)


# --- by hand


def hand(warehouse: Warehouse, metrics: str, **more: Any) -> list[tuple[Any, ...]]:
    warehouse.engine.close()
    with Connection(open_reader(warehouse.settings)) as connection:
        rows = connection.metric(metrics, **more).rows
    warehouse.open()
    return rows


def test_a_place_counts_for_its_first_city_and_state(warehouse: Warehouse) -> None:
    places = {
        "San Jose-Sunnyvale-Santa Clara, CA": ("CA", "San Jose, CA"),
        "New York-Newark-Jersey City, NY-NJ-PA": ("NY", "New York, NY"),
        "Winston-Salem, NC": ("NC", "Winston-Salem, NC"),
        "Wilkes-Barre-Hazleton, PA": ("PA", "Wilkes-Barre, PA"),
        "Sacramento--Roseville--Arden-Arcade, CA": ("CA", "Sacramento, CA"),
        "Nashville-Davidson--Murfreesboro--Franklin, TN": ("TN", "Nashville-Davidson, TN"),
        "Marinette, WI-MI": ("WI", "Marinette, WI"),
        "O'Fallon \\ 100%, MO": ("MO", "O'Fallon \\ 100%, MO"),
        "London": (None, "London"),
        "": (None, None),
    }
    events = [
        event(itemInSession=number, ts=NOON + number, location=place)
        for number, place in enumerate(places)
    ]
    warehouse.write_events("a.json", *events)
    warehouse.load()

    found = hand(warehouse, "plays", by="state,city")

    assert {row[:2] for row in found} == set(places.values())
    for state, city in places.values():
        assert hand(warehouse, "plays", where={"city": city, "state": [state]}) == [(1,)]
    assert hand(warehouse, "plays", where={"state": ["CA", None]}) == [(4,)]


def test_a_change_of_plan_counts_in_the_cell_of_its_first_event(warehouse: Warehouse) -> None:
    warehouse.write_events(
        "a.json",
        visit(itemInSession=0, level="free"),
        visit(itemInSession=1, ts=NOON + DAY, level="paid"),
        visit(itemInSession=0, userId="8", level="free"),
        visit(itemInSession=1, userId="8", ts=NOON + DAY, level="free"),
        visit(itemInSession=0, userId="9", level="paid"),
    )
    warehouse.load()
    thursday, friday = date(2018, 11, 1), date(2018, 11, 2)

    assert hand(warehouse, "conversion,churn") == [(0.5, 0.0)]
    assert hand(warehouse, "conversion,churn,plays", by="day") == [
        (thursday, 0.0, 0.0, 0),
        (friday, 0.5, 0.0, 0),
    ]


def test_days_without_plays_count_in_an_average(warehouse: Warehouse) -> None:
    warehouse.write_songs("a.json", song())
    warehouse.write_events("a.json", event(), event(itemInSession=1, userId="8"))
    warehouse.load()
    period = {"first": date(2018, 10, 31), "last": date(2018, 11, 3)}

    assert hand(warehouse, "dau,wau,mau,stickiness", **period) == [(0.5, 2.0, 1.0, 0.5)]
    assert hand(warehouse, "dau", by="month", **period) == [(date(2018, 11, 1), 0.67)]
    assert hand(
        warehouse, "plays,dau,stickiness,match_rate", first=date(2019, 1, 1), last=date(2019, 1, 2)
    ) == [(0, 0.0, None, None)]


def test_an_empty_warehouse_has_numbers(warehouse: Warehouse) -> None:
    assert hand(warehouse, "plays,new_listeners,mau,churn") == [(0, 0, 0.0, None)]
    assert hand(warehouse, "plays,new_listeners", by="plan") == []
