"""The vocabulary: frozen values that flow one way, from releases to what is published.

A *release* is a TensorFlow version with the Keras that goes with it; a *question* is asked by a
scenario; an *observation* is one measured answer on one draw of data; a *cell* is a question in
a release; an *interval* is a run of releases, along one series, that give the same answer.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum


class Status(StrEnum):
    """What became of a question. An observation never has the last two; a cell may."""

    ANSWERED = "answered"
    UNEXPLAINED = "unexplained"
    AMBIGUOUS = "ambiguous"
    RAISED = "raised"
    CRASHED = "crashed"
    TIMED_OUT = "timed_out"
    NOT_APPLICABLE = "not_applicable"
    NOT_INSTALLABLE = "not_installable"
    NO_INTERPRETER = "no_interpreter"
    CONTRADICTORY = "contradictory"
    NOT_RUN = "not_run"

    @property
    def known(self) -> bool:
        """Whether the release itself gave this state, so that it can be compared."""
        return self in {Status.ANSWERED, Status.RAISED, Status.NOT_APPLICABLE}


class Kind(StrEnum):
    """What was observed: a number, a label, or a number that is not finite."""

    NUMERIC = "numeric"
    CATEGORICAL = "categorical"
    NON_FINITE = "non_finite"


class Speed(StrEnum):
    """What a comparison of speed says of a release beside the reference."""

    FASTER = "faster"
    SLOWER = "slower"
    SAME = "same"
    UNDECIDED = "undecided"


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """One row of the catalogue; ``harness/releases/releases.toml`` explains the fields."""

    id: str
    tensorflow: str
    package: str
    api: str
    python: str
    released: date
    as_of: date
    series: tuple[str, ...]
    tags: tuple[str, ...]
    keras: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One thing a scenario asks; ``id`` is ``scenario.question``.

    ``answers`` are the names an answer may have, ``tolerance`` the relative distance within which
    a numeric candidate explains an observation. ``experiment`` names the scenario's function that
    asks it, and ``concerns`` the user code it touches, as dotted API names. ``folder`` is where a
    scenario of one's own lies, blank for a built-in one.
    """

    id: str
    scenario: str
    experiment: str
    kind: Kind
    title: str
    why: str
    remedy: str
    answers: tuple[str, ...]
    concerns: tuple[str, ...]
    tolerance: float = 1e-4
    folder: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """Where an observation comes from: the versions that were really there, not those asked for."""

    run_id: str
    release: str
    tensorflow: str
    keras: str
    keras_api: str
    python: str
    numpy: str
    machine: str
    lock_sha256: str
    worker_sha256: str
    harness_version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """One measured answer of one question, in one release, on one draw of data.

    ``observed`` is the number the release gave (None for a label, which is the ``answer``);
    ``hypotheses`` what each candidate formula gives for the same predictions, in float64.
    ``reason`` is the exception, the fault, or the scenario's note.
    """

    provenance: Provenance
    recorded_at: datetime
    scenario: str
    scenario_sha256: str
    question: str
    draw: int
    status: Status
    kind: Kind
    observed: float | None = None
    hypotheses: Mapping[str, float] = field(default_factory=dict)
    answer: str | None = None
    reason: str = ""
    duration_s: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Case:
    """One thing that is timed: a kernel, how it is run, and on how much.

    ``mode`` is ``eager``, ``graph`` or ``xla``; ``batch`` and ``timesteps`` are the shape. What is
    timed once a process (``import``, ``first_call``) has no shape: 0 by 0.
    """

    kernel: str
    mode: str
    batch: int
    timesteps: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """One timed sample: so many calls of a case, by one process of an arm, in one round of a block.

    An ``arm`` is what is compared: a release, or a second installation of the reference;
    ``planned_blocks`` in how many blocks each was to be, by the pace seen so far. ``status``
    is ``answered``, or why there is no sample (all numbers are 0 then, and ``reason`` says what
    happened). ``denominator`` is what the kernel was seen to divide by; ``traces`` how often the
    release traced anew while it was timed; ``bytes_per_call`` what a call has to read and write at
    least; ``onednn`` None where it could not be seen. ``cpu_seconds`` are those of a call, over all
    threads; ``load`` is how many cores were busy with something else meanwhile;
    ``bandwidth_bytes_per_s`` and ``peak_rss_bytes`` are those of the process.
    """

    run_id: str
    recorded_at: datetime
    machine: str
    release: str
    tensorflow: str
    keras: str
    python: str
    lock_sha256: str
    arm: str
    reference: str
    planned_blocks: int
    case: Case
    block: int
    process: int
    round: int
    status: Status
    reason: str = ""
    denominator: str = ""
    calls: int = 0
    seconds_per_call: float = 0.0
    cpu_seconds: float = 0.0
    traces: int = 0
    threads: int = 0
    load: float = 0.0
    bytes_per_call: int = 0
    bandwidth_bytes_per_s: float = 0.0
    peak_rss_bytes: int = 0
    onednn: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """What one release says to one question, with the observations that prove it."""

    release: str
    question: str
    status: Status
    answer: str | None = None
    reason: str = ""
    evidence: tuple[Observation, ...] = ()


class Cause(StrEnum):
    """Which of the two axes brought a change, where measured releases tell them apart."""

    KERAS = "keras"
    TENSORFLOW = "tensorflow"
    NOT_SEPARATED = "not_separated"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Another outcome than that of ``after``, and the pairs of releases that show its cause.

    In each pair one version is held and the other moves, from a release that says what was said
    before to one that says what is said since: ``keras`` is a pair on one TensorFlow,
    ``tensorflow`` a pair with one Keras, and None where no such pair was measured.
    """

    after: str
    keras: tuple[str, str] | None = None
    tensorflow: tuple[str, str] | None = None

    @property
    def cause(self) -> Cause:
        """The one axis that is shown to bring the change; both or neither separate nothing."""
        if bool(self.keras) == bool(self.tensorflow):
            return Cause.NOT_SEPARATED
        return Cause.KERAS if self.keras else Cause.TENSORFLOW


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """A run of neighbouring releases of one series with the same status and answer.

    The intervals of a question are contiguous along a series: releases whose state is unknown are
    intervals of their own. ``untested_between`` names those that follow a known interval up to
    the next known one, or to the end: a change may be at any of them. ``began`` is the change
    from the known interval before; None where there is none or it says the same, and where the
    state is unknown.
    """

    series: str
    question: str
    first: str
    last: str
    status: Status
    answer: str | None
    untested_between: tuple[str, ...] = ()
    began: Change | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Matrix:
    """All that is published, derived from the store and from nothing else."""

    releases: tuple[Release, ...]
    questions: tuple[Question, ...]
    cells: Mapping[tuple[str, str], Cell]
    """Keyed by (release id, question id); every pair is there, ``not_run`` where not measured."""
    provenances: Mapping[str, Provenance]
    """Where each release's newest observation comes from; a release that never ran is missing."""
    intervals: tuple[Interval, ...]
    run_ids: tuple[str, ...]
    machines: tuple[str, ...]
