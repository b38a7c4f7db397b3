"""The stand-in's UNLOAD, as documented.

https://docs.aws.amazon.com/redshift/latest/dg/r_UNLOAD.html and its page of examples.
"""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest
from account import FAR_BUCKET, FAR_REGION, NARROW_ROLE
from redshift_connector.error import Error
from redshift_standin import Moment, Standin
from redshift_standin.client import Client
from redshift_standin.plugin import ROLE
from redshift_standin.s3_server import S3Server

BUCKET = "unloaded"
HERE = f"s3://{BUCKET}/venue/"
VENUES = [
    (1, 'Columbus "Crew" Stadium', "OH", 0.5, datetime.fromisoformat("2008-01-01T00:00:00.123")),
    (2, "Community, Ballpark, Arena", "KS", None, None),
    (3, "Two\nlines", None, 3.0, datetime.fromisoformat("2008-02-03")),
]


@pytest.fixture
def venues(client: Client, s3_server: S3Server) -> Client:
    """Give a table of three venues, and an empty bucket."""
    s3_server.make_bucket(BUCKET)
    for key in s3_server.keys(BUCKET):
        s3_server.delete(BUCKET, key)
    client.run(
        "create table venue (id integer, name varchar(64), state char(2), size double precision, "
        "opened timestamp)"
    )
    for venue in VENUES:
        client.run("insert into venue values (%s, %s, %s, %s, %s)", *venue)
    client.connection.commit()
    return client


def unload(options: str, query: str = "select * from venue", target: str = HERE) -> str:
    return f"unload ('{query}') to '{target}' iam_role '{ROLE}' {options}"


def parquet(s3: S3Server, folder: Path, key: str) -> duckdb.DuckDBPyRelation:
    file = folder / "one.parquet"
    file.write_bytes(s3.get(BUCKET, key))
    return duckdb.read_parquet(str(file))


def manifest(s3: S3Server, key: str = "venue/manifest") -> dict[str, Any]:
    read: dict[str, Any] = json.loads(s3.get(BUCKET, key))
    return read


# --- what is written


def test_parquet_has_the_types_and_is_compressed_by_snappy(
    venues: Client, s3_server: S3Server, tmp_path: Path
) -> None:
    venues.run(unload("format as parquet"))
    keys = s3_server.keys(BUCKET)
    read = [parquet(s3_server, tmp_path, key) for key in keys]
    facts = duckdb.execute(
        "select distinct compression from parquet_metadata(?)", [f"{tmp_path}/one.parquet"]
    )

    assert keys == ["venue/0000_part_00.parquet", "venue/0001_part_00.parquet"]
    assert list(map(str, read[0].types)) == ["INTEGER", "VARCHAR", "VARCHAR", "DOUBLE", "TIMESTAMP"]
    assert facts.fetchall() == [("SNAPPY",)]


def test_csv_quotes_what_must_be_and_a_null_is_nothing(venues: Client, s3_server: S3Server) -> None:
    venues.run(unload("csv header parallel off", "select * from venue order by id"))

    assert s3_server.keys(BUCKET) == ["venue/000"]
    assert s3_server.get(BUCKET, "venue/000").decode() == (
        "id,name,state,size,opened\n"
        '1,"Columbus ""Crew"" Stadium",OH,0.5,2008-01-01 00:00:00.123\n'
        '2,"Community, Ballpark, Arena",KS,,\n'
        '3,"Two\nlines",,3,2008-02-03 00:00:00\n'
    )


def test_the_files_have_the_ending_that_is_asked_for(venues: Client, s3_server: S3Server) -> None:
    venues.run(unload("csv extension 'csv' null as 'none' delimiter '|'"))

    assert s3_server.keys(BUCKET) == ["venue/0000_part_00.csv", "venue/0001_part_00.csv"]
    assert b"none|none" in s3_server.get(BUCKET, "venue/0001_part_00.csv")


@pytest.mark.parametrize("form", ["parquet", "csv extension ''csv''"])
@pytest.mark.parametrize("include", ["", "include"])
def test_a_partition_is_a_folder_and_in_the_files_if_asked(
    venues: Client, s3_server: S3Server, form: str, include: str
) -> None:
    query = "select id, state from venue"
    venues.run(
        unload(
            f"{form} partition by (state) {include}".replace("''", "'"),
            query,
            HERE.rstrip("/"),
        )
    )
    ending = form.partition(" ")[0]

    assert s3_server.keys(BUCKET) == [
        f"venue/state=KS/0001_part_00.{ending}",
        f"venue/state=OH/0000_part_00.{ending}",
        f"venue/state=__HIVE_DEFAULT_PARTITION__/0000_part_00.{ending}",
    ]
    if ending == "csv":
        expected = b"2,KS\n" if include else b"2\n"
        assert s3_server.get(BUCKET, "venue/state=KS/0001_part_00.csv") == expected


def test_a_verbose_manifest_counts_the_rows_and_a_header_with_them(
    venues: Client, s3_server: S3Server
) -> None:
    venues.run(unload("csv header manifest verbose"))
    told = manifest(s3_server)

    assert [entry["meta"]["record_count"] for entry in told["entries"]] == [3, 2]
    assert told["entries"][0]["url"] == f"{HERE}0000_part_00"
    size = len(s3_server.get(BUCKET, "venue/0000_part_00"))
    assert told["entries"][0]["meta"]["content_length"] == size
    assert told["meta"]["record_count"] == 5
    assert told["schema"]["elements"][0] == {"name": "id", "type": {"base": "integer"}}
    assert told["author"]["name"] == "Amazon Redshift"


def test_a_plain_manifest_lists_the_files_only(venues: Client, s3_server: S3Server) -> None:
    venues.run(unload("csv manifest"))

    assert manifest(s3_server) == {
        "entries": [{"url": f"{HERE}0000_part_00"}, {"url": f"{HERE}0001_part_00"}]
    }


def test_quotes_and_backslashes_of_the_query_are_escaped(
    venues: Client, s3_server: S3Server
) -> None:
    venues.run(unload("csv", "select id from venue where state = ''OH'' and name != ''\\\\\\\\''"))

    assert s3_server.get(BUCKET, "venue/0000_part_00") == b"1\n"


def test_a_query_without_rows_writes_no_file(venues: Client, s3_server: S3Server) -> None:
    venues.run(unload("parquet", "select * from venue where false"))

    assert s3_server.keys(BUCKET) == []


def test_it_reads_the_transaction_and_what_it_wrote_outlives_it(
    venues: Client, s3_server: S3Server
) -> None:
    venues.run("delete from venue where id > 1")
    venues.run(unload("csv", "select id from venue"))
    venues.connection.rollback()

    assert s3_server.get(BUCKET, "venue/0000_part_00") == b"1\n"
    assert venues.value("count(*) from venue") == 3


def test_it_says_how_many_it_wrote(venues: Client) -> None:
    venues.run(unload("csv"))

    assert venues.notices() == ["UNLOAD completed, 3 record(s) unloaded successfully."]


# --- what is rejected


def test_a_place_that_is_not_empty_is_rejected_unless_it_may_be_overwritten(
    venues: Client, s3_server: S3Server
) -> None:
    s3_server.put(BUCKET, "venue/old", b"")

    assert "destination on S3 is not empty" in venues.rejected(unload("csv"))["M"]
    venues.run(unload("csv allowoverwrite"))
    assert "venue/old" in s3_server.keys(BUCKET)
    venues.run(unload("csv cleanpath"))
    assert s3_server.keys(BUCKET) == ["venue/0000_part_00", "venue/0001_part_00"]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ("parquet header", "HEADER is not supported"),
        ("parquet delimiter '|'", "DELIMITER is not supported"),
        ("parquet gzip", "GZIP is not supported"),
        ("parquet null as 'x'", "NULL is not supported"),
        ("csv fixedwidth 'id:3'", "FIXEDWIDTH is not supported"),
        ("csv allowoverwrite cleanpath", "CLEANPATH cannot be used"),
        ("csv verbose", "syntax error"),
        ("csv parquet", "syntax error"),
        ("format as orc", "syntax error"),
        ("csv maxfilesize 4 mb", "MAXFILESIZE must be between"),
        ("csv maxfilesize 6.3 gb", "MAXFILESIZE must be between"),
        ("csv rowgroupsize 64 mb", "ROWGROUPSIZE is for"),
        ("parquet rowgroupsize 16 mb", "ROWGROUPSIZE must be between"),
        ("csv partition by state", "syntax error"),
        ("csv partition by (nosuch)", '"nosuch" does not exist'),
        ("csv partition by (id, name, state, size, opened)", "not a partition"),
        ("csv timeformat 'auto'", "syntax error"),
        ("json header", "HEADER is not supported"),
        ("json delimiter '|'", "DELIMITER is not supported"),
        ("csv addquotes", "ADDQUOTES is not supported"),
        ("csv escape", "ESCAPE is not supported"),
        ("fixedwidth 'id:3'", "by the stand-in"),
    ],
)
def test_options_that_redshift_does_not_take_are_rejected(
    venues: Client, options: str, said: str
) -> None:
    assert said in venues.rejected(unload(options))["M"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (unload("csv", "select * from venue limit 1"), "Limit clause is not supported"),
        (unload("csv", "delete from venue"), "takes a SELECT"),
        (unload("csv", "select * from nosuch"), "nosuch"),
        (unload("csv", "select json_agg(id) from venue"), "json_agg"),
        (unload("csv", target="/tmp/here"), "must be an S3 path"),
        (f"unload ('select 1') to '{HERE}' csv", "credentials"),
        (f"unload (select 1) to '{HERE}' iam_role '{ROLE}' csv", "syntax error"),
        (unload("csv").replace(ROLE, NARROW_ROLE), "AccessDenied"),
        (unload("csv").replace(ROLE, "arn:aws:iam::1:role/x"), "not authorized to assume"),
        (unload("csv", target=f"s3://{FAR_BUCKET}/x/"), "PermanentRedirect"),
        (unload(f"csv region '{FAR_REGION}'"), "PermanentRedirect"),
    ],
)
def test_what_cannot_be_written_is_rejected(
    venues: Client, s3_server: S3Server, text: str, said: str
) -> None:
    assert said in venues.rejected(text)["M"]
    assert s3_server.keys(BUCKET) == []


def test_one_that_fails_halfway_leaves_what_it_wrote(
    venues: Client, standin: Standin, s3_server: S3Server
) -> None:
    standin.faults.drop("unload", Moment.DURING)
    with pytest.raises(Error):
        venues.run(unload("csv partition by (state) manifest", "select id, state from venue"))

    assert s3_server.keys(BUCKET) == [
        "venue/state=KS/0001_part_00",
        "venue/state=OH/0000_part_00",
    ]


def test_a_key_is_named_together_with_encrypted(venues: Client) -> None:
    unload = f"unload ('select id from venue') to '{HERE}' iam_role '{ROLE}'"

    venues.run(f"{unload} kms_key_id '1234abcd' encrypted")
    venues.run(f"{unload} encrypted auto allowoverwrite")
    for wrong in ("kms_key_id '1234abcd'", "encrypted"):
        with pytest.raises(Error, match="KMS_KEY_ID and ENCRYPTED must be specified together"):
            venues.run(f"{unload} {wrong} allowoverwrite")
