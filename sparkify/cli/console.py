"""Rich's console, for tables and progress; terminal.py does without the time to import it."""

from collections.abc import Iterable

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment

from sparkify.cli.terminal import printable


class SafeConsole(Console):
    """A console that spells out what a terminal would run in the texts it is given."""

    def render(
        self, renderable: RenderableType, options: ConsoleOptions | None = None
    ) -> Iterable[Segment]:
        """Render as rich does, and make the text of each segment printable."""
        for segment in super().render(renderable, options):
            yield segment if segment.control else segment._replace(text=printable(segment.text))
