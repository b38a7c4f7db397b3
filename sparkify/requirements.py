"""The Python version and packages that Sparkify cannot do without.

Read before it is known which Python runs: any Python 3 must be able to import this module.
"""

import sys
from importlib.util import find_spec

OLDEST_PYTHON = (3, 11)
# The package of each module.
CORE_PACKAGES = {
    **{name: name for name in ("click", "duckdb", "jinja2", "obstore", "rich", "sqlglot")},
    "ua_parser": "ua-parser",
    "yaml": "pyyaml",
}


def are_met() -> bool:
    """Return whether this Python is new enough and has every package installed."""
    return sys.version_info >= OLDEST_PYTHON and all(map(find_spec, CORE_PACKAGES))
