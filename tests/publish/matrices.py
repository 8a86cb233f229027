"""Small matrices for the tests of what is published, judged by the judge itself."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime

from harness.judge.cells import build_matrix
from harness.model import (
    Kind,
    Matrix,
    Observation,
    Provenance,
    Question,
    Release,
    Status,
)

SHA = "0" * 64
LOCK = "f" * 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What one release said to one question, on both draws unless ``second`` differs.

    ``keras`` is the version that was there; without it, the one of the catalogue, else 2.10.0.
    """

    status: Status = Status.ANSWERED
    answer: str | None = None
    reason: str = ""
    observed: float | None = None
    hypotheses: Mapping[str, float] = field(default_factory=dict)
    second: str | None = None
    keras: str | None = None


def release(
    name: str, *series: str, keras: str | None = None, tags: tuple[str, ...] = ("tf2",)
) -> Release:
    """Return a row of the catalogue; the version is what follows ``tf-``."""
    return Release(
        id=name,
        tensorflow=name.removeprefix("tf-").partition("+")[0],
        package="tensorflow",
        api="tf.keras",
        python="3.8",
        released=date(2022, 9, 6),
        as_of=date(2022, 10, 1),
        series=series or ("tensorflow",),
        tags=tags,
        keras=keras,
    )


def question(name: str, kind: Kind = Kind.NUMERIC, **declared: object) -> Question:
    """Return a question; numeric ones offer denominators, the others ``stops``/``continues``."""
    numeric = kind is Kind.NUMERIC
    made = Question(
        id=name,
        scenario=name.partition(".")[0],
        experiment="ask",
        kind=kind,
        title="What the loss is divided by" if numeric else "Whether the mask goes on",
        why="The curve changes.",
        remedy="Compare within one side.",
        answers=("valid", "total", "sum") if numeric else ("stops", "continues"),
        concerns=("keras.layers.Masking",),
    )
    return replace(made, **declared)  # type: ignore[arg-type]


def matrix(
    releases: Sequence[Release],
    questions: Sequence[Question],
    said: Mapping[tuple[str, str], Said],
) -> Matrix:
    """Return the matrix of what was said; a pair that is missing was not run."""
    there = {row.id: (row.keras or "==2.10.0").partition("==")[2] for row in releases}
    return build_matrix(
        releases,
        questions,
        [seen for key, words in said.items() for seen in _observe(key, words, questions, there)],
        scenario_hashes={asked.scenario: SHA for asked in questions},
        lock_hashes={row.id: LOCK for row in releases},
    )


def _observe(
    key: tuple[str, str], words: Said, questions: Iterable[Question], there: Mapping[str, str]
) -> Iterable[Observation]:
    asked = next(asked for asked in questions if asked.id == key[1])
    provenance = Provenance(
        run_id="run-1",
        release=key[0],
        tensorflow=key[0].removeprefix("tf-").partition("+")[0],
        keras=there[key[0]] if words.keras is None else words.keras,
        keras_api="tf.keras",
        python="3.8.20",
        numpy="1.23.5",
        machine="linux-x86_64-4cpu-0123abcd",
        lock_sha256=LOCK,
        worker_sha256=SHA,
        harness_version="0.1.0",
    )
    for draw, answer in enumerate((words.answer, words.second or words.answer)):
        yield Observation(
            provenance=provenance,
            recorded_at=datetime(2026, 11, 20 + draw, 12, tzinfo=UTC),
            scenario=asked.scenario,
            scenario_sha256=SHA,
            question=asked.id,
            draw=draw,
            status=words.status,
            kind=asked.kind,
            observed=words.observed,
            hypotheses=words.hypotheses,
            answer=answer,
            reason=words.reason,
        )


def example() -> Matrix:
    """Return a matrix with changes, an exception, labels, a hole, a disagreement, a candidate."""
    releases = [
        release("tf-1.4.1"),
        release("tf-2.10.1"),
        release("tf-2.11.1"),
        release("tf-2.16.2"),
        release("tf-2.17.0rc0", tags=("candidate",)),
        release("tf-2.18.1+keras-3.0.5", "keras-3", keras="keras==3.0.5"),
        release("tf-2.18.1+keras-3.9.2", "keras-3", keras="keras==3.9.2"),
        release("tf-2.16.2+tf-keras-2.16.0", "legacy", keras="tf-keras==2.16.0"),
    ]
    loss = question("dense_masking.loss_denominator")
    goes_on = question("lstm_return_sequences.last_output_mask", Kind.CATEGORICAL)
    metric = question("lstm_return_sequences.sequences_loss_denominator")
    total = Said(answer="total", observed=0.6, hypotheses={"total": 0.6, "valid": 1.0})
    valid = replace(total, answer="valid", observed=1.0)
    raised = Said(status=Status.RAISED, reason="ValueError: shapes [2, 3] | [3] differ\nsee <log>")
    summed = Said(answer="sum", observed=9.0, hypotheses={"sum": 9.0})
    stops, continues = Said(answer="stops"), Said(answer="continues")
    said = {
        ("tf-1.4.1", loss.id): total,
        ("tf-2.10.1", loss.id): total,
        ("tf-2.16.2", loss.id): replace(valid, keras="3.4.1"),
        ("tf-2.17.0rc0", loss.id): replace(total, keras="3.6.0"),
        ("tf-2.18.1+keras-3.0.5", loss.id): valid,
        ("tf-2.18.1+keras-3.9.2", loss.id): valid,
        ("tf-2.16.2+tf-keras-2.16.0", loss.id): total,
        ("tf-1.4.1", goes_on.id): stops,
        ("tf-2.10.1", goes_on.id): stops,
        ("tf-2.16.2", goes_on.id): replace(stops, second="continues", keras="3.4.1"),
        ("tf-2.17.0rc0", goes_on.id): replace(continues, keras="3.6.0"),
        ("tf-2.18.1+keras-3.0.5", goes_on.id): continues,
        ("tf-2.18.1+keras-3.9.2", goes_on.id): continues,
        ("tf-2.16.2+tf-keras-2.16.0", goes_on.id): stops,
        ("tf-1.4.1", metric.id): raised,
        ("tf-2.10.1", metric.id): raised,
        ("tf-2.16.2", metric.id): replace(summed, keras="3.4.1"),
        ("tf-2.17.0rc0", metric.id): replace(raised, keras="3.6.0"),
        ("tf-2.18.1+keras-3.0.5", metric.id): Said(
            status=Status.UNEXPLAINED,
            reason="no candidate explains the number observed",
            observed=0.75,
            hypotheses={"total": 0.6, "valid": 1.0},
        ),
        ("tf-2.16.2+tf-keras-2.16.0", metric.id): summed,
    }
    absent = Said(status=Status.NO_INTERPRETER, reason="Python 3.9 was not found", keras="")
    said |= {("tf-2.11.1", asked.id): absent for asked in (loss, goes_on, metric)}
    return matrix(releases, [loss, goes_on, metric], said)
