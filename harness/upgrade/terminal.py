"""A verdict on a terminal, in colour; the only room of the wing that knows rich."""

from harness.upgrade.render_text import list_lines, wrap_line
from harness.upgrade.words import Telling


def print_verdict(telling: Telling) -> None:
    """Print a verdict as wide as the terminal is."""
    from rich.console import Console
    from rich.text import Text

    console = Console(highlight=False, soft_wrap=True)
    for line in list_lines(telling):
        for part in wrap_line(line, console.width):
            console.print(Text(part, style=line.style.value))
