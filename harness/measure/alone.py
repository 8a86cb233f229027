"""Run a process by itself: an environment, a home and a keeper of its own, and no trace afterwards.

What it may see is an allow-list. What it starts ends with it, however it went about it, and however
the controller ends: see ``keeper.py``.
"""

import fcntl
import os
import re
import select
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Lock

from harness.files import explain_failure

KEEPER = Path(__file__).parent / "keeper.py"
_HOME = "maskmatrix-"
_KEPT = ("PATH", "LANG", "LC_ALL", "LD_LIBRARY_PATH")
_PATIENCE_S = 15.0
"""Longer than the keeper takes for whatever it can end."""


class Alone:
    """A process and its keeper; as :class:`subprocess.Popen`, but over only with all it started.

    Safe to be used from several threads.
    """

    def __init__(self, keeper: "subprocess.Popen[bytes]", told: int, home: Path) -> None:
        if keeper.stdin is None:
            raise AssertionError
        self.stdin = keeper.stdin.fileno()
        self.pid = 0
        """The process, which leads a group of its own; 0 where there never was one."""
        self._keeper = keeper
        self._told = told
        self._home = home
        self._unread = b""
        self._returncode: int | None = None
        self._lock = Lock()
        while not self.pid and self._returncode is None:
            self._listen()

    def poll(self) -> int | None:
        """Return how it ended, as ``Popen.returncode`` does, or None while it runs."""
        with self._lock:
            while self._returncode is None and select.select([self._told], [], [], 0)[0]:
                self._listen()
            return self._returncode

    def wait(self) -> int:
        """Return how it ended, when it has."""
        self._keeper.wait()
        if (code := self.poll()) is None:
            raise AssertionError
        return code

    def kill(self) -> None:
        """End the process; whoever waits for it is told."""
        if self.pid and self._returncode is None:
            with suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)

    def _listen(self) -> None:
        """Take in what the keeper tells; its end without a status is that of a killed keeper."""
        said = os.read(self._told, 64)
        if not said:
            self._returncode = -signal.SIGKILL
            self._end_without_keeper()
            return
        *lines, self._unread = (self._unread + said).split(b"\n")
        for line in lines:
            if self.pid:
                self._returncode = int(line)
            else:
                self.pid = int(line)

    def end(self) -> None:
        """Have the keeper kill all there is, and wait for it; do it ourselves if it cannot."""
        with suppress(subprocess.TimeoutExpired):
            self._keeper.wait(_PATIENCE_S)
        if self._keeper.returncode != 0:
            self._end_without_keeper()

    def _end_without_keeper(self) -> None:
        """Kill the keeper, the group, and whoever left it but still has our environment."""
        self._keeper.kill()
        self._keeper.wait()
        if self.pid:
            with suppress(ProcessLookupError):
                os.killpg(self.pid, signal.SIGKILL)
        marked = re.compile(rb"(?:^|\0)HOME=" + re.escape(os.fsencode(self._home)) + rb"\0")
        with os.scandir("/proc") as entries:
            for process in [int(entry.name) for entry in entries if entry.name.isdigit()]:
                with suppress(OSError):
                    if marked.search(Path(f"/proc/{process}/environ").read_bytes()):
                        os.kill(process, signal.SIGKILL)


@contextmanager
def own_home() -> Iterator[Path]:
    """Make a folder in which a process may leave what it likes, and remove it afterwards.

    It is locked (shared) as long as it is in use; UsageError where there is no room for it.
    """
    place = Path(tempfile.gettempdir())
    with explain_failure(place, "Free some space there, or set TMPDIR to another folder."):
        home, lock = _begin_home()
    try:
        yield home
    finally:
        shutil.rmtree(home, ignore_errors=True)
        os.close(lock)


def _begin_home() -> tuple[Path, int]:
    while True:
        home = Path(tempfile.mkdtemp(prefix=_HOME))
        lock = os.open(home, os.O_RDONLY | os.O_DIRECTORY)
        fcntl.flock(lock, fcntl.LOCK_SH)
        if os.fstat(lock).st_nlink:
            return home, lock
        os.close(lock)  # somebody swept between the two


def sweep_homes() -> None:
    """Remove the homes that killed controllers of ours have left, keepers and all."""
    for home in Path(tempfile.gettempdir()).glob(f"{_HOME}*"):
        with suppress(OSError):
            lock = os.open(home, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
            try:
                if os.fstat(lock).st_uid == os.geteuid():
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    shutil.rmtree(home, ignore_errors=True)
            finally:
                os.close(lock)


@contextmanager
def run_alone(
    command: Sequence[str | Path], home: Path, log: Path, pass_fds: Sequence[int] = ()
) -> Iterator[Alone]:
    """Run a process in an environment, a home and a group of its own; end it with all it started.

    What it prints goes to ``log``, of which the end is kept; it is told of our death by the end of
    its standard input, and its keeper ends it if it does not hear.
    """
    lifeline, ours = os.pipe()
    told, telling = os.pipe()
    kept = ",".join(map(str, pass_fds))
    with os.fdopen(ours, "wb", buffering=0) as line, os.fdopen(told, "rb"):
        try:
            keeper = subprocess.Popen(
                [
                    *(sys.executable, "-I", "-S", KEEPER),
                    *(str(lifeline), str(telling), log.absolute(), home, kept),
                    *command,
                ],
                env=worker_environment(os.environ, str(home)),
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                cwd=home,
                start_new_session=True,
                pass_fds=[lifeline, telling, *pass_fds],
            )
        finally:
            os.close(lifeline)
            os.close(telling)
        # On leaving, Popen closes the pipe to the process.
        with keeper:
            process = Alone(keeper, told, home)
            try:
                yield process
            finally:
                # A word before the end of the line: we are not dead, and clear up ourselves.
                with suppress(BrokenPipeError):
                    line.write(b".")
                process.end()


def worker_environment(outer: Mapping[str, str], home: str) -> dict[str, str]:
    """Return the whole environment of a worker: an allow-list, and one thread on the CPU.

    A stray KERAS_BACKEND, TF_USE_LEGACY_KERAS or ~/.keras/keras.json changes what is measured.
    """
    return {name: outer[name] for name in _KEPT if name in outer} | {
        "HOME": home,
        "KERAS_HOME": home,
        "TMPDIR": home,
        "CUDA_VISIBLE_DEVICES": "",
        "TF_NUM_INTRAOP_THREADS": "1",
        "TF_NUM_INTEROP_THREADS": "1",
        "OMP_NUM_THREADS": "1",
        "TF_CPP_MIN_LOG_LEVEL": "2",
        "PYTHONHASHSEED": "0",
        "PYTHONIOENCODING": "utf-8",
        "PYTHONNOUSERSITE": "1",
    }


def describe_death(code: int, log: Path) -> str:
    """Say how a process ended, and the last thing it printed."""
    how = f"exit code {code}" if code >= 0 else f"signal {-code} ({signal.strsignal(-code)})"
    try:
        with log.open("rb") as file:
            file.seek(max(0, log.stat().st_size - 4096))
            lines = file.read().decode(errors="replace").strip().splitlines()
    except FileNotFoundError:  # a keeper that was killed early has made none
        lines = []
    return f"{how}: {lines[-1].strip()[:300]}" if lines else how
