"""What the commands show in a real terminal, of 80 and of 120 columns."""

import re
from pathlib import Path

import pytest

from tests.small_source import write_source

from .tmux import needs_tmux, opened_tmux

# By command, what its screen says.
SAID = {
    "check": [
        r"outcome +check +found +what is checked",
        r"passed +song_ids_are_unique",
        "Checks: ",
    ],
    "status": [r"latest event +[\d,]+ days ago \(2018-", r"of a known song +\d+ of \d+ \(\d+%\)"],
    "runs": [r"run +outcome +files +size +records +rejected +time", r"done +2 +2\.4 kB"],
    "doctor": [r"setting +value +from", r"ok +disk", "Examined: "],
    "plan": ["Nothing new to load|Pending files"],
    "overview": ["In the warehouse", r"songplays +\d"],
    "query 'select * from plays'": ["songplay_id", "Blue Bridge"],
    "query '\\d'": [r"name +description", r"songplays +One row per song"],
}


@needs_tmux
@pytest.mark.parametrize("columns", [80, 120])
def test_each_screen_is_as_wide_as_the_terminal_and_cuts_no_word(
    loaded: Path, columns: int
) -> None:
    write_source(loaded)
    with opened_tmux(loaded, columns, "sh") as terminal:
        for number, (command, texts) in enumerate(SAID.items()):
            terminal.type(f"sparkify {command}; echo en''ded{number}", "Enter")
            before, after = f"ended{number - 1}", f"\nended{number}"
            shown = terminal.wait_for(after).rpartition(before)[2].partition(after)[0]

            assert max(map(len, shown.splitlines())) <= columns
            for text in texts:
                assert re.search(text, shown), f"{command}: no {text}\n{shown}"
            if command == "check":
                assert len(re.findall(r"^  passed +\w+", shown, re.MULTILINE)) > 20
