"""The tables behind the charts of throughput; import it only where there are timings."""

from collections.abc import Iterator, Sequence

from harness.judge.runs import Throughputs
from harness.model import Release
from harness.publish.speed import HEADER, START_HEADER, list_start_up, list_tables
from harness.publish.speed_words import say_sentinel
from harness.publish.timed import Sheet
from harness.publish.wording import make_visible


def list_sheets(throughputs: Throughputs, releases: Sequence[Release]) -> Iterator[Sheet]:
    """Yield the tables of the widest run, a kernel and shape each, then what starting up takes."""
    order = [release.id for release in releases]
    for throughput in throughputs.told[:1]:
        where = make_visible(f"Run {throughput.run_id} on {throughput.machine}")
        sentinel = f"The sentinel {say_sentinel(throughput)}."
        for table in list_tables(throughput, order):
            about = f"{where}: {table.about}. {sentinel}"
            yield Sheet(title=table.title, about=about, header=HEADER, rows=table.rows)
        rows = list_start_up(throughput, order)
        yield Sheet(title="Starting up", about=f"{where}.", header=START_HEADER, rows=rows)
