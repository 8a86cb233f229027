"""What a store says of the present catalogue."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from harness.judge.cells import build_matrix
from harness.model import Matrix, Observation, Release
from harness.newest import read_newest
from harness.questions import gather_scenarios
from harness.releases.catalogue import load_catalogue
from harness.releases.lock import lock_sha256, verify_lock
from harness.store import read_timings

if TYPE_CHECKING:  # scipy takes a fifth of a second, and is needed only where there are timings
    from harness.judge.runs import Throughputs


def stored_matrix(*results: Path, own: Path | None = None) -> Matrix:
    """Return what stores say of the present catalogue, locks and scenarios, and one's own."""
    return judge_store(*results, own=own)[0]


def judge_store(*results: Path, own: Path | None = None) -> tuple[Matrix, list[Observation]]:
    """Return what stores say, as ``stored_matrix`` does, and the observations that do."""
    scenarios, releases = gather_scenarios(own), load_catalogue()
    scenario_hashes = {scenario.name: scenario.sha256 for scenario in scenarios}
    lock_hashes = {release.id: lock_sha256(verify_lock(release)) for release in releases}
    stored = [
        seen
        for one in results
        for seen in read_newest(
            one / "observations", scenario_hashes=scenario_hashes, lock_hashes=lock_hashes
        )
    ]
    matrix = build_matrix(
        releases,
        [question for scenario in scenarios for question in scenario.questions],
        stored,
        scenario_hashes=scenario_hashes,
        lock_hashes=lock_hashes,
    )
    return matrix, stored


def stored_throughputs(results: Path, releases: Sequence[Release]) -> "Throughputs | None":
    """Return what the stored timings say along the series of a catalogue; None without any."""
    timings = list(read_timings(results / "timings"))
    if not timings:
        return None
    from harness.judge.runs import judge_timings

    series: dict[str, list[str]] = {}
    for release in releases:
        for name in release.series:
            series.setdefault(name, []).append(release.id)
    return judge_timings(timings, series)
