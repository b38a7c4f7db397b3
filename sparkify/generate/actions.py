"""Actions in the app: one page view after the other."""

from typing import NamedTuple


class Action(NamedTuple):
    """A page view: the parts it adds to a log line, and how many milliseconds it takes."""

    artist: str
    length: str
    page: str
    song: str
    duration_ms: int
    logged_in: bool = True


ActionFields = tuple[str, str, str, str, int, bool]  # made in a third of the time


def action(
    page: str,
    duration_ms: int,
    status: int = 200,
    *,
    logged_in: bool = True,
    song: tuple[str, str, str] = ("null", "null", "null"),
) -> Action:
    """Return an action; a play has a song: the JSON of its artist, length and title."""
    artist, length, title = song
    method = "GET" if status != 307 and page != "NextSong" else "PUT"
    return Action(
        f'{{"artist":{artist}',
        length,
        f'"{method}","page":"{page}"',
        f'{title},"status":{status},"ts":',
        duration_ms,
        logged_in,
    )


def _page(name: str, seconds: int, status: int = 200, *, logged_in: bool = True) -> Action:
    return action(name, seconds * 1_000, status, logged_in=logged_in)


PLAY = action("NextSong", 0)  # of a song to be drawn
HOME, HOME_LOGGED_OUT = _page("Home", 2), _page("Home", 5, logged_in=False)
LOGIN, LOGOUT = _page("Login", 1, 307, logged_in=False), _page("Logout", 1, 307)
UPGRADE = (_page("Upgrade", 8), _page("Submit Upgrade", 1, 307))
DOWNGRADE = (_page("Downgrade", 8), _page("Submit Downgrade", 1, 307))
SAVE_SETTINGS = (_page("Settings", 9), _page("Save Settings", 1, 307), HOME)
LOG_IN = (HOME_LOGGED_OUT, LOGIN, HOME)
OPENINGS = (*((),) * 15, *((HOME,),) * 12, LOG_IN[1:], LOG_IN)
# What follows a play, with its weight out of 1,000. A user who logs out logs in again.
AFTER_PLAY: dict[tuple[Action, ...], int] = {
    (): 902,
    (HOME,): 52,
    SAVE_SETTINGS[:1]: 10,
    SAVE_SETTINGS: 2,
    UPGRADE[:1]: 5,
    DOWNGRADE[:1]: 6,
    (_page("Help", 20),): 7,
    (_page("About", 10),): 4,
    (_page("Error", 3, 404),): 3,
    (LOGOUT, *LOG_IN): 8,
    (LOGOUT, _page("About", 10, logged_in=False), *LOG_IN): 1,
}
