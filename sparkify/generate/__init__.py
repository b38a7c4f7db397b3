"""Data like the real data, at any size: the same recipe gives the same bytes, on every machine.

A recipe becomes song files, a JSONPaths file and one log file a day, with the traits of the public
data that break loaders. Each song, artist and day draws from a stream of its own, so none needs
another in memory: what is held is the listeners, what they may play, and the sessions under way.

Nothing here may depend on hash order, on the platform's `pow` and `log`, or on `sum` of floats
(which Python 3.12 made more exact): any of them would change the bytes from machine to machine.
"""

from sparkify.generate.crowd import MATCHED_SHARE
from sparkify.generate.making import generate
from sparkify.generate.recipe import Generated, Recipe

__all__ = ["MATCHED_SHARE", "Generated", "Recipe", "generate"]
