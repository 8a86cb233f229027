"""How long the scan of 2,000 files of a user's code takes. Run by ``nox -s bench``.

Both on one core and on all there are. The files are the programs of the corpus, over and over, each in a package of its own; `plain` adds
to each as much code again that has nothing to do with Keras, up to the length of a usual file.
"""

import os
import tempfile
import time
from pathlib import Path

from tabulate import tabulate

from harness.upgrade.source.processes import count_cores
from harness.upgrade.source_scan import scan_source
from tests.upgrade.marked import CORPUS, PROGRAMS

FILES = 2000
USUAL_LINES = 200
PLAIN = '''

def summarize_{n}(rows, key="total", limit=10):
    """Group rows by a key, and keep the largest groups."""
    groups = {{}}
    for row in rows:
        groups.setdefault(row.get(key), []).append(row)
    ordered = sorted(groups.items(), key=lambda pair: -len(pair[1]))[:limit]
    return [
        {{"key": name, "count": len(found), "share": len(found) / max(len(rows), 1)}}
        for name, found in ordered
        if found and name is not None
    ]
'''


def main() -> None:
    """Time both folders; print files, lines, seconds, and seconds of all cores together."""
    rows = []
    for title, lines in (("as they are", 0), ("of the usual length", USUAL_LINES)):
        with tempfile.TemporaryDirectory(prefix="scan-") as name:
            folder = Path(name)
            total = _write(folder, lines)
            for cores in sorted({1, count_cores()}):
                started, used = time.monotonic(), _used_s()
                scan = scan_source(folder, cores)
                wall, cpu = time.monotonic() - started, _used_s() - used
                seconds = (f"{wall:.1f} s", f"{cpu:.1f} s")
                rows.append((title, scan.files, total, len(scan.sightings), cores, *seconds))
    headers = [
        "programs of the corpus",
        "files",
        "lines",
        "sightings",
        "cores",
        "time",
        "of a core",
    ]
    print(tabulate(rows, headers=headers, tablefmt="pipe"))


def _used_s() -> float:
    """Return the seconds of all cores that went to this process and those it waited for."""
    return sum(os.times()[:4])


def _write(folder: Path, lines: int) -> int:
    """Fill a folder with programs; return how many lines they have."""
    written = total = 0
    while True:
        for name in PROGRAMS:
            for file in sorted((CORPUS / name).rglob("*.py")):
                if written == FILES:
                    return total
                copy = folder / f"copy_{written // 50}" / name / file.relative_to(CORPUS / name)
                if copy.exists():
                    copy = copy.with_stem(f"{copy.stem}_{written}")
                text = file.read_bytes()
                plain = max(0, lines - text.count(b"\n")) // PLAIN.count("\n")
                more = "".join(PLAIN.format(n=n) for n in range(plain)).encode()
                copy.parent.mkdir(parents=True, exist_ok=True)
                copy.write_bytes(text + more)
                written += 1
                total += (text + more).count(b"\n")


if __name__ == "__main__":
    main()
