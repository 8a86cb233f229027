"""What the terminal says of the timings: whether to believe them, and what changed most."""

from collections.abc import Iterator
from textwrap import wrap

from harness.judge.runs import Throughputs
from harness.judge.timings import Throughput
from harness.publish.counts import to_utc
from harness.publish.speed_steps import list_headlines
from harness.publish.speed_words import count_outcomes, say_sentinel
from harness.publish.wording import NOTHING, make_visible

MOST = 5
_NARROWEST = 50


def render_speed(throughputs: Throughputs, width: int = 100) -> str:
    """Return at most ``width`` columns of text (50 where it is less); nothing is cut off."""
    width = max(width, _NARROWEST)
    lines = [line for throughput in throughputs.told for line in _run(throughput)]
    return "\n".join(_fill(line, width) for line in [*lines, "THROUGHPUT.md tells it in full."])


def _run(throughput: Throughput) -> Iterator[str]:
    releases = len({one.release for one in throughput.timed})
    yield (
        f"Throughput of {releases} releases on {make_visible(throughput.machine)}, "
        f"{to_utc(throughput.ended):%Y-%m-%d} (UTC), beside {make_visible(throughput.reference)}:"
    )
    yield f"  Sentinel {say_sentinel(throughput)}."
    yield f"  {count_outcomes(throughput.timed)}."
    places = list_headlines(throughput)
    yield "  What changed most:" if places else "  No step was found along any series."
    for series, between, time, kernel, others in places[:MOST]:
        also = "" if others == NOTHING else f"; in other cases {others}"
        yield f"    {between} ({series}): {time} in {kernel}{also}"
    yield ""


def _fill(line: str, width: int) -> str:
    """Return a line wrapped, what follows indented two more than it begins."""
    indent = line[: len(line) - len(line.lstrip())]
    return "\n".join(wrap(line, width, subsequent_indent=f"{indent}  ", break_on_hyphens=False))
