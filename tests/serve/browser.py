"""A real browser, headless, driven by its DevTools protocol; it can reach this machine only."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, Dialog, Page, sync_playwright

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), None)
QUIET = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update"),
)


@dataclass
class Seen:
    """What a page asked for and said while it was open; a dialog counts as said."""

    requests: list[str] = field(default_factory=list)
    messages: list[str] = field(default_factory=list)

    def note_dialog(self, dialog: Dialog) -> None:
        self.messages.append(dialog.message)
        dialog.dismiss()


@contextmanager
def browser() -> Iterator[Browser]:
    """Give a browser. Skips where there is none, but not in CI, which has to have one."""
    if CHROMIUM is None:
        if os.environ.get("CI"):
            pytest.fail("there is no chromium; .ci/run installs it")
        pytest.skip("there is no chromium on the PATH")
    with sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        yield opened
        opened.close()


@contextmanager
def page(
    opened: Browser,
    file: Path,
    width: int = 1200,
    scheme: Literal["light", "dark"] = "light",
    runs_scripts: bool = True,
) -> Iterator[tuple[Page, Seen]]:
    """Open a file as a person with such a screen would."""
    seen = Seen()
    screen = opened.new_context(
        viewport={"width": width, "height": 900},
        color_scheme=scheme,
        java_script_enabled=runs_scripts,
    )
    shown = screen.new_page()
    shown.on("request", lambda request: seen.requests.append(request.url))
    shown.on("console", lambda message: seen.messages.append(message.text))
    shown.on("pageerror", lambda error: seen.messages.append(str(error)))
    shown.on("dialog", seen.note_dialog)
    shown.goto(file.as_uri())
    yield shown, seen
    screen.close()
