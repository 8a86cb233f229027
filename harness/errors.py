"""Every error a person can meet, each with the exit code it ends with.

Verbs raise these; ``__main__`` catches them once and prints what went wrong, why, and what to
do. nox passes the exit codes through unchanged, and keeps 3 for a session it does not know.
"""

from collections.abc import Sequence
from enum import IntEnum

from harness.visible import make_visible


class ExitCode(IntEnum):
    """What a verb ends with."""

    OK = 0
    FINDINGS = 1
    USAGE = 2
    INCONCLUSIVE = 4
    ENVIRONMENT = 5
    INTERNAL = 101


class MaskmatrixError(Exception):
    """A failure that is explained: *what* happened, *why*, and what to *do* about it."""

    exit_code = ExitCode.INTERNAL

    def __init__(self, what: str, *, why: str = "", do: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.why = why
        self.do = do

    def __str__(self) -> str:
        """Return up to three lines: what, why, what to do; names in them may be anybody's."""
        lines = [make_visible(self.what)]
        if self.why:
            lines.append(f"  why: {make_visible(self.why)}")
        if self.do:
            lines.append(f"  do:  {make_visible(self.do)}")
        return "\n".join(lines)


class UsageError(MaskmatrixError):
    """Bad input: an unknown name, a catalogue, a lock, a scenario or a store that is not valid."""

    exit_code = ExitCode.USAGE


class PublicationError(MaskmatrixError):
    """What would be published contradicts itself or the store, or has lost what was there.

    ``findings`` are told line by line.
    """

    exit_code = ExitCode.FINDINGS

    def __init__(self, what: str, *, findings: Sequence[str], do: str) -> None:
        super().__init__(what, do=do)
        self.findings = tuple(findings)

    def __str__(self) -> str:
        """Return what, the findings, and what to do."""
        what, *rest = super().__str__().split("\n")
        return "\n".join([what, *(f"  {make_visible(one)}" for one in self.findings), *rest])


class InconclusiveError(MaskmatrixError):
    """Nothing was measured or compared, so nothing can be said."""

    exit_code = ExitCode.INCONCLUSIVE


class EnvironmentBuildError(MaskmatrixError):
    """An environment could not be resolved, built or fitted on the disk."""

    exit_code = ExitCode.ENVIRONMENT
