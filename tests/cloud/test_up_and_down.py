"""`cluster up` and `cluster down`: what is made, what is written, and that nothing is left."""

from pathlib import Path

import pytest

from .shim import Shim
from .world import inventory, sparkify


@pytest.mark.parametrize("kind", [(), ("--provisioned",)], ids=["serverless", "provisioned"])
def test_down_leaves_nothing_of_what_up_made(
    shim: Shim, folder: Path, capsys: pytest.CaptureFixture[str], kind: tuple[str, ...]
) -> None:
    made = sparkify(capsys, "cluster", "up", *kind)
    assert made.code == 0, made
    assert inventory() != []

    gone = sparkify(capsys, "cluster", "down", "--yes", "--no-snapshot")
    assert gone.code == 0, gone
    assert inventory() == []
