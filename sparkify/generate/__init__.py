"""Generate data that looks like the real data, at any size.

A recipe becomes song files, a JSONPaths file and one log file per day, with the traits of the
public data that break loaders. The same recipe gives the same bytes on every machine. Each song,
artist and day has its own random stream, so memory holds only the listeners, tables of the parts of
songs' texts, a day's draw of actions and the open sessions.

Nothing here may depend on hash order, on the platform's `pow` and `log`, or on `sum` of floats
(Python 3.12 made it more exact): any of them would change the bytes from machine to machine.
"""

from sparkify.generate.recipe import Recipe
from sparkify.generate.writer import generate

__all__ = ["Recipe", "generate"]
