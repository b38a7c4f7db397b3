"""What somebody does in the app, one page after the other."""

from typing import NamedTuple


class Step(NamedTuple):
    """What somebody does: the JSON texts it gives a log line, and the milliseconds it takes."""

    artist: str
    length: str
    page: str
    song: str
    lasts: int
    logged_in: bool = True


def _page(name: str, seconds: int, status: int = 200, *, logged_in: bool = True) -> Step:
    method = "PUT" if status == 307 else "GET"
    page, song = f'"{method}","page":"{name}"', f'null,"status":{status}'
    return Step("null", "null", page, song, seconds * 1_000, logged_in)


HOME, HOME_LOGGED_OUT = _page("Home", 2), _page("Home", 5, logged_in=False)
LOGIN, LOGOUT = _page("Login", 1, 307, logged_in=False), _page("Logout", 1, 307)
UPGRADE = (_page("Upgrade", 8), _page("Submit Upgrade", 1, 307))
DOWNGRADE = (_page("Downgrade", 8), _page("Submit Downgrade", 1, 307))
SETTINGS = (_page("Settings", 9), _page("Save Settings", 1, 307), HOME)
RETURN = (HOME_LOGGED_OUT, LOGIN, HOME)
OPENINGS = (*((),) * 7, *((HOME,),) * 6, RETURN[1:], RETURN)
# What happens after a play, of a thousand. Who logs out logs in again.
ASIDES: dict[tuple[Step, ...], int] = {
    (): 918,
    (HOME,): 40,
    SETTINGS[:1]: 10,
    SETTINGS: 2,
    UPGRADE[:1]: 5,
    DOWNGRADE[:1]: 6,
    (_page("Help", 20),): 7,
    (_page("About", 10),): 4,
    (_page("Error", 3, 404),): 3,
    (LOGOUT, *RETURN): 4,
    (LOGOUT, _page("About", 10, logged_in=False), *RETURN): 1,
}
