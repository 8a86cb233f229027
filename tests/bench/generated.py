"""A catalogue, scenarios and a store that no machine measured, as large as one asks for.

What the releases say is drawn from a seed, so that answers change along the series, some raise, and
some draws disagree: what is published of it is as long as what is published of a real store.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random

import pyarrow as pa
import pyarrow.parquet as pq

from harness.model import Kind, Observation, Provenance, Question, Release, Status
from harness.questions import Scenario
from harness.store import SCHEMA, _row
from harness.summary import summarize

SCENARIOS, DRAWS = 15, 2
ANSWERS = ("valid", "total", "sum_of_weights", "batch")
LOCK, WORKER = "f" * 64, "a" * 64
BEGAN = datetime(2026, 1, 1, tzinfo=UTC)


def make_catalogue(count: int) -> tuple[Release, ...]:
    """Return so many releases; every third has a Keras of its own and is in another series."""
    rows = []
    for at in range(count):
        version, apart = f"2.{at}.0", at % 3 == 2
        keras = f"3.{at}.0" if apart else None
        rows.append(
            Release(
                id=f"tf-2.16.2+keras-{keras}" if keras else f"tf-{version}",
                tensorflow="2.16.2" if keras else version,
                package="tensorflow",
                api="keras" if keras else "tf.keras",
                python="3.12",
                released=date(2020, 1, 1) + timedelta(days=30 * at),
                as_of=date(2020, 2, 1) + timedelta(days=30 * at),
                series=("keras-3",) if keras else ("tensorflow",),
                tags=("keras3",) if keras else ("tf2",),
                keras=f"keras=={keras}" if keras else None,
            )
        )
    return tuple(rows)


def make_scenarios(questions: int) -> tuple[Scenario, ...]:
    """Return scenarios that ask so many questions together; a third of them ask for a label."""
    asked: dict[str, list[Question]] = {f"scenario_{at}": [] for at in range(SCENARIOS)}
    for at in range(questions):
        name = f"scenario_{at % SCENARIOS}"
        asked[name].append(
            Question(
                id=f"{name}.question_{at}",
                scenario=name,
                experiment="ask",
                kind=Kind.CATEGORICAL if at % 3 == 2 else Kind.NUMERIC,
                title=f"What a masked loss of the kind {at} is divided by under weights",
                why="The curve of the loss jumps, and with plain SGD the learning rate with it.",
                remedy="Compare curves within one side of the change only, and scale the rate.",
                answers=ANSWERS,
                concerns=("keras.layers.Masking", f"Model.fit(option_{at})"),
            )
        )
    return tuple(
        Scenario(name=name, file=Path(f"{name}.py"), sha256=f"{at:064x}", questions=tuple(found))
        for at, (name, found) in enumerate(asked.items())
    )


def observe(
    release: Release, scenarios: Sequence[Scenario], machine: str, run_id: str
) -> Iterator[Observation]:
    """Yield what a release says to every question, on every draw."""
    provenance = Provenance(
        run_id=run_id,
        release=release.id,
        tensorflow=release.tensorflow,
        keras=(release.keras or "keras==2.10.0").partition("==")[2],
        keras_api=release.api,
        python="3.12.4",
        numpy="1.26.4",
        machine=machine,
        lock_sha256=LOCK,
        worker_sha256=WORKER,
        harness_version="0.1.0",
    )
    for scenario in scenarios:
        for question in scenario.questions:
            random = Random(f"{question.id} {release.released.year}")
            answer = random.choice(ANSWERS)
            raised = random.random() < 0.1
            for draw in range(DRAWS):
                values = {name: 0.3 + at + draw / 7 for at, name in enumerate(ANSWERS)}
                numeric = question.kind is Kind.NUMERIC and not raised
                yield Observation(
                    provenance=provenance,
                    recorded_at=BEGAN,
                    scenario=scenario.name,
                    scenario_sha256=scenario.sha256,
                    question=question.id,
                    draw=draw,
                    status=Status.RAISED if raised else Status.ANSWERED,
                    kind=question.kind,
                    observed=values[answer] * (1 + 1e-6) if numeric else None,
                    hypotheses=values if numeric else {},
                    answer=None if raised else answer,
                    reason="ValueError: shapes [4, 7] and [4] do not match" if raised else "",
                    duration_s=0.25,
                )


def write_runs(
    folder: Path, releases: Sequence[Release], scenarios: Sequence[Scenario], runs: int
) -> int:
    """Write so many runs of every release, a file each as the store does; return the rows.

    Three machines take turns. A scenario is another every fiftieth run, and the locks are renewed
    once: what counts is what the last runs said.
    """
    folder.mkdir(parents=True)
    rows = 0
    for release in releases:
        told = [_row(seen) for seen in observe(release, scenarios, "m", "r")]
        table = pa.Table.from_pylist(told, SCHEMA)
        for run in range(runs):
            changed = summarize(_stamp(table, run, runs))
            name = f"{release.id}--{changed['run_id'][0]}.parquet"
            pq.write_table(changed, folder / name, compression="zstd", write_page_checksum=True)
            rows += changed.num_rows
    return rows


def _stamp(table: pa.Table, run: int, runs: int) -> pa.Table:
    """Return the rows as another run of another day stored them."""
    moment = BEGAN + timedelta(hours=run)
    left = (runs - 1 - run) // 50
    columns: Mapping[str, pa.Scalar] = {
        "run_id": pa.scalar(f"{moment:%Y%m%dT%H%M%SZ}-{run:04x}"),
        "recorded_at": pa.scalar(moment, SCHEMA.field("recorded_at").type),
        "machine": pa.scalar(f"linux-x86_64-2cpu-{run % 3:08x}"),
    }
    if left:
        columns = {**columns, "scenario_sha256": pa.scalar(f"{left:e>64}")}
    if run < runs // 2:
        columns = {**columns, "lock_sha256": pa.scalar("e" * 64)}
    for name, value in columns.items():
        place = table.schema.get_field_index(name)
        table = table.set_column(place, SCHEMA.field(name), pa.repeat(value, table.num_rows))
    return table
