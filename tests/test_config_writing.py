"""Writing a warehouse into dwh.cfg changes three values and nothing else."""

import re
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sparkify.config import load_settings, write_warehouse
from sparkify.errors import ConfigError

EXAMPLE = (Path(__file__).parent.parent / "dwh.cfg.example").read_text(encoding="utf-8")
HOST = "sparkify.123456789012.us-west-2.redshift-serverless.amazonaws.com"
ROLE = "arn:aws:iam::123456789012:role/sparkify/sparkify-copy-us-west-2"


def write(path: Path, text: str) -> str:
    """Write a warehouse into a file with this text; return the new text."""
    path.write_bytes(text.encode())
    write_warehouse(path, HOST, 5440, ROLE)
    return path.read_bytes().decode()


def test_three_lines_of_the_example_change(tmp_path: Path) -> None:
    after = write(tmp_path / "dwh.cfg", EXAMPLE)

    lines = zip(EXAMPLE.splitlines(), after.splitlines(), strict=True)
    assert [new for old, new in lines if old != new] == [
        f"HOST={HOST}",
        "DB_PORT=5440",
        f"ARN={ROLE}",
    ]


@given(
    comments=st.lists(
        st.text(st.characters(blacklist_categories=("Cs", "Cc", "Zl", "Zp")), max_size=20),
        max_size=3,
    ),
    password=st.text("abcXYZ019%'\"#;=:!", max_size=12),
    quote=st.sampled_from(["", "'", '"']),
)
def test_comments_and_other_keys_are_unchanged(
    tmp_path: Path, comments: list[str], password: str, quote: str
) -> None:
    comment_lines = "".join(f"# {each}\n" for each in comments)
    text = (
        f"{comment_lines}[CLUSTER]\nHOST = {quote}old{quote}\n{comment_lines}DB_NAME: mine\n"
        f"DB_PASSWORD={password}\n\n[S3]\nLOG_DATA=x\n[IAM_ROLE]\nARN=\n"
    )

    after = write(tmp_path / "dwh.cfg", text)

    kept = [line for line in text.splitlines() if not re.match("HOST|ARN", line)]
    assert [line for line in after.splitlines() if not re.match("HOST|ARN|DB_PORT", line)] == kept
    settings = load_settings(tmp_path / "dwh.cfg", environment={})
    assert (settings.host, settings.db_port, settings.iam_role) == (HOST, 5440, ROLE)


def test_a_new_file_is_private_to_its_owner(tmp_path: Path) -> None:
    path = tmp_path / "dwh.cfg"

    write_warehouse(path, HOST, 5439, ROLE)

    settings = load_settings(path, environment={})
    assert (settings.host, settings.iam_role) == (HOST, ROLE)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [path]


def test_the_permissions_of_the_file_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "dwh.cfg"
    path.write_text(EXAMPLE)
    path.chmod(0o640)

    write_warehouse(path, HOST, 5439, ROLE)

    assert stat.S_IMODE(path.stat().st_mode) == 0o640


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real.cfg").write_text(EXAMPLE)
    (tmp_path / "dwh.cfg").symlink_to("real.cfg")

    write_warehouse(tmp_path / "dwh.cfg", HOST, 5439, ROLE)

    assert (tmp_path / "dwh.cfg").is_symlink()
    assert HOST in (tmp_path / "real.cfg").read_text()


def test_a_file_that_cannot_be_written_says_what_to_write(tmp_path: Path) -> None:
    folder = tmp_path / "dwh.cfg"
    folder.mkdir()

    with pytest.raises(ConfigError) as error:
        write_warehouse(folder, HOST, 5439, ROLE)

    assert "cannot be written" in str(error.value)
    assert f"HOST={HOST}" in error.value.hint


def test_a_warehouse_can_be_cleared_again(tmp_path: Path) -> None:
    path = tmp_path / "dwh.cfg"
    path.write_text(EXAMPLE)
    write_warehouse(path, HOST, 5439, ROLE)

    write_warehouse(path, "", 5439, "")

    # The port stays, so that one of the user's own is that of the next warehouse too.
    assert path.read_text() == EXAMPLE.replace("DB_PORT=\n", "DB_PORT=5439\n")


def test_windows_line_ends_are_kept(tmp_path: Path) -> None:
    after = write(tmp_path / "dwh.cfg", EXAMPLE.replace("\n", "\r\n"))

    assert f"HOST={HOST}\r\n" in after
    assert "\n" not in after.replace("\r\n", "")
