"""Each command in a real terminal: 80 and 120 columns, on light and on dark ground."""

import re
from pathlib import Path

import pytest

from sparkify.cli import COMMANDS_BY_TOPIC
from tests.small_source import lines, play, write_source

from .tmux import needs_tmux, opened_tmux

# What is typed, in this order, and what its screen says.
SAID = {
    "--help": [r"Load:\n +init +Write a settings file", r"AWS:\n +cluster "],
    "generate --out more --events 200 --days 2": [
        r"Wrote 200 events and [\d,]+ songs in .* to more"
    ],
    "init": [r"Where are the logs\?", "Wrote dwh.cfg"],
    "plan": [r"batch +table +files +size", r"A load takes 3 files \(3\.\d kB\) in 1 batch"],
    "etl": [r"Loaded 3 files", r"songplays +\d+ added", "1 of 10 records were rejected"],
    "overview": ["In the warehouse", r"songplays +\d+ +█", "Paid and free"],
    "query 'select * from plays'": ["songplay_id", "Blue Bridge"],
    "query 'select nosuch'": ["Error: .*", r"FROM\s+clause is missing\n", r"\n +\^", "Try: "],
    "query '\\d'": [r"name +description", r"songplays +One row per song"],
    "explain-counts": [r"songplays: \d+ is right", r"wrong +published +by +why it is wrong"],
    "report": [r"Wrote sparkify-report\.html: 2018-"],
    "export star": [r"Exported|Wrote"],
    "docs out": ["out"],
    "person 7": [r'"rows": ', r'"quoted": '],
    "mcp --help": [r"Serve metrics and queries to an AI assistant", r"--pii +Do not mask"],
    "connect --for dbeaver": [r"sparkify\.read\.duckdb"],
    "grant ana": ["Error: ", "Try: "],
    "status": [r"latest event +[\d,]+ days ago \(2018-", r"of a known song +\d+ of \d+ \(\d+%\)"],
    "runs": [r"run +outcome +files +size +records +rejected +time", r"done +3 +3\.\d kB"],
    "runs last": [r"Run \d{8}T", r"stage +time +share", "Rejected records"],
    "quarantine": [r"c\.json, line 2, column ts: ", r'"artist": "Nobody"'],
    "check": [
        r"outcome +check +found +what is checked",
        r"passed +song_ids_are_unique",
        "Checks: ",
    ],
    "reconcile": [r"Source, ledger and tables (dis)?agree\."],
    "diff star sparkify.duckdb": [r"rows in A +rows in B", r"A and B are equal: \d+ rows"],
    "doctor": [r"setting +value +from", r"ok +disk", "Examined: "],
    "reload last --dry-run": [r"batch +table +file +size", "A reload removes 1 batch"],
    "forget 1 --dry-run": ["An erasure removes all rows about 1 user: staging_events"],
    "unsuppress 4711": ["Loads take records of 0 users again who had been forgotten."],
    "rebuild": ["Go on\\?", "Try: "],
    "undo nosuch": ["Error: ", "Try: "],
    "migrate": ["version"],
    "completion bash": ["_sparkify_completion"],
    "cluster --help": ["Create, inspect, pause or remove Redshift in AWS", r"doctor +Diagnose"],
    "create-tables": ["Go on\\?", "Try: "],
}
# Ground and letters of a terminal, and how programs are told of it.
GROUNDS = {"light": ("bg=white,fg=black", "0;15"), "dark": ("bg=black,fg=white", "15;0")}
# Styles, and colours that are seen on white and on black: no black, white or grey, no background.
SEEN_ON_BOTH = {0, 1, 2, 3, 4, 22, 23, 24, 31, 32, 33, 34, 35, 36, 39, 49}
STYLE = re.compile(r"\x1b\[([\d;:]*)m")
# To each, Enter is typed.
QUESTIONS = {
    "init": [
        "[data/log_data]:",
        "[data/song_data]:",
        "[duckdb]:",
    ],
    "rebuild": ["Go on? [y/N]:"],
    "create-tables": ["Go on? [y/N]:"],
}


def test_each_command_has_a_screen() -> None:
    typed = {command.split()[0] for command in SAID}

    assert {name for names in COMMANDS_BY_TOPIC.values() for name in names} <= typed


@needs_tmux
@pytest.mark.parametrize(
    ("columns", "ground"),
    [
        (80, "light"),
        *(
            pytest.param(*each, marks=pytest.mark.slow)
            for each in ((80, "dark"), (120, "light"), (120, "dark"))
        ),
    ],
)
def test_each_screen_fits_the_terminal_cuts_no_word_and_is_seen_on_its_ground(
    loaded: Path, columns: int, ground: str
) -> None:
    write_source(loaded)
    unread = {**play(8, 1), "ts": "not a number"}
    (loaded / "data/log_data/2018/c.json").write_bytes(lines(play(7, 1), unread, play(7, 2)))
    style, told = GROUNDS[ground]
    with opened_tmux(loaded, columns, "sh") as terminal:
        terminal.run("set", "-g", "window-style", style)
        terminal.type(f"export COLORFGBG='{told}'", "Enter")
        for number, (command, texts) in enumerate(SAID.items()):
            shown = terminal.answer(f"sparkify {command}", number, QUESTIONS.get(command, ()))

            assert max(map(len, shown.splitlines())) <= columns
            for text in texts:
                assert re.search(text, shown), f"{command}: no {text}\n{shown}"
        coloured = terminal.screen(colours=True)
    codes = {int(code or 0) for each in STYLE.findall(coloured) for code in re.split("[;:]", each)}
    assert codes <= SEEN_ON_BOTH
