"""Actions in the app: one page view after the other."""

from typing import NamedTuple


class Action(NamedTuple):
    """A page view: the JSON texts it adds to a log line, and how many milliseconds it takes."""

    artist: str
    length: str
    page: str
    song: str
    duration_ms: int
    logged_in: bool = True


def _page(name: str, seconds: int, status: int = 200, *, logged_in: bool = True) -> Action:
    method = "PUT" if status == 307 else "GET"
    page, song = f'"{method}","page":"{name}"', f'null,"status":{status}'
    return Action("null", "null", page, song, seconds * 1_000, logged_in)


HOME, HOME_LOGGED_OUT = _page("Home", 2), _page("Home", 5, logged_in=False)
LOGIN, LOGOUT = _page("Login", 1, 307, logged_in=False), _page("Logout", 1, 307)
UPGRADE = (_page("Upgrade", 8), _page("Submit Upgrade", 1, 307))
DOWNGRADE = (_page("Downgrade", 8), _page("Submit Downgrade", 1, 307))
SAVE_SETTINGS = (_page("Settings", 9), _page("Save Settings", 1, 307), HOME)
LOG_IN = (HOME_LOGGED_OUT, LOGIN, HOME)
OPENINGS = (*((),) * 7, *((HOME,),) * 6, LOG_IN[1:], LOG_IN)
# What follows a play, with its weight out of 1,000. A user who logs out logs in again.
AFTER_PLAY: dict[tuple[Action, ...], int] = {
    (): 918,
    (HOME,): 40,
    SAVE_SETTINGS[:1]: 10,
    SAVE_SETTINGS: 2,
    UPGRADE[:1]: 5,
    DOWNGRADE[:1]: 6,
    (_page("Help", 20),): 7,
    (_page("About", 10),): 4,
    (_page("Error", 3, 404),): 3,
    (LOGOUT, *LOG_IN): 4,
    (LOGOUT, _page("About", 10, logged_in=False), *LOG_IN): 1,
}
