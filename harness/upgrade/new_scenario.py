"""A scenario to begin with: commented, and running as it is.

Standard library only, so that any Python that runs the controller can do it.
"""

from pathlib import Path
from string import Template

from harness.errors import UsageError
from harness.questions import check_name, load_scenarios

TEMPLATE = Path(__file__).parent / "template.txt"


def write_new_scenario(name: str, folder: Path) -> Path:
    """Write the template into a folder, under a name; return its path.

    UsageError for a name that no scenario can have, that of a built-in one, or of a file that is
    there already: it is never overwritten.
    """
    check_name(name, {scenario.name for scenario in load_scenarios()})
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{name}.py"
    text = Template(TEMPLATE.read_text(encoding="utf-8")).substitute(name=name)
    try:
        with file.open("x", encoding="utf-8") as opened:
            opened.write(text)
    except FileExistsError:
        raise UsageError(f"{file} is there already", do="Take another name or folder.") from None
    return file
