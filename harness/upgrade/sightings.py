"""What was seen in a user's code: the values that the scan hands to whoever reports them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Output:
    """An output of a model in the user's code: what one loss, its weights and metrics are for.

    ``model`` says where the model is made, and tells it from the others. ``name`` is blank where
    outputs are not told apart. ``masked`` is whether a mask gets there, None where nobody knows.
    """

    model: str
    name: str = ""
    masked: bool | None = None


@dataclass(frozen=True, slots=True, order=True)
class Sighting:
    """A place in the user's code that one of the questions' ``concerns`` names.

    ``path`` is relative to the folder that was read, with ``/`` between its parts. ``line`` and
    ``column`` count from 1, the column in characters; in a notebook the line is that of the file,
    where the code's own line stands, and the column that of the code. ``what`` is the expression
    on one line, cut where it is long, without control characters, led by its cell in a notebook.
    It is the user's text all the same: escape it for wherever it is shown. ``outputs`` are those
    that the place can be about, sorted; none where that is not known: it can be about any.
    """

    path: str
    line: int
    column: int
    concern: str
    what: str
    outputs: tuple[Output, ...] = ()


@dataclass(frozen=True, slots=True)
class Scan:
    """All sightings of a folder, in the order of paths and lines, and how much of it was read.

    ``files`` counts the programs and notebooks that were read, ``skipped`` has the path and the
    reason of each that was not, or not wholly: a notebook is read but for its broken cells.
    """

    sightings: tuple[Sighting, ...]
    files: int
    skipped: tuple[tuple[str, str], ...]
