"""The device and the browser that a user agent names, in the words of an analyst."""

from collections.abc import Iterable

AGENT_COLUMNS = ("user_agent", "device", "browser")
UNKNOWN = "Other"
LONGEST_BROWSER_BYTES = 256
# By the family of the operating system; those of Apple's own devices are named by the device.
DEVICES = {
    "Mac OS X": "Mac",
    "Mac OS": "Mac",
    "Windows": "Windows PC",
    "Windows Phone": "Windows phone",
    "Windows Mobile": "Windows phone",
    "Android": "Android device",
    "Chrome OS": "Chromebook",
} | dict.fromkeys(
    (
        *("Arch Linux", "CentOS", "Debian", "Fedora", "Gentoo", "Kubuntu", "Linux", "Linux Mint"),
        *("Mageia", "Mandriva", "Mint", "PCLinuxOS", "Puppy", "Red Hat", "SUSE", "Slackware"),
        *("Ubuntu", "Xubuntu", "openSUSE"),
    ),
    "Linux PC",
)
APPLE_DEVICES = ("iPhone", "iPad", "iPod")


def described_agents(user_agents: Iterable[str]) -> list[tuple[str, str, str]]:
    """Return the user agents in order, each with its device and its browser."""
    return [(agent, *device_and_browser(agent)) for agent in sorted(user_agents)]


def device_and_browser(user_agent: str) -> tuple[str, str]:
    """Return the device and the browser that a user agent names, `Other` for one not known."""
    # Its patterns take 0.1 s to import, and most batches bring no new agent.
    from ua_parser import parse

    found = parse(user_agent)
    device = found.device.family if found.device else ""
    system = found.os.family if found.os else ""
    browser = found.user_agent.family if found.user_agent else UNKNOWN
    return _device(device, system), _cut(browser) or UNKNOWN


def _device(device: str, system: str) -> str:
    if device == "Spider":
        return "Bot"
    for name in APPLE_DEVICES:
        if device.startswith(name):  # some name the model too: iPhone14,5
            return name
    return DEVICES.get(system, UNKNOWN)


def _cut(browser: str) -> str:
    """Return as much of a name as its column holds: a part of a made-up agent can be any text."""
    return browser.encode()[:LONGEST_BROWSER_BYTES].decode(errors="ignore").strip(" ")
