"""The documents are right: outputs, counts, commands, links, examples."""

import re
import sys
from pathlib import Path

import click
import pytest

from sparkify.cli import app
from sparkify.config import KEYS
from sparkify.serve.questions import question_names
from tests.reference_pages import (
    METRICS_PAGE,
    OPTIONS_PAGE,
    SETTINGS_PAGE,
    metrics_page,
    options_page,
    settings_page,
)
from tests.tutorial import TUTORIAL, follow_tutorial, without_varying
from tests.written_docs import (
    CHECKS,
    FIRST_STEPS,
    OUTPUT,
    PROMISES,
    count_checks,
    make_run,
    run_as_user,
    without_seconds,
)

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
FOR_ANALYSTS = (ROOT / "docs/for-analysts.md").read_text(encoding="utf-8")
FROM_PYTHON = (ROOT / "docs/from-python.md").read_text(encoding="utf-8")
DOCUMENTS = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]


@pytest.fixture(scope="module")
def after_make_run(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """Give a folder in which the steps of `make run` were done, and what they printed."""
    folder = tmp_path_factory.mktemp("readme")
    return folder, make_run(folder)


def test_the_readme_is_short() -> None:
    assert len(README.splitlines()) < 150


def test_the_first_steps_show_what_make_run_prints(after_make_run: tuple[Path, str]) -> None:
    _, printed = after_make_run

    shown = OUTPUT.findall(FIRST_STEPS.read_text(encoding="utf-8"))[0]
    assert without_seconds(shown) == without_seconds(printed), "run make golden"


@pytest.mark.parametrize(
    ("document", "printed"),
    [(README, ["free | 1345"]), (FROM_PYTHON, ["Fever Thunder 26", "[(2865,)]"])],
    ids=["readme", "from python"],
)
def test_the_python_of_the_docs_runs(
    after_make_run: tuple[Path, str], document: str, printed: list[str]
) -> None:
    folder, _ = after_make_run
    examples = re.findall(r"```python\n(.*?)```", document, re.DOTALL)

    for example, expected in zip(examples, printed, strict=True):
        assert expected in run_as_user(sys.executable, "-c", example, cwd=folder)


def test_the_tutorial_shows_what_its_commands_print(tmp_path: Path) -> None:
    shown = TUTORIAL.read_text(encoding="utf-8")

    followed = follow_tutorial(shown, tmp_path)

    assert without_varying(followed) == without_varying(shown), "run make golden"


def test_the_reference_pages_are_those_of_the_code() -> None:
    assert SETTINGS_PAGE.read_text(encoding="utf-8") == settings_page(), "run make golden"
    assert OPTIONS_PAGE.read_text(encoding="utf-8") == options_page(), "run make golden"
    assert METRICS_PAGE.read_text(encoding="utf-8") == metrics_page(), "run make golden"


def test_the_site_has_every_page() -> None:
    navigation = (ROOT / "mkdocs.yml").read_text(encoding="utf-8").partition("\nnav:\n")[2]
    pages = {path.name for path in (ROOT / "docs").glob("*.md")}

    assert pages <= set(re.findall(r"[\w-]+\.md", navigation))


def test_every_question_is_listed() -> None:
    listed = FOR_ANALYSTS.partition("last thirty days with data:")[2].partition("\n\n")[0]

    assert re.findall(r"`(\w+)`", listed) == question_names()


def test_every_command_is_in_its_page_and_no_other() -> None:
    page = (ROOT / "docs/commands.md").read_text(encoding="utf-8")
    named = set(re.findall(r"\| (?:.*, )?`sparkify ([a-z-]+)[ `]", page))

    assert named == set(app.list_commands(click.Context(app)))


def test_every_setting_is_in_the_example_file() -> None:
    example = (ROOT / "dwh.cfg.example").read_text(encoding="utf-8")

    for section, key in KEYS:
        assert f"[{section}]" in example
        assert re.search(rf"^#?{key}=", example, re.MULTILINE), key


def test_the_number_of_checks_is_right() -> None:
    assert CHECKS.findall(PROMISES.read_text(encoding="utf-8")) == [count_checks()], (
        "run make golden"
    )


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_leads_somewhere(document: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)", document.read_text(encoding="utf-8")):
        if not target.startswith("https://"):
            assert (document.parent / target).exists(), target


def test_nothing_names_a_registry_or_a_path_of_a_machine() -> None:
    for lock in (ROOT / "requirements").glob("*.txt"):
        text = lock.read_text(encoding="utf-8")
        assert "://" not in text
        assert "--hash=sha256:" in text


def test_contributing_names_files_and_targets_that_exist() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    paths = re.findall(r"`((?:sparkify|tests|docs)/[^`\s<>]+|\w+\.(?:md|toml))`", text)
    targets = re.findall(r"`make ([a-z-]+)", text)

    assert len(paths) > 20
    assert [path for path in paths if not (ROOT / path).exists()] == []
    assert len(targets) > 5
    assert [name for name in targets if f"\n{name}:" not in makefile] == []
