"""Time one release's kernels on command. Runs under the release's own Python, 3.6 or later.

As its neighbour the worker, whose ways of importing and failing it shares, it knows nothing of the
harness: the protocol is all they share.

    python timer.py JOB.json

The job is one JSON object::

    {"api": "tf.keras",                  # where Keras is: "tf.keras", "keras" or "tf_keras"
     "output": 5,                        # an inherited file descriptor to write replies to
     "threads": 1,                       # of each pool of TensorFlow's
     "slowdown": 1.05,                   # may be left out: how much longer to make each sample
     "cases": [{"kernel": "reduction_raw", "mode": "graph", "batch": 256, "timesteps": 400}]}

What the kernels are stands in ``kernels.py``; modes are ``eager``, ``graph`` and ``xla``. Every
reply is one JSON object on one line, flushed. The first comes unasked, then one a command, in their
order; a case is named by its place in the job::

    {"event": "hello", "python", "numpy", "tensorflow", "keras", "import_s", "threads",
     "intra_op_threads", "inter_op_threads", "onednn", "keeps_memory", "peak_rss_bytes"}

    {"command": "prepare", "case": 0}
    {"event": "ready", "case", "first_call_s", "result", "denominator", "mask", "bytes_per_call",
     "traces", "calls", "warm_up_rounds", "settled", "prepare_s"}

    {"command": "time", "case": 0, "calls": null, "renew": true}     # both may be left out
    {"event": "sample", "case", "calls", "wall_s", "cpu_s", "traces", "threads", "page_faults",
     "result"}

    {"command": "bandwidth"}
    {"event": "bandwidth", "array_bytes", "bytes_per_s"}

    {"command": "forget", "case": 0}
    {"event": "forgotten", "case"}

    {"command": "pin", "core": 1}
    {"event": "pinned", "core"}

    {"command": "bye"}
    {"event": "bye", "peak_rss_bytes"}

Instead of any reply but the first and the last there may come::

    {"event": "failure", "case", "status", "reason"}

with the status ``raised`` (an exception from the release), ``not_applicable`` (the release lacks
what the reason names) or ``fault`` (the result is not numpy's, or the command makes no sense);
``case`` is null where the command has none. A case that failed to be timed is still prepared.

``ready``: the result was within 1e-3 of numpy's in float64 for the ``denominator`` (``valid``: of
the valid steps; ``total``: of all; ``batch``; ``sum``; ``mask_ignored``), which has to be ``valid``
where the kernel itself divides; ``mask`` says how the mask got there. ``calls`` make a sample of
20 ms, or are 1. Rounds of such a length were run until two in a row agreed within 5 % a call
(``settled``), or twelve were, those included that found the length. ``traces`` is that of the third
call: a release that traces at every call may embed the batch each time and never let go of it, so
no more calls than the three are made, and none should be.

``sample``: ``wall_s`` holds the calls and the loop around them alone, each ended by its number in
Python; ``cpu_s`` is of all threads: where it is far below, the kernel waited for a core (the steps
of tf.keras pass each batch from thread to thread). A sample that was too short, after a warm-up on
a busy machine, makes the next one longer. An untimed quarter of the calls goes before, which brings
back to the caches what other processes drove out. The garbage collector is off. ``traces`` counts
how often Python code of the kernel's ran meanwhile, null where it has to (``eager``); one that is
not 0 voids the sample. ``page_faults`` should be few: memory that is freed is kept
(``keeps_memory``), since else a process pays for it at each call or never, by luck. ``renew`` has
the inputs copied anew before, to other pages: where memory is the bound, pages make a process fast
or slow. A ``slowdown`` is planted within the timed region: the process keeps its core busy until so
many times what the calls took has passed. It serves to see whether it is found.

``bandwidth`` counts bytes read and bytes written. ``peak_rss_bytes`` leaves its arrays out.

The process sleeps in between. It ends at once when its standard input does, even in the midst of
work: a controller that is killed leaves nobody behind who still times. Hear the bye first.
"""

import gc
import json
import math
import os
import platform
import queue
import sys
import threading
import time
import traceback

import host
from expected import candidates, close, draw
from kernels import prepare
from release import Release, onednn
from worker import Fault, NotApplicable, import_api, keras_version, one_line

SAMPLE_S = 0.02
AGREE = 0.05
WARM_UP_ROUNDS = 12


class Case:
    """A prepared kernel, and how many calls make a sample."""

    def __init__(self, release, row):
        started = time.perf_counter()
        self.mode = row["mode"]
        self.kernel, self.about = prepare(release, **row)
        self._expected = candidates(draw(row["batch"], row["timesteps"]))[self.about["denominator"]]
        self.calls = 1
        rounds, settled = (0, False) if self.about["traces"] else self._warm_up()
        self.about.update(
            calls=self.calls,
            warm_up_rounds=rounds,
            settled=settled,
            prepare_s=time.perf_counter() - started,
        )

    def _warm_up(self):
        """Run rounds, fitting their calls to the length of a sample, until two in a row agree."""
        before, fastest = None, float("inf")
        for rounds in range(1, WARM_UP_ROUNDS + 1):
            seconds = time.perf_counter()
            self.kernel.run(self.calls)
            seconds = time.perf_counter() - seconds
            per_call, whole = seconds / self.calls, seconds >= SAMPLE_S
            # A fifth more than it takes, but a short run is not trusted by more than tenfold.
            fastest = min(fastest, per_call)
            self.calls = min(math.ceil(1.2 * SAMPLE_S / fastest), 10 * self.calls)
            if whole and before is not None and abs(per_call - before) <= AGREE * per_call:
                return rounds, True
            before = per_call if whole else None
        return WARM_UP_ROUNDS, False

    def time(self, calls, renew, slowdown):
        """Return a sample."""
        asked, calls = calls, calls or self.calls
        if renew:
            self.kernel.renew()
        run = self.kernel.run
        gc.disable()
        try:
            run(calls // 4 + 1)
            traces, faults = self.kernel.traces, host.page_faults()
            cpu_s, wall_s = time.process_time(), time.perf_counter()
            result = run(calls)
            if slowdown > 1:
                host.spin(wall_s, slowdown)
            wall_s = time.perf_counter() - wall_s
            cpu_s = time.process_time() - cpu_s
        finally:
            gc.enable()
        traces, faults = self.kernel.traces - traces, host.page_faults() - faults
        if not asked and wall_s < SAMPLE_S:
            self.calls = math.ceil(1.2 * SAMPLE_S * calls / wall_s)
        if not close(result, self._expected):
            raise Fault("gave {!r}, numpy {!r}".format(float(result), self._expected))
        return {
            "calls": calls,
            "wall_s": wall_s,
            "cpu_s": cpu_s,
            "traces": None if self.mode == "eager" else traces,
            "threads": host.thread_count(),
            "page_faults": faults,
            "result": float(result),
        }


class Timer:
    """The commands: each method is one, and returns its reply's event and fields."""

    def __init__(self, release, job, peak):
        self._release = release
        self._rows = job["cases"]
        self._slowdown = job.get("slowdown", 1)
        self._peak = peak
        self._cases = {}

    def prepare(self, case):
        """Build, check, calibrate and warm up a case; one that is there already is replaced."""
        self._drop(case)
        self._cases[case] = Case(self._release, self._rows[case])
        return "ready", self._cases[case].about

    def time(self, case, calls=None, *, renew=False):
        """Take a sample."""
        if case not in self._cases:
            raise Fault("case {} is not prepared".format(case))
        return "sample", self._cases[case].time(calls, renew, self._slowdown)

    def forget(self, case):
        """Drop a case and its inputs."""
        self._drop(case)
        return "forgotten", {}

    def _drop(self, case):
        if case in self._cases:
            self._cases.pop(case).kernel.close()
            gc.collect()

    def bandwidth(self):
        """Measure how fast memory copies."""
        return "bandwidth", self._peak.leave_out(host.measure_bandwidth)

    def pin(self, core):
        """Bind the process to a core."""
        host.pin(core)
        return "pinned", {"core": core}

    def bye(self):
        """Say goodbye."""
        return "bye", {"peak_rss_bytes": self._peak.read()}


COMMANDS = ("prepare", "time", "forget", "bandwidth", "pin", "bye")


def answer(timer, command):
    """Do what a command says; whatever happens, return an event and its fields."""
    try:
        name = command.pop("command", None)
        if name not in COMMANDS:
            raise Fault("no command is named {}".format(name))
        return getattr(timer, name)(**command)
    except NotApplicable as error:
        status, reason = "not_applicable", str(error)
    except Fault as error:
        status, reason = "fault", str(error)
    except (Exception, SystemExit) as error:
        status, reason = "raised", one_line(error)
        traceback.print_exc()
    return "failure", {"status": status, "reason": reason}


def listen(commands):
    """Put each line of standard input where the main thread waits for it; end with the last."""
    for line in sys.stdin.buffer:
        commands.put(line)
    os._exit(1)


def main(job_path):
    """Import the release, say which it really is, and do as told."""
    keeps_memory = host.keep_memory()
    commands = queue.Queue()
    threading.Thread(target=listen, args=(commands,), daemon=True).start()
    with open(job_path, encoding="utf-8") as job_file:
        job = json.load(job_file)
    output = os.fdopen(job["output"], "w", encoding="utf-8")

    def reply(event, fields):
        output.write(json.dumps(dict(fields, event=event), allow_nan=False) + "\n")
        output.flush()

    started = time.perf_counter()
    tf, keras = import_api(job["api"])
    import_s = time.perf_counter() - started
    import numpy

    peak = host.Peak()
    release = Release(tf, keras, job["threads"])
    intra, inter = release.parallelism()
    reply(
        "hello",
        {
            "python": platform.python_version(),
            "numpy": numpy.__version__,
            "tensorflow": tf.__version__,
            "keras": keras_version(keras),
            "import_s": import_s,
            "threads": host.thread_count(),
            "intra_op_threads": intra,
            "inter_op_threads": inter,
            "onednn": onednn(),
            "keeps_memory": keeps_memory,
            "peak_rss_bytes": peak.read(),
        },
    )
    # What was imported need not be looked at again by the collector. New in Python 3.7.
    if hasattr(gc, "freeze"):
        gc.freeze()
    timer = Timer(release, job, peak)
    while True:
        command = json.loads(commands.get().decode("utf-8"))
        named = {"case": command["case"]} if "case" in command else {}
        event, fields = answer(timer, command)
        if event == "failure":
            named.setdefault("case", None)
        reply(event, dict(fields, **named))
        if event == "bye":
            # TensorFlow can take seconds to go, or hang.
            os._exit(0)


if __name__ == "__main__":
    main(sys.argv[1])
