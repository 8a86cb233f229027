"""What a person sees of a run: one line that moves on a terminal, plain lines elsewhere."""

from collections.abc import Sequence
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.progress import TimeRemainingColumn as Remaining

from harness.measure.plan import Measurement
from harness.measure.protocol import Event
from harness.visible import make_visible


class RunProgress:
    """Counts experiments over all releases; safe to be told from several threads."""

    def __init__(self, measurements: Sequence[Measurement]) -> None:
        self._console = Console(stderr=True, highlight=False, soft_wrap=True)
        self._left = {_key(measurement): len(measurement.tasks) for measurement in measurements}
        self._bar = Progress(
            TextColumn("{task.description}", markup=False),
            BarColumn(bar_width=None),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            Remaining(),
            console=self._console,
            disable=not self._console.is_terminal,
        )
        self._task = self._bar.add_task("measuring", total=sum(self._left.values()))

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._bar.stop()

    def tell(self, measurement: Measurement, event: Event) -> None:
        """Take one event of a release's journal into account."""
        release, task = measurement.release.id, event.get("task")
        match event["event"]:
            case "start":
                name = make_visible(measurement.tasks[event["task"]].scenario)
                self._bar.update(self._task, description=f"{release} {name}")
            case "killed":
                self._say(f"{release}: killed by somebody, and started again: {event['reason']}")
            case "death":
                where = "" if task is None else f" in {measurement.tasks[task].experiment}"
                self._say(f"{release}: {event['status']}{where}: {event['reason']}")
        if event["event"] in {"end", "death"}:
            over = self._left[_key(measurement)] if task is None else 1
            self._bar.advance(self._task, over)
            self._left[_key(measurement)] -= over
            if not any(left for (name, _), left in self._left.items() if name == release):
                self._say(f"{release}: measured")

    def _say(self, text: str) -> None:
        finished = self._bar.tasks[0].completed
        elapsed = self._bar.tasks[0].elapsed or 0
        self._console.print(
            make_visible(
                f"[{elapsed:4.0f} s, {finished:.0f} of {self._bar.tasks[0].total:.0f}] {text}"
            ),
            markup=False,
        )


def _key(measurement: Measurement) -> tuple[str, str]:
    """Return what tells the parts of a release apart."""
    return measurement.release.id, measurement.provenance.run_id
