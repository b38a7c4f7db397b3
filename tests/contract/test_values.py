"""Values that a column takes and what they become, by the rules of Redshift's COPY."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sparkify.errors import LoadError
from sparkify.sql import Column, source_columns
from tests.oracle import EPOCH

from .engines import CUTS_TEXTS_AT_NUL, cannot
from .warehouse import Warehouse

TABLES = ("staging_events", "staging_songs")
COLUMNS = [(table, column) for table in TABLES for column in source_columns(table)]
TEXTS = [each for each in COLUMNS if each[1].kind == "varchar"]
WHOLE = ("status", "sessionid", "ts")

# A record that the native scanner leaves to the Python reader.
ODD = '{"status":"+200","year":"+0"}'


def staged(staging: Warehouse, column: str, value: str, table: str = "staging_events") -> Any:
    """Return a JSON value as staged, the same alone and beside one for the Python reader."""
    content = f'{{"{column}":{value}}}'
    [alone] = staging.staged(content, table=table)
    again = staging.staged(content + ODD, table=table)
    assert alone in again
    return alone[column]


def rejected(staging: Warehouse, column: str, value: str, table: str = "staging_events") -> None:
    """Expect an error with file, line and column, alone and beside one for the Python reader."""
    for others in ("", ODD):
        with pytest.raises(LoadError, match=rf"0\.json.*line 3, column {column}: ") as error:
            staging.staged(f'{{}}\n{others}\n{{"{column}":{value}}}\n{{}}', table=table)
        assert error.value.hint


@pytest.mark.parametrize("table", TABLES)
def test_null_and_a_missing_key_are_null(staging: Warehouse, table: str) -> None:
    names = [column.name for column in source_columns(table)]
    content = "{}" + "".join(f'{{"{name}":null}}' for name in names)
    assert staging.staged(content, table=table) == [dict.fromkeys(names)] * (1 + len(names))


# What Redshift's documents leave open, and the stand-in therefore cannot decide.
NO_EXPONENT = cannot("redshift", reason="whether COPY takes 1e2 for a whole number is not known")
TAKES_INFINITY = cannot("redshift", reason="a FLOAT can be NaN or infinite, and COPY may take it")
CUTS_AT_NUL = cannot(
    *CUTS_TEXTS_AT_NUL, reason="COPY cuts a text at NUL; a packed file is tested apart"
)
FRACTIONS = cannot("redshift", reason="COPY may take fractions of an epoch's milliseconds")


# Whole numbers and timestamps


@pytest.mark.parametrize("column", [*WHOLE, "length"])
@pytest.mark.parametrize("blank", ['""', '" "', '"   "'])
def test_an_empty_or_blank_text_is_no_number(staging: Warehouse, column: str, blank: str) -> None:
    assert staged(staging, column, blank) is None


@pytest.mark.parametrize(
    ("value", "number"),
    [
        *(("200", 200), ("-7", -7), ("0", 0), ("-0", 0), ('"200"', 200), ('"-7"', -7), ('"0"', 0)),
        *(("12.0", 12), ("-12.000", -12), ("0.0", 0), ("-0.0", 0)),
        *(('"012"', 12), ('"+5"', 5), ('" 12 "', 12)),
        *(("2147483647", 2**31 - 1), ("-2147483648", -(2**31))),
        pytest.param("1e2", 100, marks=NO_EXPONENT),
        pytest.param("1.5e1", 15, marks=NO_EXPONENT),
    ],
)
def test_a_whole_number_however_it_is_spelt(staging: Warehouse, value: str, number: int) -> None:
    assert staged(staging, "status", value) == number


@pytest.mark.parametrize(
    "value",
    [
        *("12.7", "true", "false", '"abc"', "[]", "[1]", "{}", '{"a":1}', "0.1", "1e-1"),
        *(
            '"12.0"',
            '"1e2"',
            '"1 2"',
            '"1_000"',
            '"1,000"',
            '"0x10"',
            '"\\uff15"',
            '"-"',
            '"+"',
        ),
        *('"true"', '"null"', '"NaN"', '"12abc"', '"--1"'),
        *("2147483648", "-2147483649", "1e10", "1e300", '"2147483648"'),
        *("99999999999999999999", "1e400", f'"{"1" * 5000}"'),
    ],
    ids=lambda value: value[:24],
)
def test_no_whole_number_or_too_large_a_number_is_rejected(staging: Warehouse, value: str) -> None:
    rejected(staging, "status", value)


@pytest.mark.parametrize("number", [2**63 - 1, -(2**63), 2**53 + 1])
def test_a_large_whole_number_is_exact(staging: Warehouse, number: int) -> None:
    assert staged(staging, "sessionid", str(number)) == number
    assert staged(staging, "sessionid", f'"{number}"') == number


@pytest.mark.parametrize("value", [str(2**63), str(-(2**63) - 1), "1e19", f'"{2**63}"'])
def test_a_whole_number_of_more_than_64_bits_is_rejected(staging: Warehouse, value: str) -> None:
    rejected(staging, "sessionid", value)


@pytest.mark.parametrize(
    ("value", "moment"),
    [
        ("1541105830796", "2018-11-01 20:57:10.796"),
        ('"1541105830796"', "2018-11-01 20:57:10.796"),
        ("1541105830796.0", "2018-11-01 20:57:10.796"),
        ("1.541105830796e12", "2018-11-01 20:57:10.796"),
        ("0", "1970-01-01 00:00:00"),
        ("-1", "1969-12-31 23:59:59.999"),
        ("253402300799999", "9999-12-31 23:59:59.999"),
        ("-62135596800000", "0001-01-01 00:00:00"),
    ],
)
def test_a_timestamp_is_milliseconds_since_1970_in_utc(
    staging: Warehouse, value: str, moment: str
) -> None:
    assert staged(staging, "ts", value) == datetime.fromisoformat(moment)


@pytest.mark.parametrize(
    "value",
    [
        pytest.param("1541105830796.5", marks=FRACTIONS),
        *('"2018-11-01"', '"2018-11-01T12:00:00Z"', "true", '"now"'),
        *("1e18", "-1e18", "9223372036854775807", "9007199254740993", "9223372036854775"),
    ],
)
def test_no_timestamp_or_one_out_of_range_is_rejected(staging: Warehouse, value: str) -> None:
    rejected(staging, "ts", value)


# Numbers


@pytest.mark.parametrize(
    ("value", "number"),
    [
        *(("246.30812", 246.30812), ("1540919166796.0", 1540919166796.0), ("-1.5", -1.5)),
        *(("7", 7.0), ("0", 0.0), ("1", 1.0), ("1.0", 1.0), ("0.0", 0.0), ("-0.0", 0.0)),
        *(("1e5", 1e5), ("1E-5", 1e-5), ("1.7976931348623157e308", 1.7976931348623157e308)),
        *(("0.1", 0.1), ("0.30000000000000004", 0.30000000000000004), ("5e-324", 5e-324)),
        *(("123456789012345678901234567890", 123456789012345678901234567890.0),),
        *(('"246.30812"', 246.30812), ('"7"', 7.0), ('"1e5"', 1e5), ('" 7.5 "', 7.5), ('"1"', 1.0)),
        *(('".5"', 0.5), ('"5."', 5.0), ('"+5"', 5.0)),
    ],
)
def test_a_number_however_it_is_spelt(staging: Warehouse, value: str, number: float) -> None:
    assert staged(staging, "length", value) == number


@pytest.mark.parametrize(
    "value",
    [
        *("true", "false", "[]", "[1]", "{}", '"abc"', '"1 2"', '"1,5"', '"1_000"'),
        *(
            '"0x10"',
            *(
                pytest.param(f'"{word}"', marks=TAKES_INFINITY)
                for word in ("NaN", "nan", "inf", "Infinity", "-inf")
            ),
            '"1e400"',
            '"1f"',
            '"\\uff15"',
        ),
        *('"1e"', '"."', "1e400", "-1e400"),
    ],
)
def test_no_finite_number_is_rejected(staging: Warehouse, value: str) -> None:
    rejected(staging, "length", value)


# Texts


@pytest.mark.parametrize(
    "text",
    ["", " ", " a ", "null", "NaN", "Björk", "東京", "😀", "\\", '"', "/", "\n\t\r\b\f", "\u2028"],
)
@pytest.mark.parametrize("ascii_only", [True, False], ids=["escaped", "as it is"])
def test_a_text_stays_as_it_is(staging: Warehouse, text: str, ascii_only: bool) -> None:
    value = json.dumps(text, ensure_ascii=ascii_only)
    assert staged(staging, "artist", value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        *(("12", "12"), ("-0.5", "-0.5"), ("true", "true"), ("false", "false")),
        *(
            ("1e400", "1e400"),
            ("[1e400]", "[1e400]"),
            ("[1.10,1E2]", "[1.10,1E2]"),
            ("2.50", "2.50"),
            ("12345678901234567890.25", "12345678901234567890.25"),
            ("18446744073709551616", "18446744073709551616"),
        ),
        *(("[1,2]", "[1,2]"), ('{"a":"é"}', '{"a":"é"}'), ("[]", "[]")),
    ],
)
def test_what_is_no_text_becomes_its_json_text(staging: Warehouse, value: str, text: str) -> None:
    assert staged(staging, "artist", value) == text


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("letter", ["x", "é", "東", "😀"])
def test_a_text_that_fits_in_bytes_is_kept_whole(
    staging: Warehouse, table: str, letter: str
) -> None:
    fitting = {
        column.name: letter * (size // len(letter.encode())) if (size := column.bytes) else None
        for column in source_columns(table)
    }
    assert staging.staged(json.dumps(fitting, ensure_ascii=False), table=table) == [fitting]


@pytest.mark.parametrize(
    ("table", "column"), TEXTS, ids=[f"{table}.{column.name}" for table, column in TEXTS]
)
def test_a_text_longer_in_bytes_than_its_column_is_rejected(
    staging: Warehouse, table: str, column: Column
) -> None:
    size = column.bytes or 0
    content = json.dumps({column.name: "é" * (size // 2 + 1)}, ensure_ascii=False)
    with pytest.raises(LoadError, match=rf"column {column.name}: .*{size + 2} .*{size}"):
        staging.staged(content, table=table)


@pytest.mark.parametrize(("letter", "fitting"), [("x", 16), ("é", 8), ("東", 5), ("😀", 4)])
def test_a_letter_counts_as_many_bytes_as_it_has(
    staging: Warehouse, letter: str, fitting: int
) -> None:
    assert staged(staging, "level", json.dumps(letter * fitting)) == letter * fitting
    rejected(staging, "level", json.dumps(letter * (fitting + 1)))


def test_an_array_is_measured_as_the_text_it_becomes(staging: Warehouse) -> None:
    assert staged(staging, "level", "[1,2,3,4,5,6,7]") == "[1,2,3,4,5,6,7]"
    rejected(staging, "level", "[1,2,3,4,5,6,7,8]")


@pytest.mark.parametrize(
    "value",
    [
        pytest.param('"hello\\u0000 world"', marks=CUTS_AT_NUL),
        pytest.param('"a\\u0000"', marks=CUTS_AT_NUL),
        '"\\u0000hello"',
        '"\\u0000"',
    ],
)
def test_a_text_with_nul_is_rejected(staging: Warehouse, value: str) -> None:
    rejected(staging, "artist", value)


@pytest.mark.parametrize("value", ['"\\ud83d"', '"\\ude00\\ud83d"', '"a\\udfffb"'])
def test_half_a_surrogate_pair_is_rejected(staging: Warehouse, value: str) -> None:
    rejected(staging, "artist", value)


def test_a_rejection_shows_the_record_but_not_all_of_a_long_one(staging: Warehouse) -> None:
    content = json.dumps({"status": "abc", "ballast": "x" * 100_000})
    with pytest.raises(LoadError, match='"abc"') as error:
        staging.staged(content)
    assert len(str(error.value)) < 1000


@pytest.mark.parametrize("letter", ["é", "東", "😀"])
@pytest.mark.parametrize("more", range(4))
def test_a_rejection_can_show_any_text(staging: Warehouse, letter: str, more: int) -> None:
    """DuckDB's own message may end in the middle of a letter."""
    text = json.dumps("x" * more + letter * 300, ensure_ascii=False)
    for column in ("length", "status", "ts"):
        rejected(staging, column, text)
    rejected(staging, "length", f"[{text}]")
    rejected(staging, "length", f'{{"a":{text}}}')


def test_the_first_rejected_record_of_a_file_is_named(staging: Warehouse) -> None:
    content = '{"status":1}\n{\n"status":\n2}\n{"artist":"a",\n"status":"three"}\n{"status":"four"}'
    with pytest.raises(LoadError, match=r"(?s)0\.json.*line 5, column status.*three"):
        staging.staged(content)
    with pytest.raises(LoadError, match=r"(?s)1\.json.*line 5, column status.*three"):
        staging.staged('{"status":2.0}', content)


def test_of_a_key_that_is_there_twice_the_last_counts(staging: Warehouse) -> None:
    content = '{"artist":"a","artist":"b"}'
    assert [row["artist"] for row in staging.staged(content)] == ["b"]


# Whatever is read beside it

NUMBERS = st.one_of(
    st.integers().map(str),
    st.sampled_from([2**31, 2**53, 2**63, 2**64, 9223372036854775]).flatmap(
        lambda limit: st.integers(-2, 2).map(lambda more: str(limit + more))
    ),
    st.floats(allow_nan=False, allow_infinity=False).map(json.dumps),
    st.from_regex(r"-?(0|[1-9][0-9]{0,4})(\.[0-9]{1,4})?([eE][+-]?[0-9]{1,2})?", fullmatch=True),
)
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
SPELT_NUMBERS = st.text("0123456789+-.eE _xXnaif\t", max_size=8)
SCALARS = st.one_of(
    st.sampled_from(["null", "true", "false"]),
    NUMBERS,
    st.one_of(TEXT, SPELT_NUMBERS).flatmap(
        lambda text: st.booleans().map(lambda escaped: json.dumps(text, ensure_ascii=escaped))
    ),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4).map(lambda each: f"[{', '.join(each)}]"),
        st.dictionaries(TEXT.map(json.dumps), inner, max_size=3).map(
            lambda each: "{" + ",".join(f"{key}:{value}" for key, value in each.items()) + "}"
        ),
    ),
    max_leaves=4,
)

# These examples are quick: no batch is loaded, only staged.
MANY = settings(max_examples=3 * settings().max_examples)


@MANY
@given(where=st.sampled_from(COLUMNS), value=VALUES)
@example(where=COLUMNS[0], value='"a\\u0000"').via("a text with NUL")
@example(where=COLUMNS[7], value="[1, 2, 3, 4, 5, 6]").via("an array with spaces")
@example(where=COLUMNS[15], value="9007199254740992").via("a timestamp beyond 2^53")
def test_a_value_does_not_depend_on_what_is_read_with_it(
    staging: Warehouse, where: tuple[str, Column], value: str
) -> None:
    """Compare what becomes of a value alone, and beside a record for the Python reader."""
    if staging.tried_enough():
        return
    if "\\u0000" in value and staging.engine_name in CUTS_TEXTS_AT_NUL:
        return
    table, column = where
    content = f'{{"{column.name}":{value}}}'
    alone = fate(staging, table, content)
    assert fate(staging, table, content + ODD) == alone
    if alone:
        hold_said(alone[column.name], value, column)


def hold_said(found: Any, value: str, column: Column) -> None:
    """Hold that a value is what the JSON says: nothing is rounded, cut or guessed."""
    said = json.loads(value)
    if said in (None, "") and column.kind != "varchar":
        assert found is None
    elif column.kind == "varchar":
        assert found == said if isinstance(said, str) else (found is None) == (said is None)
    elif column.kind == "double precision":
        assert found == float(said)
    elif column.kind == "timestamp":
        # Beyond what Python's datetime can hold the driver gives a text.
        moment = isinstance(found, datetime) and found.replace(tzinfo=UTC)
        assert not moment or (moment - EPOCH) // timedelta(milliseconds=1) == int(said)
    else:
        assert found == int(said)


def fate(staging: Warehouse, table: str, content: str) -> dict[str, Any] | None:
    """Return the row of this content, without that of ODD; None if it is rejected."""
    try:
        rows = staging.staged(content, table=table)
    except LoadError:
        return None
    if ODD in content:
        of_odd = {"status": 200} if table == "staging_events" else {"year": 0}
        rows.remove(dict.fromkeys(rows[0]) | of_odd)
    [row] = rows
    return row
