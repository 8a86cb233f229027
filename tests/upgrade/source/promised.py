"""What a scan promises of any files whatever, and that it comes to an end."""

import re
import signal
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from harness.upgrade.sightings import Scan
from harness.upgrade.source.concerns import CONCERNS
from harness.upgrade.source_scan import scan_source

LONGEST_S = 20
HEAD = "import functools, keras, tensorflow as tf\nfrom keras import layers\n"
SOUND = b"import keras\nmodel = keras.Sequential([keras.layers.Masking()])\n"


class TooLongError(Exception):
    """A scan goes on and on."""


@contextmanager
def _end_of_patience() -> Iterator[None]:
    """Break off what takes longer than LONGEST_S of a core."""

    def end(_number: int, _frame: FrameType | None) -> None:
        raise TooLongError

    usual = signal.signal(signal.SIGVTALRM, end)
    signal.setitimer(signal.ITIMER_VIRTUAL, LONGEST_S)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, usual)


def scan(files: Mapping[str, bytes]) -> Scan:
    """Scan files beside a sound one, and hold what is seen against what a scan promises."""
    with tempfile.TemporaryDirectory() as name:
        for path, content in {"sound.py": SOUND, **files}.items():
            (Path(name) / path).parent.mkdir(parents=True, exist_ok=True)
            (Path(name) / path).write_bytes(content)
        with _end_of_patience():
            found = scan_source(Path(name))
    skipped = {path for path, _ in found.skipped}
    assert "sound.py" not in skipped
    assert len(files) + 1 - len(skipped) <= found.files <= len(files) + 1
    assert list(found.sightings) == sorted(found.sightings)
    assert any(one.path == "sound.py" for one in found.sightings)
    for one in found.sightings:
        content = SOUND if one.path == "sound.py" else files[one.path]
        assert one.concern in CONCERNS
        assert 1 <= one.line <= len(re.split(b"\r\n|\r|\n", content)) + 1
        assert one.column >= 1
        assert one.what.isprintable()
        assert len(one.what) <= 100
    assert all(reason.isprintable() and len(reason) < 200 for _, reason in found.skipped)
    return found
