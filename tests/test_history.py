"""The cost of a batch does not grow with the history, except where docs/scale.md says so."""

from pathlib import Path

from bench import rows_read, scale
from bench.rows_read import BATCHES, BLOCK_ROWS, EVENTS, MANY_DAYS

A_DAY, WITH_CORRECTIONS, WITH_UNPLAYED_SONGS, WITH_PLAYED_SONGS = BATCHES
# These compare with weeks: by what each batch kept of its days, so at most so many rows a day.
OVER_WEEKS = (
    *("matched_share_has_not_fallen", "newest_event_is_no_older_than_usual"),
    "no_day_is_below_its_weekday",
)
MOST_ROWS_A_DAY = 60
# These read the repaired texts, whose number the page names.
OF_REPAIRED_TEXTS = {"garbled_texts", "songplays/stage", "songplays/insert"}
# These read the titles that were played, whose number the page names.
OF_PLAYED_TITLES = {"played_titles/first_rematched", "played_titles/span_of_new"}
# These read the ledger, whose size the page names.
OF_THE_LEDGER = {"versions", "rejected_versions", "no_file_shrank"}
NAMED = {*OVER_WEEKS, *OF_REPAIRED_TEXTS, *OF_PLAYED_TITLES, *OF_THE_LEDGER}
Compared = dict[str, tuple[int, int]]


def test_a_day_reads_no_history(tmp_path: Path) -> None:
    compared = rows_read.compare_histories(tmp_path, A_DAY)

    assert "checks/star/songplays_have_their_song" in compared
    assert "transform/songplays/stage_earlier" not in compared
    assert unnamed(rows_read.growing(compared)) == {}


def test_corrections_read_the_blocks_of_their_sessions_and_times(tmp_path: Path) -> None:
    compared = rows_read.compare_histories(tmp_path, WITH_CORRECTIONS)

    assert "transform/time/stage_unplayed" in compared
    # the last blocks of the history are full after some days, and begun after others
    grown = rows_read.growing(compared)
    beyond = {name: rows for name, rows in grown.items() if rows[1] > rows[0] + 4 * BLOCK_ROWS}
    assert unnamed(beyond) == {}


def test_songs_that_were_not_played_yet_read_no_history(tmp_path: Path) -> None:
    compared = rows_read.compare_histories(tmp_path, WITH_UNPLAYED_SONGS)

    for rows in compared["transform/songplays/stage_earlier"]:
        assert rows < EVENTS
    assert unnamed(rows_read.growing(compared)) == {}


def test_songs_that_were_played_before_read_the_history_that_the_page_names(
    tmp_path: Path,
) -> None:
    compared = rows_read.compare_histories(tmp_path, WITH_PLAYED_SONGS)

    grown = rows_read.growing(compared)
    assert grown["transform/songplays/stage_earlier"][1] > MANY_DAYS * EVENTS / 2
    of_page = {line.split("`")[1] for line, *_ in scale.BEYOND_THE_BATCH}
    # What reads only the rows that songplays/stage_earlier and songplays/stage_changed found.
    found = {"songplays/stage_earlier_titles", "songplays/stage_changed"}
    found |= {"songplays/span_of_changed", "songplays/match", "songplays/count_rematched"}
    found |= {"batch_days/insert_rematched"}
    for name in found:
        assert grown.get(f"transform/{name}", (0, 0))[1] < 3 * EVENTS
    assert unnamed(grown, of_page | found) == {}


def unnamed(grown: Compared, others: frozenset[str] | set[str] = frozenset()) -> Compared:
    """Return the statements that grow and are not named; of what compares with weeks, too much."""
    for check in OVER_WEEKS:
        assert grown.get(f"checks/ledger/{check}", (0, 0))[1] < MOST_ROWS_A_DAY * MANY_DAYS
    return {
        name: rows
        for name, rows in grown.items()
        if not any(name.endswith(f"/{each}") for each in NAMED | others)
    }
