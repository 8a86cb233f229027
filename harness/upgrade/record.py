"""What a comparison stands on: the published export, or the same derived anew from the store.

Pure. The store is the truth, but 300 Parquet files and the judge take seconds, and the export
holds what follows from them. So the export is read where nothing speaks against it, and each
reason that could make it untrue is looked for.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from harness.errors import UsageError
from harness.model import Cell, Change, Interval, Matrix, Question, Release, Status
from harness.publish.export import SCHEMA_VERSION


@dataclass(frozen=True, slots=True, kw_only=True)
class Versions:
    """What was really there when a release was measured; ``keras`` is blank where not known."""

    tensorflow: str
    keras: str
    python: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What is stored, as far as a comparison asks: cells without evidence, and rows of timings."""

    matrix: Matrix
    versions: Mapping[str, Versions]
    throughput: tuple[Mapping[str, Any], ...]
    note: str = ""
    """Said beside the answer where the export could not be relied on."""

    @property
    def releases(self) -> dict[str, Release]:
        """The catalogue by id, in its order."""
        return {release.id: release for release in self.matrix.releases}

    def is_measured(self, release: str) -> bool:
        """Whether anything is known of a release."""
        return any(
            self.matrix.cells[release, asked.id].status.known for asked in self.matrix.questions
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Present:
    """What an export must agree with: the present catalogue, locks, scenarios and store.

    ``runs`` and ``timed_runs`` are those of which the store has a file; they sort by time.
    """

    releases: tuple[Release, ...]
    questions: tuple[Question, ...]
    scenario_hashes: Mapping[str, str]
    lock_hashes: Mapping[str, str]
    runs: Collection[str]
    timed_runs: Collection[str]


def narrow_record(record: Record, scenarios: Collection[str]) -> Record:
    """Return the record with the questions of some scenarios only."""
    questions = tuple(one for one in record.matrix.questions if one.scenario in scenarios)
    ids = {one.id for one in questions}
    intervals = tuple(one for one in record.matrix.intervals if one.question in ids)
    return replace(record, matrix=replace(record.matrix, questions=questions, intervals=intervals))


def find_staleness(export: Mapping[str, Any], present: Present) -> str:
    """Return why an export is not what the store says today; blank where nothing shows it.

    A store whose files are not here cannot speak against its export. A run that is older than
    the newest that counts, and does not count, has been superseded: of a run brought in late
    from another machine this is not true, and ``nox -s report`` must follow.
    """
    if export.get("schema_version") != SCHEMA_VERSION:
        return f"it has schema version {export.get('schema_version')}, not {SCHEMA_VERSION}"
    known = [release.id for release in present.releases]
    if [row["id"] for row in export["releases"]] != known:
        return "the catalogue holds other releases"
    if [row["id"] for row in export["questions"]] != [asked.id for asked in present.questions]:
        return "the scenarios ask other questions"
    scenarios = {asked.id: asked.scenario for asked in present.questions}
    for row in export["cells"]:
        scenario = scenarios[row["question"]]
        if row["scenario_sha256"] not in {None, present.scenario_hashes[scenario]}:
            return f"the scenario {scenario} has been edited since"
        if row["lock_sha256"] not in {None, present.lock_hashes[row["release"]]}:
            return f"the lock of {row['release']} has been changed since"
    return _find_newer(export, present)


def _find_newer(export: Mapping[str, Any], present: Present) -> str:
    counted = set(export["generated_from"])
    if present.runs:
        if gone := counted - set(present.runs):
            return f"the run {min(gone)} is no longer stored"
        if (newest := max(present.runs)) > max(counted, default=""):
            return f"the run {newest} is newer"
    timed = {row["run_id"] for row in export["throughput"]}
    if present.timed_runs and (newest := max(present.timed_runs)) not in timed:
        return f"the timings {newest} are not in it"
    return ""


def read_export(
    export: Mapping[str, Any],
    releases: Sequence[Release],
    questions: Sequence[Question],
    note: str = "",
) -> Record:
    """Return the record; UsageError where the export is not as its schema says."""
    try:
        cells = {
            (row["release"], row["question"]): Cell(
                release=row["release"],
                question=row["question"],
                status=Status(row["status"]),
                answer=row["answer"],
                reason=row["reason"],
            )
            for row in export["cells"]
        }
        return Record(
            matrix=Matrix(
                releases=tuple(releases),
                questions=tuple(questions),
                cells={(r.id, q.id): cells[r.id, q.id] for r in releases for q in questions},
                provenances={},
                intervals=tuple(map(_interval, export["intervals"])),
                run_ids=tuple(export["generated_from"]),
                machines=(),
            ),
            versions={
                row["id"]: Versions(
                    tensorflow=row["tensorflow"],
                    keras=row["keras"] or "",
                    python=row["python"],
                )
                for row in export["releases"]
            },
            throughput=tuple(export["throughput"]),
            note=note,
        )
    except (KeyError, TypeError, ValueError) as error:
        raise UsageError(
            "compatibility.json is not what it should be",
            why=repr(error),
            do="Write it anew from the store: nox -s report",
        ) from None


def _interval(row: Mapping[str, Any]) -> Interval:
    began = row["began"]
    pairs = began["evidence"] if began else {}
    return Interval(
        series=row["series"],
        question=row["question"],
        first=row["first"],
        last=row["last"],
        status=Status(row["status"]),
        answer=row["answer"],
        untested_between=tuple(row["untested_between"]),
        began=Change(
            after=began["after"],
            keras=tuple(pairs["keras"]) if pairs["keras"] else None,
            tensorflow=tuple(pairs["tensorflow"]) if pairs["tensorflow"] else None,
        )
        if began
        else None,
    )
