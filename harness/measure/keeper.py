"""Keep one process: hand on what it prints, see it die, and leave nothing of it behind.

Stands between the controller and a worker, as a process of its own, since only a process that
outlives both can end what the one has started when the other is killed::

    python -I -S keeper.py LIFELINE TOLD LOG HOME KEPT COMMAND...

``LIFELINE`` is a pipe of which the controller holds the other end. When it ends the worker and all
that it ever started are killed, those too that took themselves out of its group: their orphans
become children of the keeper (``PR_SET_CHILD_SUBREAPER``, prctl(2)). Where it ends without a word,
the controller was killed, and the keeper removes the worker's ``HOME``.

``TOLD`` is a pipe to tell on: the worker's process as soon as it runs, and its exit status (as
:attr:`subprocess.Popen.returncode` has it) when it and all it started are gone. Without the second
line the keeper itself was killed; the worker is then, too (``PR_SET_PDEATHSIG``).

``KEPT`` names descriptors that the worker inherits, with commas between. What it prints goes to
``LOG``, of which the end is kept: a gigabyte of it takes no gigabyte.
"""

import ctypes
import os
import resource
import select
import shutil
import signal
import sys
import time
from contextlib import suppress
from pathlib import Path

MOST_LOG, END_OF_LOG = 2**20, 2**16
"""Bytes: the log is begun again with its end when it has grown to the first."""
PIECE = 2**16
PATIENCE_S = 10.0
_PR_SET_PDEATHSIG, _PR_SET_CHILD_SUBREAPER = 1, 36
NOT_STARTED = 127


class Log:
    """The end of what was printed. A disk that is full loses it, and nothing else."""

    def __init__(self, path: str) -> None:
        self._file = -1
        with suppress(OSError):
            self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o644)
        self._end = b""
        self._size = 0

    def write(self, piece: bytes) -> None:
        """Add a piece."""
        self._end = (self._end + piece)[-END_OF_LOG:]
        with suppress(OSError):
            if self._size + len(piece) > MOST_LOG:
                os.ftruncate(self._file, 0)
                os.lseek(self._file, 0, os.SEEK_SET)
                self._size, piece = 0, self._end
            self._size += os.write(self._file, piece)


def control(option: int, value: int) -> None:
    """Call prctl(2), which Python does not have."""
    ctypes.CDLL(None, use_errno=True).prctl(option, value, 0, 0, 0)


def start(command: list[str], output: int, kept: list[int], log: Log) -> int:
    """Start the worker as the leader of a session of its own; return its process when it runs."""
    keeper = os.getpid()
    running, ends_with_exec = os.pipe2(os.O_CLOEXEC)
    process = os.fork()
    if process:
        os.close(ends_with_exec)
        os.read(running, 1)
        os.close(running)
        return process
    try:
        os.setsid()
        control(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != keeper:
            os._exit(NOT_STARTED)
        for name in (signal.SIGPIPE, signal.SIGXFSZ):  # Python ignores them, which is inherited
            signal.signal(name, signal.SIG_DFL)
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        with suppress(OSError):  # where memory runs out, the worker is to go and not its neighbours
            Path("/proc/self/oom_score_adj").write_text("1000")
        for stream in (1, 2):
            os.dup2(output, stream)
        for descriptor in kept:
            os.set_inheritable(descriptor, True)  # noqa: FBT003 - it takes no name
        os.execv(command[0], command)  # noqa: S606 - a shell is what it must not be
    except BaseException as error:  # noqa: BLE001 - a copy of the keeper must not live on
        why = error.strerror if isinstance(error, OSError) else repr(error)
        log.write(f"its Python could not be started: {why}\n".encode())
    os._exit(NOT_STARTED)


def descendants(ancestor: int) -> list[int]:
    """Return all processes below one, by the kernel's own list."""
    children: dict[int, list[int]] = {}
    with os.scandir("/proc") as entries:
        for process in [int(entry.name) for entry in entries if entry.name.isdigit()]:
            with suppress(OSError):
                # The name, in brackets, may hold anything; the parent is the second after it.
                about = Path(f"/proc/{process}/stat").read_text(errors="replace")
                parent = int(about.rpartition(")")[2].split()[1])
                children.setdefault(parent, []).append(process)
    found, waiting = [], [ancestor]
    while waiting:
        below = children.get(waiting.pop(), [])
        found += below
        waiting += below
    return found


class Keeper:
    """The worker, the children it has lost to the keeper, and the pipes."""

    def __init__(self, lifeline: int, told: int, log: Log) -> None:
        self._lifeline = lifeline
        self._told = told
        self._log = log
        self._worker = 0
        self._status: int | None = None

    def run(self, command: list[str], kept: list[int]) -> bool:
        """Run the worker to its end or to that of the controller; say whether that was killed."""
        woken, wake = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        printed, output = os.pipe2(os.O_CLOEXEC)
        os.set_blocking(printed, False)
        self._worker = start(command, output, kept, self._log)
        # A pipe ends when nobody holds its other end, the keeper neither.
        for descriptor in (0, output, *kept):
            os.close(descriptor)
        self._tell(self._worker)
        poll = select.poll()
        for descriptor in (self._lifeline, printed, woken):
            poll.register(descriptor, select.POLLIN)
        word = None
        while word is None and self._status is None:
            ready = {descriptor for descriptor, _ in poll.poll()}
            if printed in ready and self._hand_on(printed) == b"":
                poll.unregister(printed)
            if woken in ready:
                with suppress(BlockingIOError):
                    os.read(woken, PIECE)
            self._reap()
            if self._lifeline in ready:
                word = os.read(self._lifeline, 1)
        self._end()
        while self._hand_on(printed):
            pass
        if self._status is not None:
            self._tell(self._status)
        # The worker may have noticed before us that its controller is gone.
        if word is None and select.select([self._lifeline], [], [], 0)[0]:
            word = os.read(self._lifeline, 1)
        return word == b""

    def _hand_on(self, printed: int) -> bytes | None:
        """Log a piece of what was printed and return it: empty at its end, None where none is."""
        try:
            piece = os.read(printed, PIECE)
        except BlockingIOError:
            return None
        self._log.write(piece)
        return piece

    def _tell(self, number: int) -> None:
        with suppress(OSError):  # nobody listens any more
            os.write(self._told, b"%d\n" % number)

    def _reap(self) -> bool:
        """Take note of who has died; say whether anybody is left."""
        while True:
            try:
                process, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return False
            if not process:
                return True
            if process == self._worker:
                self._status = os.waitstatus_to_exitcode(status)

    def _end(self) -> None:
        """Kill whoever is left, and whoever they start meanwhile."""
        deadline = time.monotonic() + PATIENCE_S
        while self._reap() and time.monotonic() < deadline:
            for process in descendants(os.getpid()):
                with suppress(ProcessLookupError, PermissionError):
                    os.kill(process, signal.SIGKILL)
            time.sleep(0.002)


def main(words: list[str]) -> None:
    """Keep the worker that the words tell of."""
    lifeline, told, log, home, kept, *command = words
    control(_PR_SET_CHILD_SUBREAPER, 1)
    signal.signal(signal.SIGPIPE, signal.SIG_IGN)
    for descriptor in (int(lifeline), int(told)):
        os.set_inheritable(descriptor, False)  # noqa: FBT003 - it takes no name
    keeper = Keeper(int(lifeline), int(told), Log(log))
    if keeper.run(command, [int(word) for word in kept.split(",") if word]):
        shutil.rmtree(home, ignore_errors=True)


if __name__ == "__main__":
    main(sys.argv[1:])
