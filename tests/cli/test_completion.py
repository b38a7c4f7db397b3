"""`sparkify completion`: real shells complete commands, options, values and names."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from sparkify.cli import COMMANDS_BY_TOPIC
from tests.command_line import call, environment

from .tmux import needs_tmux, opened_tmux

# How each shell is started without anybody's settings, and takes the completion.
SHELLS = {
    "bash": (("bash", "--norc", "--noprofile"), 'eval "$(sparkify completion bash)"'),
    "zsh": (("zsh", "-f"), 'autoload compinit && compinit -u; eval "$(sparkify completion zsh)"'),
    "fish": (("fish", "--no-config"), "sparkify completion fish | source"),
}
BEGUN = [
    ("sparkify quar", "sparkify quarantine"),
    ("sparkify query --named plays_by_weekd", "sparkify query --named plays_by_weekday_and_hour"),
    ("sparkify query --format mark", "sparkify query --format markdown"),
    ("sparkify --conf", "sparkify --config"),
    ("sparkify quarantine ret", "sparkify quarantine retry"),
]


@needs_tmux
@pytest.mark.parametrize(
    "shell",
    [
        pytest.param(
            name, marks=pytest.mark.skipif(not shutil.which(name), reason=f"there is no {name}")
        )
        for name in SHELLS
    ],
)
def test_a_shell_completes_what_is_begun(tmp_path: Path, shell: str) -> None:
    started, setting_up = SHELLS[shell]
    with opened_tmux(tmp_path, 120, *started) as terminal:
        terminal.type(setting_up, "Enter")
        terminal.type("echo re''ady", "Enter")
        terminal.wait_for("ready\n")
        for begun, completed in BEGUN:
            terminal.type(begun, "Tab")
            terminal.wait_for(completed)
            terminal.type("C-u")


def test_bash_is_given_each_command_of_a_group(tmp_path: Path) -> None:
    script = call("completion", "bash", cwd=tmp_path).out
    asked = 'COMP_WORDS=(sparkify ""); COMP_CWORD=1; _sparkify_completion sparkify'
    (tmp_path / "sparkify").write_text(f"#!/bin/sh\nexec {sys.executable} -m sparkify\n")
    (tmp_path / "sparkify").chmod(0o755)
    env = environment(tmp_path)
    done = subprocess.run(
        ["bash", "--norc", "-c", f"{script}\n{asked}\nprintf '%s\\n' \"${{COMPREPLY[@]}}\""],
        env={**env, "PATH": f"{tmp_path}:{env['PATH']}"},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )

    assert done.stdout.split() == [name for names in COMMANDS_BY_TOPIC.values() for name in names]


def test_another_shell_is_named_in_the_error(tmp_path: Path) -> None:
    done = call("completion", "tcsh", cwd=tmp_path)

    assert done.code == 2
    assert "'bash', 'zsh', 'fish'" in done.err
