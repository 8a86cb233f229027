"""What was really there in each release's environment, and the columns of the grid."""

from dataclasses import dataclass

from harness.model import Matrix, Release
from harness.publish.page.anchors import name_release
from harness.publish.wording import NOTHING, make_visible, name_status

COLUMNS = (
    "Released",
    "TensorFlow",
    "Keras",
    "API",
    "Python",
    "NumPy",
    "Machine of the newest cell",
    "Lock (SHA-256)",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """A release as it was measured, or as the catalogue wants it where it never was.

    ``values`` has a text for each of ``COLUMNS``, ``head`` the four that the grid shows above a
    column; ``lock`` is the path of the lock from the results folder.
    """

    anchor: str
    name: str
    lock: str
    values: tuple[str, ...]
    head: tuple[str, ...]


def list_environments(matrix: Matrix) -> tuple[Environment, ...]:
    """Return the environment of every release, in the order of the catalogue."""
    return tuple(_environment(matrix, release) for release in matrix.releases)


def _environment(matrix: Matrix, release: Release) -> Environment:
    values = tuple(make_visible(text or NOTHING) for text in _values(matrix, release))
    released, tensorflow, keras, _, python, *_ = values
    head = (released, f"Python {python}", f"TensorFlow {tensorflow}", f"Keras {keras}")
    return Environment(
        anchor=name_release(release.id),
        name=make_visible(release.id),
        lock=f"../harness/releases/locks/{name_release(release.id)}.txt",
        values=values,
        head=head,
    )


def _values(matrix: Matrix, release: Release) -> tuple[str, ...]:
    released = release.released.isoformat()
    there = matrix.provenances.get(release.id)
    if there is None:
        catalogued = release.keras.partition("==")[2] if release.keras else ""
        states = {matrix.cells[release.id, asked.id].status for asked in matrix.questions}
        why = ", ".join(sorted(map(name_status, states)))
        asked = release.tensorflow, catalogued, release.api, release.python
        return released, *asked, "", why, ""
    versions = there.tensorflow, there.keras, there.keras_api, there.python
    return released, *versions, there.numpy, there.machine, there.lock_sha256
