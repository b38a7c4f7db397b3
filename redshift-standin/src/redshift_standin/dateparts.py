"""Redshift's names of the parts of a date, in PostgreSQL's words.

https://docs.aws.amazon.com/redshift/latest/dg/r_Dateparts_for_datetime_functions.html
"""

from .errors import RedshiftError

_NAMES = {
    "millennium": "millennia mil mils",
    "century": "centuries c cent cents",
    "decade": "decades dec decs",
    "epoch": "",
    "year": "years y yr yrs",
    "isoyear": "",
    "quarter": "quarters qtr qtrs",
    "month": "months mon mons",
    "week": "weeks w isoweek",
    "dow": "dayofweek dw weekday",
    "doy": "dayofyear dy yearday",
    "day": "days d",
    "hour": "hours h hr hrs",
    "minute": "minutes m min mins",
    "second": "seconds s sec secs",
    "milliseconds": "millisecond ms msec msecs msecond mseconds millisec millisecs millisecon",
    "microseconds": "microsecond us usec usecs usecond useconds microsec microsecs microsecon",
    "timezone": "",
    "timezone_hour": "",
    "timezone_minute": "",
}
_PARTS = {name: part for part, names in _NAMES.items() for name in [part, *names.split()]}


def part_named(name: str) -> str:
    try:
        return _PARTS[name.lower()]
    except KeyError:
        raise RedshiftError(f'timestamp units "{name}" not recognized', "22023") from None
