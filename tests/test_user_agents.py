"""Devices and browsers are told in an analyst's words, whatever an agent is."""

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sparkify.user_agents import LONGEST_BROWSER_BYTES, described_agents, device_and_browser

KIT = "AppleWebKit/537.36 (KHTML, like Gecko)"
AGENTS = {
    f"Mozilla/5.0 (Linux; Android 14; SM-S918B) {KIT} Chrome/120.0.0.0 Mobile Safari/537.36": (
        "Android device",
        "Chrome Mobile",
    ),
    "Mozilla/5.0 (iPad; CPU OS 17_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/17.1 Mobile/15E148 Safari/604.1": ("iPad", "Mobile Safari"),
    f"Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) {KIT} Chrome/120.0.0.0 Safari/537.36": (
        "Chromebook",
        "Chrome",
    ),
    f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {KIT} Chrome/120.0.0.0 Safari/537.36 "
    "Edg/120.0.0.0": ("Windows PC", "Edge"),
    "Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:109.0) Gecko/20100101 Firefox/115.0": (
        "Linux PC",
        "Firefox",
    ),
    "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)": (
        "Bot",
        "Googlebot",
    ),
    "Sparkify": ("Other", "Other"),
    "": ("Other", "Other"),
}


@pytest.mark.parametrize(("agent", "expected"), AGENTS.items(), ids=map(str, AGENTS.values()))
def test_an_agent_names_a_device_and_a_browser(agent: str, expected: tuple[str, str]) -> None:
    assert device_and_browser(agent) == expected


@given(st.text(max_size=80) | st.text(max_size=80).map(lambda text: f"Mozilla/5.0 {text}Bot/1.0"))
def test_any_text_has_both_and_they_fit_their_columns(text: str) -> None:
    [(agent, device, browser)] = described_agents([text])
    assert agent == text
    assert device
    assert 0 < len(browser.encode()) <= LONGEST_BROWSER_BYTES


def test_the_parser_is_not_imported_with_the_command_line() -> None:
    code = "import sys, sparkify.cli, sparkify.transform; sys.exit('ua_parser' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
