"""Who may say what when: the lines of a journal, held against the order the worker works in. Pure.

A scenario runs in the worker's own process and could write into its results whatever it likes. The
worker begins its tasks in their order, each once, and says nothing of one that is not running; the
controller speaks of the one that ran. A line that does not fit is left out, and no task is believed
whose lines can be those of another: it stays due.

What cannot be told is a scenario that plays the worker to the end of its process. It is code of the
user's own and is not locked in.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from harness.measure.protocol import Event

_NAMES = ("python", "numpy", "tensorflow", "keras")


class Order:
    """What has been said of ``count`` tasks so far, and with that, what may be said next."""

    def __init__(self, count: int) -> None:
        self.current: int | None = None
        """The task that is running."""
        self._count = count
        self._order: list[int] = []
        self._over: set[int] = set()
        self._doubted: set[int] = set()
        self._again: int | None = None
        self._hello: list[str] = []

    @property
    def left(self) -> list[int]:
        """The tasks that are neither over nor in doubt."""
        return [task for task in range(self._count) if task not in self._over | self._doubted]

    def take(self, event: Event) -> Iterator[Event]:
        """Yield an event that fits; instead of one that does not, why, by the task to be asked.

        ``misplaced`` is a line that is left out; ``repeated`` makes what its task has said void,
        and ``doubted`` what its ``tasks`` say at all.
        """
        task: Any = event.get("task")
        match event["event"]:
            case "broken" | "bye":
                yield event
            case "hello" if self._hello in ([], said := [event[name] for name in _NAMES]):
                self._hello = said
                yield event
            case "killed" if task == self.current:
                self._again = task
                yield event
            case "death" if task == self.current:
                self._close([task] if task is not None else self.left)
                yield event
            case _ if task in self._doubted:
                pass
            case "start" if task in range(self._count):
                yield from self._begin(event, task)
            case _ if task is not None and task == self._again:  # killed, and not begun again
                yield from self._misplaced(event)
            case "end" if task in self._order:
                yield from self._end(event, task)
            case "observation" | "control" | "failure" if task == self.current:
                yield event
            case _:
                yield from self._misplaced(event)

    def _begin(self, event: Event, task: int) -> Iterator[Event]:
        known = [one for one in self._order if one >= task]
        if known == [task] == [self.current] != [self._again]:
            # Whoever began it before, from here on it is the worker that speaks of it.
            yield {**self._explain(event), "event": "repeated", "task": task}
            return
        if known and known != [self._again]:
            before = max((one for one in self._order if one < task), default=task)
            yield from self._doubt(before, known)
        if task not in self._doubted:
            self._order += [] if known == [task] else [task]
            self.current, self._again = task, None
            yield event

    def _end(self, event: Event, task: int) -> Iterator[Event]:
        later = self._order[self._order.index(task) + 1 :]
        first = task not in self._over
        if later:
            yield from self._doubt(task, later)
        if first:
            self._close([task])
            yield event
        elif not later:
            yield from self._misplaced(event)

    def _close(self, tasks: Sequence[int]) -> None:
        self._over.update(tasks)
        self._order += [task for task in tasks if task not in self._order]
        self.current = self._again = None

    def _doubt(self, asked: int, tasks: Iterable[int]) -> Iterator[Event]:
        self._doubted.update(tasks)
        self._order = [task for task in self._order if task not in self._doubted]
        self.current = None
        reason = (
            "its results are not in the worker's order: "
            f"{len(self._doubted)} experiments are left to be measured again"
        )
        yield {"event": "doubted", "task": asked, "tasks": sorted(tasks), "reason": reason}

    def _misplaced(self, event: Event) -> Iterator[Event]:
        asked = self._order[-1] if self.current is None and self._order else self.current
        if asked is not None:
            yield {**self._explain(event), "event": "misplaced", "task": asked}

    def _explain(self, event: Event) -> Event:
        return {"reason": f"its results have {event['event']!r} where nobody can say that"}


def follow(events: Iterable[Event], count: int) -> Iterator[Event]:
    """Yield the events that fit and what is to be said of the others; see :meth:`Order.take`."""
    order = Order(count)
    for event in events:
        yield from order.take(event)


def unfinished(events: Iterable[Event], count: int) -> tuple[list[int], int | None]:
    """Return the tasks that are still to be asked, and the one that is running, if any."""
    order = Order(count)
    for event in events:
        for _ in order.take(event):
            pass
    return order.left, order.current
