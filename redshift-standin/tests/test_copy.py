"""COPY of JSON from S3 in the stand-in, as Redshift's documentation has it."""

# ruff: noqa: DTZ001 - a TIMESTAMP has no zone

import gzip
import json
import uuid
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from decimal import Decimal

import pytest
from account import FAR_BUCKET, FAR_REGION, NARROW_PREFIX, NARROW_ROLE
from hypothesis import given, settings
from hypothesis import strategies as st
from redshift_connector.error import Error
from redshift_standin.client import Client
from redshift_standin.copy_json import documents, path_steps
from redshift_standin.errors import RedshiftError
from redshift_standin.plugin import ROLE
from redshift_standin.s3_server import S3Server
from redshift_standin.standin import Standin

FAILED = "Load into table 't' failed.  Check 'sys_load_error_detail' system table for details."
ERRORS = (
    "select trim(file_name), line_number, trim(column_name), trim(column_type),"
    " trim(column_length), error_code, trim(error_message) from sys_load_error_detail"
    " order by file_name, line_number"
)


class Lake:
    """A bucket of the test's own, and COPY from it into table t."""

    def __init__(self, server: S3Server, client: Client) -> None:
        self.server, self.client = server, client
        self.bucket = f"b{uuid.uuid4().hex}"

    def put(self, key: str, *documents: object, data: bytes | None = None) -> str:
        text = "\n".join(each if isinstance(each, str) else json.dumps(each) for each in documents)
        self.server.put(self.bucket, key, text.encode() if data is None else data)
        return self.uri(key)

    def uri(self, key: str) -> str:
        return f"s3://{self.bucket}/{key}"

    def manifest(self, entries: Iterable[dict[str, object]]) -> str:
        return self.put("manifests/m", {"entries": list(entries)})

    def copy(self, key: str = "data/", options: str = "json 'auto'", columns: str = "") -> None:
        self.client.run(self.command(key, options, columns))

    def command(self, key: str = "data/", options: str = "json 'auto'", columns: str = "") -> str:
        return f"copy t {columns} from '{self.uri(key)}' iam_role '{ROLE}' {options}"

    def rows(self) -> list[tuple[object, ...]]:
        return self.client.run("select * from t order by 1, 2")


@pytest.fixture
def lake(s3_server: S3Server, client: Client) -> Lake:
    client.run("create table t (a varchar(5), n int)")
    client.connection.commit()
    return Lake(s3_server, client)


# Which value goes into which column


def test_auto_takes_keys_that_are_the_columns_names(lake: Lake) -> None:
    """See <https://docs.aws.amazon.com/redshift/latest/dg/copy-parameters-data-format.html#copy-json>."""
    lake.put("data/1", {"n": 1, "a": "x", "more": True}, {"A": "no", "N": 2}, {"a": "z"})
    lake.copy()
    assert lake.rows() == [("x", 1), ("z", None), (None, None)]


def test_auto_ignorecase_takes_keys_in_any_case(lake: Lake) -> None:
    """See <https://docs.aws.amazon.com/redshift/latest/dg/copy-parameters-data-format.html#copy-json>."""
    lake.put("data/1", {"A": "x", "n": 1})
    lake.copy(options="format as json 'auto ignorecase'")
    assert lake.rows() == [("x", 1)]


@pytest.mark.parametrize(
    "paths", [["$['name']['first']", "$['list'][1]"], ["$.name.first", "$.list[1]"]]
)
def test_jsonpaths_name_a_place_for_each_column_in_order(lake: Lake, paths: list[str]) -> None:
    """See <https://docs.aws.amazon.com/redshift/latest/dg/copy-usage_notes-copy-from-json.html>."""
    lake.put("data/1", {"name": {"first": "Ada"}, "list": [7, 8]}, {"list": [1, 2]})
    paths_file = lake.put("paths.json", {"jsonpaths": paths})
    lake.copy(options=f"json '{paths_file}'")
    assert lake.rows() == [("Ada", 8), (None, 2)]


def test_a_jsonpaths_file_under_another_name_is_no_jsonpaths_file(lake: Lake) -> None:
    """See <https://docs.aws.amazon.com/redshift/latest/dg/copy-usage_notes-copy-from-json.html>."""
    lake.put("data/1", {"a": "auto", "name": "path"})
    paths_file = lake.put("paths.json", {"jsonpath": ["$.name", "$.n"]})
    lake.copy(options=f"json '{paths_file}'")
    assert lake.rows() == [("auto", None)]


@pytest.mark.parametrize(
    ("paths", "said"),
    [
        (["$.a"], "Number of jsonpaths and the number of columns should match"),
        (["$.a", "$['n']"], "Invalid JSONPath format"),
        (["$.a", "$.*"], "Invalid JSONPath format"),
        (["a", "n"], "Invalid JSONPath format"),
    ],
)
def test_jsonpaths_that_make_no_sense_are_rejected(lake: Lake, paths: list[str], said: str) -> None:
    """See <https://docs.aws.amazon.com/redshift/latest/dg/copy-usage_notes-copy-from-json.html>."""
    lake.put("data/1", {"a": "x"})
    paths_file = lake.put("paths.json", {"jsonpaths": paths})
    error = lake.client.rejected(lake.command(options=f"json '{paths_file}' maxerror 10"))
    assert said in error["M"]


def test_a_missing_array_element_fails_the_row(lake: Lake) -> None:
    """See <https://docs.aws.amazon.com/redshift/latest/dg/copy-parameters-data-format.html#copy-json>."""
    lake.put("data/1", {"list": [1]}, {"list": [1, 2]}, {"n": 3})
    paths_file = lake.put("paths.json", {"jsonpaths": ["$.list[1]", "$.n"]})
    lake.copy(options=f"json '{paths_file}' maxerror 3")
    assert lake.rows() == [("2", None)]
    wrong = "Invalid JSONPath format: Not an array or index out of range."
    assert [row[-2:] for row in lake.client.run(ERRORS)] == [(1216, wrong), (1216, wrong)]


def test_an_object_or_array_is_loaded_as_its_text(lake: Lake) -> None:
    """See <https://docs.aws.amazon.com/redshift/latest/dg/copy-usage_notes-copy-from-json.html>."""
    lake.client.run("create table u (a varchar(50), n varchar(50))")
    lake.put("data/1", '{"a": [1, "b", 2.50], "n": {"x": null, "y": "é"}}')
    lake.client.run(lake.command().replace("copy t", "copy u"))
    assert lake.client.run("select a, n from u") == [('[1,"b",2.50]', '{"x":null,"y":"é"}')]


def test_the_whole_document_goes_into_a_super_column(lake: Lake) -> None:
    """See <https://docs.aws.amazon.com/redshift/latest/dg/copy_json.html>."""
    lake.client.run("create table s (doc super)")
    lake.put("data/1", {"k": [1, 2.50]})
    lake.client.run(lake.command(options="json 'noshred'").replace("copy t", "copy s"))
    assert json.loads(lake.client.run("select doc from s")[0][0]) == {"k": [1, 2.5]}


# What a value becomes


def test_an_empty_or_blank_string_is_null_in_a_number(lake: Lake) -> None:
    """See <https://docs.aws.amazon.com/redshift/latest/dg/copy-parameters-data-conversion.html#copy-emptyasnull>."""
    lake.put("data/1", {"a": "", "n": ""}, {"a": " ", "n": "  "})
    lake.copy()
    assert lake.rows() == [("", None), (" ", None)]


def test_emptyasnull_and_blanksasnull_are_for_strings(lake: Lake) -> None:
    """See <https://docs.aws.amazon.com/redshift/latest/dg/copy-parameters-data-conversion.html#copy-emptyasnull>."""
    lake.put("data/1", {"a": "", "n": 1}, {"a": "  ", "n": 2})
    lake.copy(options="json 'auto' emptyasnull blanksasnull")
    assert lake.client.run("select a, n from t order by n") == [(None, 1), (None, 2)]


def test_null_and_a_missing_key_are_null(lake: Lake) -> None:
    """See <https://docs.aws.amazon.com/redshift/latest/dg/copy-usage_notes-copy-from-json.html>."""
    lake.put("data/1", {"a": None}, {})
    lake.copy()
    assert lake.rows() == [(None, None), (None, None)]


def test_a_column_left_out_takes_its_default(lake: Lake) -> None:
    """See <https://docs.aws.amazon.com/redshift/latest/dg/r_COPY.html>."""
    lake.client.run("alter table t add column at timestamp default sysdate")
    lake.client.run("alter table t add column kind varchar(9) default 'new'")
    lake.put("data/1", {"a": "x", "kind": "ignored"}, {"a": "y"})
    lake.copy(columns="(a, n)")
    assert lake.client.run("select distinct at = sysdate, kind from t") == [(True, "new")]


def test_null_in_a_not_null_column_fails_the_row(lake: Lake) -> None:
    """See <https://docs.aws.amazon.com/redshift/latest/dg/r_Load_Error_Reference.html>."""
    lake.client.run("create table u (a varchar(5) not null)")
    lake.client.connection.commit()
    lake.put("data/1", {"a": "x"}, {"b": 1})
    lake.client.rejected(lake.command().replace("copy t", "copy u"))
    assert [row[1:3] + row[5:6] for row in lake.client.run(ERRORS)] == [(2, "a", 1213)]


def test_a_string_is_measured_in_bytes(lake: Lake) -> None:
    """See <https://docs.aws.amazon.com/redshift/latest/dg/r_Character_types.html>."""
    lake.put("data/1", {"a": "éé"}, {"a": "ééé"}, {"a": "abcde"}, {"a": "ab       "})
    lake.copy(options="json 'auto' maxerror 2")
    assert [row[0] for row in lake.rows()] == ["ab   ", "abcde", "éé"]
    said = (lake.uri("data/1"), 2, "a", "varchar", "5", 1204, "String length exceeds DDL length")
    assert lake.client.run(ERRORS) == [said]


def test_truncatecolumns_cuts_at_whole_characters(lake: Lake) -> None:
    """See <https://docs.aws.amazon.com/redshift/latest/dg/copy-parameters-data-conversion.html#copy-truncatecolumns>."""
    lake.put("data/1", {"a": "ééé"})
    lake.copy(options="json 'auto' truncatecolumns")
    assert lake.rows() == [("éé", None)]


def test_escapes_arrive_as_characters(lake: Lake) -> None:
    """See <https://docs.aws.amazon.com/redshift/latest/dg/copy-usage_notes-copy-from-json.html#copy-usage-json-escape-characters>."""
    lake.put("data/1", '{"a": "\\\\\\n\\t\\"é"}')
    lake.client.run("create table u (a varchar(20))")
    lake.client.run(lake.command().replace("copy t", "copy u"))
    assert lake.client.run("select a from u") == [('\\\n\t"é',)]


COERCIONS = [
    ("int", "12", 12),
    ("int", '"12"', 12),
    ("int", "12.0", 12),
    ("int", "12.5", 1207),
    ("int", '"12.0"', 1207),
    ("int", '"x1"', 1207),
    ("int", "true", 1207),
    ("int", "2147483648", 1222),
    ("bigint", "1540919166796.0", 1540919166796),
    ("bigint", "9223372036854775808", 1222),
    ("smallint", "-32768", -32768),
    ("float", "246.30812", 246.30812),
    ("float", '"1e3"', 1000.0),
    ("float", '"x"', 1208),
    ("decimal(5, 2)", "123.459", Decimal("123.45")),
    ("decimal(5, 2)", "1234", 1204),
    ("decimal(5, 2)", '"x"', 1209),
    ("boolean", "true", True),
    ("boolean", '"f"', False),
    ("boolean", '"maybe"', 1210),
    ("varchar(5)", "1.50", "1.50"),
    ("varchar(5)", "true", "true"),
    ("timestamp", '"2018-11-01 20:57:10.796"', datetime(2018, 11, 1, 20, 57, 10, 796000)),
    ("timestamp", '"2018-11-01T22:57:10+02:00"', datetime(2018, 11, 1, 20, 57, 10)),
    ("timestamp", '""', None),
    ("timestamp", '"yesterday"', 1206),
    ("timestamp", "1541105830796", 1206),
    ("date", '"2018-11-01"', datetime(2018, 11, 1).date()),
    ("date", '"1 Nov"', 1205),
    ("char(2)", '"é"', 1220),
    ("varchar(9)", '"\\ud800"', 1220),
    ("varchar(9)", '"a\\u0000b"', "a"),
    ("varchar(5)", '"hello\\u0000 world"', "hello"),
    ("varchar(9)", '"\\u0000hello"', 1218),
]


@pytest.fixture(scope="module")
def coerced(s3_server: S3Server, standin: Standin) -> dict[tuple[str, str], object]:
    """Return each value as loaded, or the code of its error."""
    connected = Client(standin.login(standin.new_database()))
    lake = Lake(s3_server, connected)
    became: dict[tuple[str, str], object] = {}
    for number, (kind, value, _) in enumerate(COERCIONS):
        lake.put(f"{number}/f", f'{{"v": {value}}}')
        connected.run(f"create table c{number} (v {kind})")
        connected.run(
            lake.command(f"{number}/", "json 'auto' maxerror 2").replace(
                "copy t", f"copy c{number}"
            )
        )
        rows = connected.run(f"select v from c{number}")
        code = "select error_code from sys_load_error_detail where query_id = pg_last_copy_id()"
        became[kind, value] = rows[0][0] if rows else connected.run(code)[0][0]
    connected.close()
    return became


@pytest.mark.parametrize(("kind", "value", "expected"), COERCIONS)
def test_a_value_is_converted_or_rejected_with_a_code(
    coerced: dict[tuple[str, str], object], kind: str, value: str, expected: object
) -> None:
    """See <https://docs.aws.amazon.com/redshift/latest/dg/r_Load_Error_Reference.html>."""
    assert coerced[kind, value] == expected
    assert type(coerced[kind, value]) is type(expected)


@pytest.mark.parametrize(
    ("time_format", "value"),
    [
        ("epochmillisecs", "1541105830796"),
        ("epochmillisecs", '"1541105830796"'),
        ("epochmillisecs", "1541105830796.0"),
        ("epochsecs", "1541105830.796"),
        ("DD.MM.YYYY HH24:MI:SS.MS", '"01.11.2018 20:57:10.796"'),
    ],
)
def test_timeformat_says_how_timestamps_are_written(
    lake: Lake, time_format: str, value: str
) -> None:
    """See <https://docs.aws.amazon.com/redshift/latest/dg/r_DATEFORMAT_and_TIMEFORMAT_strings.html>."""
    lake.client.run("create table u (ts timestamp)")
    lake.put("data/1", f'{{"ts": {value}}}')
    command = lake.command(options=f"json 'auto' timeformat as '{time_format}'")
    lake.client.run(command.replace("copy t", "copy u"))
    assert lake.client.run("select ts from u") == [(datetime(2018, 11, 1, 20, 57, 10, 796000),)]


def test_bytes_that_are_no_utf8_fail_the_row_or_are_replaced(lake: Lake) -> None:
    """See <https://docs.aws.amazon.com/redshift/latest/dg/multi-byte-character-load-errors.html>."""
    lake.put("data/1", data=b'{"a": "x\xff"}\n{"a": "ok", "other": "\xff"}')
    lake.copy(options="json 'auto' maxerror 2")
    assert lake.rows() == [("ok", None)]
    assert [row[5] for row in lake.client.run(ERRORS)] == [1220]
    lake.copy(options="json 'auto' acceptinvchars as '^'")
    assert lake.rows() == [("ok", None), ("ok", None), ("x^", None)]


# Files


def test_a_prefix_is_not_a_folder(lake: Lake) -> None:
    """See <https://docs.aws.amazon.com/redshift/latest/dg/copy-parameters-data-source-s3.html>."""
    for number, key in enumerate(["cust", "cust/a", "cust_1/deep/b", "customer", "cu", "x/cust"]):
        lake.put(key, {"n": number})
    lake.copy("cust")
    assert [row[1] for row in lake.rows()] == [0, 1, 2, 3]


def test_documents_may_span_lines_and_share_them(lake: Lake) -> None:
    """See <https://docs.aws.amazon.com/redshift/latest/dg/copy-usage_notes-copy-from-json.html>."""
    lake.put("data/1", '\n{"a":\n "x",\n "n": 1} {"a": "y"}\r\n\n {"n": "bad"}')
    lake.copy(options="json 'auto' maxerror 2")
    assert lake.rows() == [("x", 1), ("y", None)]
    assert [row[1] for row in lake.client.run(ERRORS)] == [6]


def test_the_line_of_an_error_is_its_documents_last(lake: Lake) -> None:
    """See <https://docs.aws.amazon.com/redshift/latest/dg/SYS_LOAD_ERROR_DETAIL.html>."""
    lake.put("data/1", '{"a": "x"}\n{\n"n":\n"bad"\n}\n')
    lake.copy(options="json 'auto' maxerror 2")
    assert [row[1] for row in lake.client.run(ERRORS)] == [5]


def test_malformed_json_is_one_error_and_the_rest_goes_on(lake: Lake) -> None:
    """See <https://docs.aws.amazon.com/redshift/latest/dg/copy-usage_notes-copy-from-json.html>."""
    lake.put("data/1", '{"a": "x"}', '{"a": "z"', '{"a": "y"}', "[1, 2]", '{"n": NaN}')
    lake.copy(options="json 'auto' maxerror 9")
    assert lake.rows() == [("x", None), ("y", None)]
    assert [(row[1], row[5]) for row in lake.client.run(ERRORS)] == [
        (2, 1216),
        (4, 1216),
        (5, 1216),
    ]


def test_gzip_is_said_and_not_guessed(lake: Lake) -> None:
    """See <https://docs.aws.amazon.com/redshift/latest/dg/copy-parameters-file-compression.html>."""
    lake.put("data/1.gz", data=gzip.compress(b'{"a": "x"}'))
    lake.client.rejected(lake.command())
    lake.copy(options="json 'auto' gzip")
    assert lake.rows() == [("x", None)]
    lake.put("plain", {"a": "x"})
    lake.client.rejected(lake.command("plain", "json 'auto' gzip"))


def test_a_document_has_at_most_4_mb(lake: Lake) -> None:
    """See <https://docs.aws.amazon.com/redshift/latest/dg/copy-usage_notes-copy-from-json.html>."""
    fits, too_large = "x" * (4 * 1024 * 1024 - 30), "x" * (4 * 1024 * 1024)
    lake.put("data/1", {"n": 1, "pad": fits}, {"n": 2, "pad": too_large}, {"n": 3})
    lake.copy(options="json 'auto' maxerror 2")
    assert [row[1] for row in lake.rows()] == [1, 3]
    assert [row[1] for row in lake.client.run(ERRORS)] == [2]


def test_a_manifest_names_each_file(lake: Lake) -> None:
    """See <https://docs.aws.amazon.com/redshift/latest/dg/loading-data-files-using-manifest.html>."""
    one, two = lake.put("data/1", {"n": 1}), lake.put("data/2", {"n": 2})
    lake.put("data/3", {"n": 3})
    gone: dict[str, object] = {"url": lake.uri("data/gone")}
    lake.manifest([{"url": one, "mandatory": True}, gone, {"url": two}, {"url": two}])
    lake.copy("manifests/m", "manifest json 'auto'")
    assert [row[1] for row in lake.rows()] == [1, 2, 2]  # named twice, loaded twice


def test_a_mandatory_file_that_is_missing_fails_the_load(lake: Lake) -> None:
    """See <https://docs.aws.amazon.com/redshift/latest/dg/loading-data-files-using-manifest.html>."""
    one = lake.put("data/1", {"n": 1})
    lake.manifest([{"url": one}, {"url": lake.uri("data/gone"), "mandatory": True}])
    said = lake.client.rejected(lake.command("manifests/m", "manifest json 'auto'"))
    assert "NoSuchKey" in said["M"]
    assert lake.rows() == []


def test_a_manifest_of_nothing_that_is_there_fails(lake: Lake) -> None:
    """See <https://docs.aws.amazon.com/redshift/latest/dg/loading-data-files-using-manifest.html>."""
    lake.manifest([{"url": lake.uri("data/gone")}])
    lake.client.rejected(lake.command("manifests/m", "manifest json 'auto'"))
    lake.manifest([])
    lake.client.rejected(lake.command("manifests/m", "manifest json 'auto'"))


@pytest.mark.parametrize("content", ["no json", "{}", '{"entries": [{"uri": "x"}]}', "[]"])
def test_a_manifest_that_makes_no_sense_is_rejected(lake: Lake, content: str) -> None:
    """See <https://docs.aws.amazon.com/redshift/latest/dg/loading-data-files-using-manifest.html>."""
    lake.put("manifests/m", content)
    said = lake.client.rejected(lake.command("manifests/m", "manifest json 'auto'"))
    assert "Problem reading manifest file" in said["M"]


def test_many_small_files_are_loaded(lake: Lake) -> None:
    """See <https://docs.aws.amazon.com/redshift/latest/dg/c_best-practices-use-multiple-files.html>."""
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: lake.put(f"data/{n}", {"n": n}), range(300)))
    lake.copy()
    assert lake.client.run("select count(*), count(distinct n) from t") == [(300, 300)]


# Who may read what


def test_an_unknown_role_cannot_be_assumed(lake: Lake) -> None:
    """See <https://docs.aws.amazon.com/redshift/latest/dg/copy-parameters-authorization.html>."""
    lake.put("data/1", {"n": 1})
    said = lake.client.rejected(lake.command().replace(ROLE, "arn:aws:iam::1:role/other"))
    assert "is not authorized to assume IAM Role arn:aws:iam::1:role/other" in said["M"]


def test_a_role_reads_only_what_it_may(lake: Lake) -> None:
    """See <https://docs.aws.amazon.com/redshift/latest/dg/copy-usage_notes-access-permissions.html>."""
    lake.server.put("narrow", "allowed/1", b'{"n": 1}')
    lake.server.put("narrow", "secret/1", b'{"n": 2}')
    lake.client.run(f"copy t from '{NARROW_PREFIX}' iam_role '{NARROW_ROLE}' json 'auto'")
    secret = f"copy t from 's3://narrow/secret/' iam_role '{NARROW_ROLE}' json 'auto'"
    assert "AccessDenied" in lake.client.rejected(secret)["M"]


def test_the_default_role_is_the_clusters_first(lake: Lake) -> None:
    """See <https://docs.aws.amazon.com/redshift/latest/dg/copy-parameters-authorization.html>."""
    lake.put("data/1", {"n": 1})
    lake.client.run(lake.command().replace(f"'{ROLE}'", "default"))
    assert lake.rows() == [(None, 1)]


def test_a_bucket_in_another_region_needs_region(lake: Lake) -> None:
    """See <https://docs.aws.amazon.com/redshift/latest/dg/copy-parameters-data-source-s3.html#copy-region>."""
    lake.bucket = FAR_BUCKET
    lake.put("data/1", {"n": 1})
    for options in ("json 'auto'", "json 'auto' region 'us-east-1'"):
        said = lake.client.rejected(lake.command(options=options))["M"]
        assert "must be addressed using the specified endpoint" in said
    lake.copy(options=f"json 'auto' region '{FAR_REGION}'")
    assert lake.rows() == [(None, 1)]


def test_a_missing_bucket_and_a_missing_prefix_are_different_errors(lake: Lake) -> None:
    """See <https://docs.aws.amazon.com/redshift/latest/dg/s3serviceexception-error.html>."""
    lake.put("data/1", {"n": 1})
    said = lake.client.rejected(lake.command("nothing/"))["M"]
    assert said == "The specified S3 prefix 'nothing/' does not exist"
    lake.bucket = "never-made"
    assert "Error NoSuchBucket" in lake.client.rejected(lake.command())["M"]


# Errors and what is known of them


@pytest.mark.parametrize(
    ("options", "loaded"), [("", None), ("maxerror 2", None), ("maxerror 3", 2)]
)
def test_maxerror_is_the_count_that_fails_the_load(
    lake: Lake, options: str, loaded: int | None
) -> None:
    """See <https://docs.aws.amazon.com/redshift/latest/dg/copy-parameters-data-load.html#copy-maxerror>."""
    lake.put("data/1", {"n": 1}, {"n": "x"}, {"n": 2}, {"n": "y"})
    command = lake.command(options=f"json 'auto' {options}")
    if loaded is None:
        assert lake.client.rejected(command)["M"] == FAILED
    else:
        lake.client.run(command)
        assert lake.client.value("pg_last_copy_count()") == loaded
        assert lake.client.notices()[-1].endswith("2 record(s) loaded successfully.")


def test_ignoreallerrors_has_no_limit_and_no_company(lake: Lake) -> None:
    """See <https://docs.aws.amazon.com/redshift/latest/dg/copy-parameters-data-load.html>."""
    lake.put("data/1", *[{"n": "x"}] * 20, {"n": 1})
    lake.copy(options="json 'auto' ignoreallerrors")
    assert lake.rows() == [(None, 1)]
    lake.client.rejected(lake.command(options="json 'auto' ignoreallerrors maxerror 3"))
    lake.client.rejected(lake.command(options="json 'auto' maxerror 100001"))


@pytest.mark.parametrize("option", ["csv", "delimiter '|'", "escape", "null as 'x'", "fillrecord"])
def test_options_that_json_does_not_have_are_rejected(lake: Lake, option: str) -> None:
    """See <https://docs.aws.amazon.com/redshift/latest/dg/copy-parameters-data-format.html#copy-json>."""
    lake.put("data/1", {"n": 1})
    assert lake.client.rejected(lake.command(options=f"json 'auto' {option}"))["C"] == "0A000"


def test_noload_looks_and_loads_nothing(lake: Lake) -> None:
    """See <https://docs.aws.amazon.com/redshift/latest/dg/copy-parameters-data-load.html#copy-noload>."""
    lake.put("data/1", {"n": 1})
    lake.copy(options="json 'auto' noload")
    assert lake.rows() == []
    lake.put("data/2", {"n": "x"})
    assert lake.client.rejected(lake.command(options="json 'auto' noload"))["M"] == FAILED


def test_what_the_system_views_say_outlives_a_rollback(lake: Lake) -> None:
    """See <https://docs.aws.amazon.com/redshift/latest/dg/SYS_LOAD_HISTORY.html>."""
    uri = lake.put("data/1", {"n": 1}, {"n": "bad"})
    lake.copy(options="json 'auto' maxerror 5")
    lake.client.connection.rollback()
    lake.client.rejected(lake.command())
    assert lake.rows() == []
    history = "select status, trim(table_name), loaded_rows, source_file_count, error_count"
    assert lake.client.run(f"{history} from sys_load_history order by query_id") == [
        ("completed", "t", 1, 1, 1),
        ("aborted", "t", 0, 1, 1),
    ]
    detail = "select trim(file_name), bytes_scanned, lines_scanned, file_etag <> ''"
    assert lake.client.run(f"{detail} from sys_load_detail") == [(uri, 21, 2, True)] * 2
    assert len(lake.client.run(ERRORS)) == 2
    raw = "select trim(raw_line), trim(raw_field_value), err_code from stl_load_errors"
    assert lake.client.run(raw) == [('{"n": "bad"}', "bad", 1207)] * 2


def test_a_transaction_sees_the_errors_of_its_own_load(lake: Lake) -> None:
    """See <https://docs.aws.amazon.com/redshift/latest/dg/PG_LAST_COPY_ID.html>."""
    lake.put("data/1", {"n": "bad"}, {"n": 1})
    assert lake.client.value("pg_last_copy_id()") == -1  # the snapshot is taken here
    lake.copy(options="json 'auto' maxerror 5")
    mine = "select line_number from sys_load_error_detail where query_id = pg_last_copy_id()"
    assert lake.client.run(mine) == [(1,)]
    assert lake.client.value("pg_last_copy_count()") == 1


def test_the_last_copy_is_the_one_that_failed_by_its_data(lake: Lake) -> None:
    """See <https://docs.aws.amazon.com/redshift/latest/dg/PG_LAST_COPY_ID.html>."""
    lake.put("data/1", {"n": 1})
    lake.copy()
    lake.client.connection.commit()
    first = lake.client.value("pg_last_copy_id()")
    lake.client.rejected(lake.command().replace(ROLE, "arn:aws:iam::1:role/other"))
    assert lake.client.value("pg_last_copy_id()") == first
    lake.put("data/2", {"n": "bad"})
    lake.client.rejected(lake.command())
    assert lake.client.value("pg_last_copy_id()") > first


def test_a_copy_is_part_of_its_transaction(lake: Lake) -> None:
    """See <https://docs.aws.amazon.com/redshift/latest/dg/c_serial_isolation.html>."""
    lake.put("data/1", {"n": 1})
    lake.client.run("insert into t values ('mine', 0)")
    lake.copy()
    assert lake.rows() == [("mine", 0), (None, 1)]
    lake.client.connection.rollback()
    assert lake.rows() == []


def test_a_copy_that_fails_aborts_its_transaction(lake: Lake) -> None:
    """See <https://docs.aws.amazon.com/redshift/latest/dg/r_BEGIN.html>."""
    lake.put("data/1", {"n": "bad"})
    with pytest.raises(Error):
        lake.copy()
    with pytest.raises(Error, match="aborted"):
        lake.client.run("select 1")


def test_identities_number_themselves_unless_told(lake: Lake) -> None:
    """See <https://docs.aws.amazon.com/redshift/latest/dg/copy-parameters-data-conversion.html#copy-explicit-ids>."""
    lake.client.run("create table u (id int identity(1, 1), n int)")
    lake.client.connection.commit()
    lake.put("data/1", {"id": 70, "n": 5})
    into_u = lake.command().replace("copy t", "copy u")
    lake.client.run(into_u)
    lake.client.run(f"{into_u.replace('copy u', 'copy u (id, n)')} explicit_ids")
    assert lake.client.run("select id, n from u order by id") == [(1, 5), (70, 5)]
    lake.client.rejected(into_u.replace("copy u", "copy u (id, n)"))


@pytest.mark.parametrize(
    ("command", "sqlstate"),
    [
        ("copy t from 's3://b/k' json 'auto'", "42601"),
        ("copy t from 's3://b/k' iam_role 'r' json 'auto' nonsense", "42601"),
        ("copy t (nothere) from 's3://b/k' iam_role '{role}' json 'auto'", "42703"),
        ("copy nothere from 's3://b/k' iam_role '{role}' json 'auto'", "42P01"),
        ("copy t from", "42601"),
    ],
)
def test_a_command_that_makes_no_sense_is_rejected(lake: Lake, command: str, sqlstate: str) -> None:
    """See <https://docs.aws.amazon.com/redshift/latest/dg/r_COPY.html>."""
    assert lake.client.rejected(command.format(role=ROLE))["C"] == sqlstate


def test_the_log_tells_what_a_copy_read(lake: Lake, standin: Standin) -> None:
    uris = [lake.put("data/1", {"n": 1}), lake.put("data/2", {"n": 2}, {"n": 3})]
    lake.copy()
    report = standin.statements.copies()[-1]
    assert (report.files, report.rows, report.bytes_read) == (uris, 3, 8 + 17)


# The readers themselves

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=50, deadline=None)
@given(
    st.lists(
        st.tuples(
            values.filter(lambda v: isinstance(v, dict | list)),
            st.sampled_from(["\n", "\r\n", " ", "", "\n\n"]),
        )
    )
)
def test_every_document_is_found_where_it_is(written: list[tuple[object, str]]) -> None:
    text = "".join(json.dumps(value) + blank for value, blank in written)
    found = list(documents(text))
    assert [document.value for document in found] == [value for value, _ in written]
    assert [json.loads(text[d.start : d.end]) for d in found] == [value for value, _ in written]


@pytest.mark.parametrize(
    ("path", "steps"),
    [
        ("$", ()),
        ("$.a", ("a",)),
        ("$['a b'][\"c\"][0]", ("a b", "c", 0)),
        ("$.a.b[12].c", ("a", "b", 12, "c")),
    ],
)
def test_a_path_is_its_steps(path: str, steps: tuple[str | int, ...]) -> None:
    assert path_steps(path)[0] == steps


@pytest.mark.parametrize(
    "path", ["a", "$.", "$..a", "$.*", "$[?(@.a)]", "$['a'", "$.a[b]", "$.a[-1]"]
)
def test_a_path_that_could_mean_many_places_is_rejected(path: str) -> None:
    """See <https://docs.aws.amazon.com/redshift/latest/dg/copy-usage_notes-copy-from-json.html>."""
    with pytest.raises(RedshiftError, match="Invalid JSONPath format"):
        path_steps(path)
