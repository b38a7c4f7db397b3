"""`sparkify generate`: data like the real data, and the same bytes for the same recipe."""

import hashlib
import json
import os
import re
import subprocess
import sys
from collections import Counter, defaultdict
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from statistics import mean
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import sparkify
from sparkify.errors import ConfigError
from sparkify.generate import Recipe, generate
from sparkify.generate.tracks import MATCHED_SHARE
from tests.contract.source_files import EVENT_KEYS, SONG_KEYS

Row = dict[str, Any]
SMALL = Recipe(users=7, songs=30, artists=20, days=3, events=400, seed=5)


@dataclass(frozen=True)
class DataSet:
    """Generated data, read back by nothing but json."""

    folder: Path

    @property
    def log_files(self) -> list[Path]:
        return sorted(self.folder.glob("log_data/*/*/*.json"))

    @property
    def events(self) -> list[Row]:
        return [event for file in self.log_files for event in records(file)]

    @property
    def songs(self) -> list[Row]:
        files = sorted(self.folder.glob("song_data/*/*/*/*.json"))
        return [json.loads(file.read_text(encoding="ascii")) for file in files]


def records(file: Path) -> list[Row]:
    """Read JSON records with any whitespace between them, as COPY does."""
    text, found, at = file.read_text(encoding="ascii").rstrip(), [], 0
    decoder = json.JSONDecoder()
    while at < len(text):
        start = len(text) - len(text[at:].lstrip()) if text[at].isspace() else at
        item, at = decoder.raw_decode(text, start)
        found.append(item)
    return found


def generated(folder: Path, recipe: Recipe) -> DataSet:
    generate(folder, recipe)
    return DataSet(folder)


@pytest.fixture(scope="module")
def default(tmp_path_factory: pytest.TempPathFactory) -> DataSet:
    return generated(tmp_path_factory.mktemp("default"), Recipe())


@pytest.fixture(scope="module")
def events(default: DataSet) -> list[Row]:
    return default.events


@pytest.fixture(scope="module")
def plays(events: list[Row]) -> list[Row]:
    return [event for event in events if event["page"] == "NextSong"]


@pytest.fixture(scope="module")
def songs(default: DataSet) -> list[Row]:
    return default.songs


def repaired(text: str) -> str:
    """Undo UTF-8 taken for Latin-1 twice; any other text stays as it is."""
    try:
        return text.encode("latin-1").decode().encode("latin-1").decode()
    except UnicodeError:
        return text


def is_stray(text: str) -> bool:
    return text != text.strip()


def by_key(rows: list[Row], key: str) -> dict[Any, list[Row]]:
    groups = defaultdict(list)
    for row in rows:
        groups[row[key]].append(row)
    return groups


def levels_by_user(events: list[Row]) -> dict[str, list[str]]:
    """Return the levels each user goes through, in the order of time."""
    levels: dict[str, list[str]] = defaultdict(list)
    for event in sorted(events, key=lambda event: (event["ts"], event["itemInSession"])):
        if event["userId"] and levels[event["userId"]][-1:] != [event["level"]]:
            levels[event["userId"]].append(event["level"])
    return levels


def tree_hash(folder: Path) -> str:
    digest = hashlib.sha256()
    for file in sorted(path for path in folder.rglob("*") if path.is_file()):
        digest.update(str(file.relative_to(folder)).encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()


# The same bytes


def test_the_same_seed_gives_the_same_bytes(tmp_path: Path) -> None:
    first, second = generated(tmp_path / "1", SMALL), generated(tmp_path / "2", SMALL)
    assert tree_hash(first.folder) == tree_hash(second.folder)


def test_another_seed_gives_other_bytes(tmp_path: Path) -> None:
    generate(tmp_path / "1", SMALL)
    generate(tmp_path / "2", Recipe(**{**asdict(SMALL), "seed": 6}))
    assert tree_hash(tmp_path / "1") != tree_hash(tmp_path / "2")


@pytest.mark.parametrize(("hash_seed", "parallel_from"), [("0", 0), ("4711", 10**9)])
def test_neither_hash_order_nor_processes_change_the_bytes(
    tmp_path: Path, hash_seed: str, parallel_from: int
) -> None:
    generate(tmp_path / "here", SMALL)
    program = (
        "import sys; from pathlib import Path; from sparkify.generate import writer as g\n"
        f"g.PARALLEL_FROM = {parallel_from}\n"
        f"g.generate(Path(sys.argv[1]), g.{SMALL!r})"
    )
    subprocess.run(
        [sys.executable, "-c", program, tmp_path / "there"],
        env={**os.environ, "PYTHONHASHSEED": hash_seed},
        cwd=Path(sparkify.__file__).parents[1],
        check=True,
    )
    assert tree_hash(tmp_path / "here") == tree_hash(tmp_path / "there")


def test_the_bytes_are_those_of_this_version(tmp_path: Path) -> None:
    # When this fails, data made by an earlier version can no longer be made: say so in CHANGELOG.
    generate(tmp_path / "out", SMALL)
    assert tree_hash(tmp_path / "out")[:16] == "256874ea14d0e434"


# The amounts asked for


def test_events_songs_artists_and_days_are_as_asked(
    default: DataSet, events: list[Row], songs: list[Row]
) -> None:
    assert len(events) == Recipe().events
    assert len(songs) == len({song["song_id"] for song in songs}) == Recipe().songs
    assert len({song["artist_id"] for song in songs}) == Recipe().artists
    assert len(default.log_files) == Recipe().days
    assert 0.9 * Recipe().users <= len({event["userId"] for event in events} - {""}) <= 96


def test_the_recipe_counts_the_files_on_the_disk(default: DataSet) -> None:
    assert len([path for path in default.folder.rglob("*") if path.is_file()]) == Recipe().files


def test_progress_reports_the_events_so_far_and_ends_with_all(tmp_path: Path) -> None:
    reported: list[int] = []
    generate(tmp_path / "out", SMALL, reported.append)
    assert len(reported) == SMALL.days
    assert reported == sorted(reported)
    assert reported[-1] == SMALL.events


@pytest.mark.parametrize(
    "recipe",
    [
        Recipe(users=1, songs=1, artists=1, days=1, events=0),
        Recipe(users=1, songs=1, artists=1, days=1, events=1),
        Recipe(users=1, songs=1, artists=1, days=1, events=3_000),
        Recipe(users=50, songs=5, artists=5, days=100, events=10),
    ],
)
def test_small_and_lopsided_recipes_work(tmp_path: Path, recipe: Recipe) -> None:
    data_set = generated(tmp_path / "out", recipe)
    assert len(data_set.events) == recipe.events
    assert len(data_set.songs) == recipe.songs
    assert len(data_set.log_files) == recipe.days


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"users": 0}, "--users"),
        ({"songs": -1}, "--songs"),
        ({"artists": 0}, "--artists"),
        ({"days": 0}, "--days"),
        ({"events": -1}, "--events"),
        ({"songs": 10, "artists": 11}, "--artists"),
        ({"days": 10_000_000}, "--days"),
    ],
)
def test_an_impossible_recipe_says_what_is_wrong_and_what_to_do(
    wrong: dict[str, int], named: str
) -> None:
    with pytest.raises(ConfigError) as caught:
        Recipe(**wrong)
    assert any(str(value) in str(caught.value) for value in wrong.values())
    assert named in caught.value.hint


def test_a_second_data_set_is_not_mixed_into_the_first(tmp_path: Path) -> None:
    generate(tmp_path / "out", SMALL)
    before = tree_hash(tmp_path / "out")
    with pytest.raises(ConfigError, match="already exists") as caught:
        generate(tmp_path / "out", SMALL)
    assert "--out" in caught.value.hint
    assert tree_hash(tmp_path / "out") == before


def test_unfinished_data_is_not_there(tmp_path: Path) -> None:
    seen: list[str] = []

    def interrupted(_events: int) -> None:
        seen.extend(entry.name for entry in (tmp_path / "out").iterdir())
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        generate(tmp_path / "out", SMALL, interrupted)
    assert [name for name in seen if not name.startswith(".")] == []
    assert list((tmp_path / "out").iterdir()) == []


def test_leftovers_of_a_killed_process_are_removed_and_no_part_of_the_data(tmp_path: Path) -> None:
    left = tmp_path / "out/.unfinished-x/content/log_data/2018/10/2018-10-01-events.json"
    left.parent.mkdir(parents=True)
    left.write_text("{}")
    (tmp_path / "out/.unfinished-x/lock").write_text("")
    generate(tmp_path / "out", SMALL)
    generate(tmp_path / "alone", SMALL)
    assert tree_hash(tmp_path / "out") == tree_hash(tmp_path / "alone")


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(ConfigError, match=r"cannot write to .*file") as caught:
        generate(tmp_path / "file", SMALL)
    assert "--out" in caught.value.hint


# The shape of the files


def test_log_files_lie_by_year_and_month_and_hold_their_own_day(default: DataSet) -> None:
    for file in default.log_files:
        day = file.name.removesuffix("-events.json")
        assert file.parent == default.folder / "log_data" / "2018" / "11"
        timestamps = [event["ts"] for event in records(file)]
        assert timestamps == sorted(timestamps)
        assert {f"{datetime.fromtimestamp(ts / 1000, UTC):%Y-%m-%d}" for ts in timestamps} == {day}


def test_days_go_on_past_november(tmp_path: Path) -> None:
    data_set = generated(tmp_path / "out", Recipe(users=3, songs=1, artists=1, days=62, events=100))
    names = [file.relative_to(data_set.folder).as_posix() for file in data_set.log_files]
    assert names[0] == "log_data/2018/11/2018-11-01-events.json"
    assert names[-1] == "log_data/2019/01/2019-01-01-events.json"


def test_events_have_the_real_keys_in_the_real_order(events: list[Row]) -> None:
    assert {tuple(event) for event in events} == {EVENT_KEYS}


def test_log_lines_are_compact_and_escape_slashes(default: DataSet) -> None:
    lines = default.log_files[5].read_text(encoding="ascii").splitlines()
    for line in lines:
        compact = json.dumps(json.loads(line), separators=(",", ":"))
        assert line == compact.replace("/", "\\/")


def test_some_log_files_end_in_a_newline_and_some_do_not(default: DataSet) -> None:
    endings = {file.read_bytes()[-1:] for file in default.log_files}
    assert endings == {b"}", b"\n"}


def test_blank_lines_lie_between_events(default: DataSet) -> None:
    assert b"}\n\n{" in default.log_files[0].read_bytes()


def test_one_log_file_is_pretty_printed(default: DataSet) -> None:
    pretty = [file for file in default.log_files if file.read_bytes().startswith(b"{\n")]
    (file,) = pretty
    text = file.read_text(encoding="ascii").rstrip()
    parts = [json.dumps(event, indent=2).replace("/", "\\/") for event in records(file)]
    assert text == "\n".join(parts)


def test_song_files_hold_one_record_three_folders_deep(default: DataSet) -> None:
    files = sorted(path for path in (default.folder / "song_data").rglob("*") if path.is_file())
    for file in files:
        a, b, c, name = file.relative_to(default.folder / "song_data").parts
        assert re.fullmatch(rf"TR{a}{b}{c}[A-Z]{{2}}[0-9A-F]{{11}}\.json", name)
        text = file.read_text(encoding="ascii")
        assert text == json.dumps(json.loads(text))
        assert tuple(json.loads(text)) == SONG_KEYS
        assert len(text) < 1024
    assert len({file.parent for file in files}) > 26


def test_json_paths_name_the_keys_in_the_order_of_the_events(default: DataSet) -> None:
    paths = json.loads((default.folder / "log_json_path.json").read_text(encoding="ascii"))
    assert paths == {"jsonpaths": [f"$['{key}']" for key in EVENT_KEYS]}


# The traits of the events


def test_session_and_item_identify_an_event(events: list[Row]) -> None:
    pairs = Counter((event["sessionId"], event["itemInSession"]) for event in events)
    assert set(pairs.values()) == {1}


def test_a_session_counts_its_items_from_zero_in_the_order_of_time(events: list[Row]) -> None:
    for session in by_key(events, "sessionId").values():
        session.sort(key=lambda event: event["itemInSession"])
        assert [event["itemInSession"] for event in session] == list(range(len(session)))
        assert all(one["ts"] < next_["ts"] for one, next_ in pairwise(session))


def test_no_session_has_two_users(events: list[Row]) -> None:
    for session in by_key(events, "sessionId").values():
        assert len({event["userId"] for event in session} - {""}) <= 1


def test_every_play_has_a_user_an_artist_a_song_and_a_length(plays: list[Row]) -> None:
    for play in plays:
        assert play["userId"]
        assert play["auth"] == "Logged In"
        assert play["artist"]
        assert play["song"]
        assert 60 <= play["length"] < 490


def test_only_plays_name_a_song(events: list[Row]) -> None:
    others = [event for event in events if event["page"] != "NextSong"]
    assert all(event[key] is None for event in others for key in ("artist", "song", "length"))


def test_a_user_has_one_name_gender_location_and_agent(events: list[Row]) -> None:
    keys = ("firstName", "lastName", "gender", "location", "registration", "userAgent")
    for user_id, own in by_key(events, "userId").items():
        assert len({tuple(event[key] for key in keys) for event in own}) == 1
        assert user_id == "" or user_id.isdecimal()


def test_logged_out_events_have_no_user_but_a_level(events: list[Row]) -> None:
    logged_out = [event for event in events if event["auth"] == "Logged Out"]
    nulls = ("firstName", "lastName", "gender", "location", "registration", "userAgent")
    assert 0.018 < len(logged_out) / len(events) < 0.035
    assert all(event[key] is None for event in logged_out for key in nulls)
    assert {event["userId"] for event in logged_out} == {""}
    assert {event["level"] for event in logged_out} == {"free", "paid"}
    assert all(event["userId"] for event in events if event["auth"] == "Logged In")


def test_pages_go_with_their_method_and_status(events: list[Row]) -> None:
    sent = {"Login", "Logout", "Save Settings", "Submit Upgrade", "Submit Downgrade"}
    seen = sent | {"Home", "Settings", "Upgrade", "Downgrade", "Help", "About", "Error"}
    expected = dict.fromkeys(seen, ("GET", 200)) | dict.fromkeys(sent, ("PUT", 307))
    expected |= {"Error": ("GET", 404), "NextSong": ("PUT", 200)}
    assert {e["page"]: (e["method"], e["status"]) for e in events} == expected
    assert len({(e["page"], e["method"], e["status"]) for e in events}) == len(expected)


def test_most_events_are_plays(events: list[Row], plays: list[Row]) -> None:
    assert 0.80 < len(plays) / len(events) < 0.87


def test_some_plays_share_a_millisecond(plays: list[Row]) -> None:
    assert len({play["ts"] for play in plays}) < len(plays)
    assert len({play["ts"] % 1000 for play in plays}) > 400  # which can be any of them


def test_plays_follow_each_other_by_whole_seconds(events: list[Row]) -> None:
    for session in by_key(events, "sessionId").values():
        session.sort(key=lambda event: event["itemInSession"])
        for one, next_ in pairwise(session):
            if one["page"] == "NextSong":
                assert next_["ts"] - one["ts"] == int(one["length"]) * 1_000


def test_registration_is_a_whole_number_written_as_a_float(default: DataSet) -> None:
    text = default.log_files[5].read_text(encoding="ascii")
    written = set(re.findall(r'"registration":(.*?),"', text))
    assert len(written) > 10
    assert all(re.fullmatch(r"1\d{12}\.0|null", number) for number in written)


def test_most_user_agents_are_wrapped_in_literal_quotes(plays: list[Row]) -> None:
    agents = Counter(play["userAgent"] for play in plays)
    quoted = {agent for agent in agents if re.fullmatch(r'".*"', agent)}
    assert 0.6 < sum(agents[agent] for agent in quoted) / len(plays) < 1
    assert not any('"' in agent for agent in agents.keys() - quoted)


def test_names_have_apostrophes_and_other_alphabets(plays: list[Row]) -> None:
    names = {play["firstName"] + play["lastName"] for play in plays}
    assert any("'" in name for name in names)
    assert any(not name.isascii() for name in names)
    assert repaired("".join(names)) == "".join(names)


# Levels


def test_levels_change_in_the_middle_of_sessions(events: list[Row]) -> None:
    changes = 0
    for session in by_key(events, "sessionId").values():
        session.sort(key=lambda event: event["itemInSession"])
        for one, next_ in pairwise(session):
            if one["level"] != next_["level"]:
                changes += 1
                submitted = "Submit Upgrade" if one["level"] == "free" else "Submit Downgrade"
                assert one["page"] == submitted
                assert {e["page"] for e in session} >= {"NextSong"}
    assert changes >= 5


def test_some_users_go_paid_free_paid(events: list[Row]) -> None:
    ways = Counter(map(tuple, levels_by_user(events).values()))
    assert ways["paid", "free", "paid"] >= 1
    assert ways["free", "paid"] >= 1
    assert ways["paid", "free"] >= 1
    assert ways["free",] > sum(ways.values()) / 2


def test_a_submitted_change_is_the_only_thing_that_changes_a_level(events: list[Row]) -> None:
    submitted = Counter(e["userId"] for e in events if e["page"].startswith("Submit"))
    for user_id, levels in levels_by_user(events).items():
        assert submitted[user_id] == len(levels) - 1


# Plays and the catalogue


def is_matched(play: Row, catalogue: set[tuple[str, str, float]]) -> bool:
    return (repaired(play["song"]), repaired(play["artist"]), play["length"]) in catalogue


@pytest.fixture(scope="module")
def catalogue(songs: list[Row]) -> set[tuple[str, str, float]]:
    return {(song["title"], song["artist_name"], song["duration"]) for song in songs}


def test_the_stated_share_of_the_plays_matches_the_catalogue(
    plays: list[Row], catalogue: set[tuple[str, str, float]]
) -> None:
    assert mean(is_matched(play, catalogue) for play in plays) == pytest.approx(
        MATCHED_SHARE, abs=0.03
    )


def test_a_play_matches_to_the_letter_or_not_at_all(
    plays: list[Row], catalogue: set[tuple[str, str, float]]
) -> None:
    # So the share is the same for a loader that trims, and for one that does not.
    trimmed = {(title.strip(), artist.strip(), length) for title, artist, length in catalogue}
    for play in plays:
        title, artist = repaired(play["song"]).strip(), repaired(play["artist"]).strip()
        assert ((title, artist, play["length"]) in trimmed) == is_matched(play, catalogue)


def test_some_plays_miss_by_their_length_only(
    plays: list[Row], catalogue: set[tuple[str, str, float]]
) -> None:
    names = {(title, artist) for title, artist, _ in catalogue}
    near = [
        play
        for play in plays
        if not is_matched(play, catalogue)
        and (repaired(play["song"]), repaired(play["artist"])) in names
    ]
    assert len(near) > 50


def test_about_five_percent_of_the_plays_are_encoded_twice(
    plays: list[Row], catalogue: set[tuple[str, str, float]]
) -> None:
    twice = [p for p in plays if repaired(p["song"] + p["artist"]) != p["song"] + p["artist"]]
    assert 0.035 < len(twice) / len(plays) < 0.065
    assert {is_matched(play, catalogue) for play in twice} == {True, False}
    assert any(re.search("Ã\x83Â", play["song"] + play["artist"]) for play in twice)


def test_some_accents_arrive_whole(plays: list[Row]) -> None:
    texts = [play["song"] + play["artist"] for play in plays]
    whole = [text for text in texts if not text.isascii() and repaired(text) == text]
    assert 0 < len(whole) / len(plays) < 0.02


def test_a_few_songs_are_played_much_and_most_little(plays: list[Row]) -> None:
    counts = Counter((play["song"], play["artist"], play["length"]) for play in plays)
    ordered = [count for _, count in counts.most_common()]
    assert sum(ordered[: len(ordered) // 10]) > 0.25 * len(plays)
    assert ordered[len(ordered) // 2] <= 2


def test_a_few_users_do_much_of_the_listening(plays: list[Row]) -> None:
    heaviest = Counter(play["userId"] for play in plays).most_common(10)
    assert 0.3 < sum(count for _, count in heaviest) / len(plays) < 0.8


def test_nights_and_weekends_are_quiet(events: list[Row]) -> None:
    timestamps = [datetime.fromtimestamp(event["ts"] / 1000, UTC) for event in events]
    hours = Counter(timestamp.hour for timestamp in timestamps)
    assert sum(hours[hour] for hour in range(6)) < sum(hours[hour] for hour in range(14, 20)) / 2
    days = Counter(timestamp.date() for timestamp in timestamps)
    weekday = mean(count for day, count in days.items() if day.weekday() < 5)
    assert mean(count for day, count in days.items() if day.weekday() >= 5) < 0.7 * weekday


# The traits of the songs


def test_song_files_are_clean_and_in_several_alphabets(songs: list[Row]) -> None:
    texts = [song["title"] + song["artist_name"] for song in songs]
    assert all(repaired(text) == text for text in texts)
    joined = "".join(texts)
    for example in ("é", "ö", "ñ", "å", "ø", "夜", "ч", "θ", "밤"):
        assert example in joined


def test_most_years_are_unknown(songs: list[Row]) -> None:
    assert 0.5 < mean(song["year"] == 0 for song in songs) < 0.7
    assert all(song["year"] == 0 or 1950 < song["year"] < 2018 for song in songs)


def test_locations_are_often_null_or_empty(songs: list[Row]) -> None:
    locations = Counter(song["artist_location"] for song in songs)
    assert locations[None] > 20
    assert locations[""] > 20
    assert 0.3 < mean(song["artist_latitude"] is None for song in songs) < 0.8
    for song in songs:
        assert (song["artist_latitude"] is None) == (song["artist_longitude"] is None)


def test_some_artists_have_several_names_and_locations(songs: list[Row]) -> None:
    artists = by_key(songs, "artist_id").values()
    names = [{song["artist_name"] for song in own} for own in artists]
    locations = [
        {(song["artist_location"], song["artist_latitude"]) for song in own} for own in artists
    ]
    assert sum(len(own) > 1 for own in names) > 20
    assert sum(len(own) > 1 for own in locations) > 20
    assert any(" feat. " in song["artist_name"] for song in songs)


def test_a_few_records_are_equal_but_for_their_id(songs: list[Row]) -> None:
    keys = ("title", "artist_name", "duration", "artist_id")
    records = Counter(tuple(song[key] for key in keys) for song in songs)
    assert sum(count > 1 for count in records.values()) >= 5


def test_a_few_titles_and_artists_have_stray_spaces(plays: list[Row], songs: list[Row]) -> None:
    assert any(is_stray(song["title"]) for song in songs)
    assert any(is_stray(song["artist_name"]) for song in songs)
    strays = [play for play in plays if is_stray(play["song"]) or is_stray(play["artist"])]
    assert 0 < len(strays) / len(plays) < 0.05


# Any recipe


recipes = st.builds(
    lambda users, artists, more_songs, days, events, seed: Recipe(
        users, artists + more_songs, artists, days, events, seed
    ),
    users=st.integers(1, 30),
    artists=st.integers(1, 15),
    more_songs=st.integers(0, 15),
    days=st.integers(1, 9),
    events=st.integers(0, 400),
    seed=st.integers(),
)


@settings(max_examples=6, deadline=None)
@given(recipe=recipes)
def test_every_recipe_keeps_the_promises(
    tmp_path_factory: pytest.TempPathFactory, recipe: Recipe
) -> None:
    data_set = generated(tmp_path_factory.mktemp("any"), recipe)
    events, songs = data_set.events, data_set.songs
    assert len(events) == recipe.events
    assert len({song["song_id"] for song in songs}) == len(songs) == recipe.songs
    assert len({song["artist_id"] for song in songs}) == recipe.artists
    assert len({(e["sessionId"], e["itemInSession"]) for e in events}) == recipe.events
    assert len({event["userId"] for event in events} - {""}) <= recipe.users
    for file in data_set.log_files:
        days = [f"{datetime.fromtimestamp(e['ts'] / 1000, UTC):%Y-%m-%d}" for e in records(file)]
        assert set(days) <= {file.name.removesuffix("-events.json")}
    for session in by_key(events, "sessionId").values():
        assert len({event["userId"] for event in session} - {""}) <= 1
    # Two changes at most are planned, so sessions at the same time never disagree on a level.
    assert all(len(levels) <= 3 for levels in levels_by_user(events).values())
