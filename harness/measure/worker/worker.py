"""Ask one release the questions it is given. Runs under the release's own Python, 3.6 or later.

It imports nothing of the harness and is imported by nothing of it: the protocol is all they share.

    python worker.py JOB.json

The job is one JSON object::

    {"output": "results.jsonl",          # a new file, written line by line
     "api": "tf.keras",                  # where Keras is: "tf.keras", "keras" or "tf_keras"
     "path": "/checkout",                # appended to sys.path, for what scenarios share
     "draws": 2,                         # how many draws of data each experiment is asked on
     "tasks": [{"index": 0,              # how the output names the task
                "scenario": "dense_masking",
                "file": "/checkout/scenarios/dense_masking.py",
                "experiment": "loss_and_gradient"}]}

An *experiment* is a function of a scenario, ``experiment(probe)``; :class:`Probe` is what it is
given. Every line of the output is one JSON object, flushed before the next step begins::

    {"event": "hello", "python", "numpy", "tensorflow", "keras", "import_s"}
    {"event": "start", "task": 0}
    {"event": "observation", "task", "draw", "question", "observed", "hypotheses", "note"}
    {"event": "control", ...the same, "expected"}     # an arrangement whose answer is certain
    {"event": "failure", "task", "draw", "status", "reason"}
    {"event": "end", "task": 0, "duration_s": 1.5}
    {"event": "bye", "peak_rss_bytes"}

``draw`` is null where a failure lies outside the draws. A failure's ``status`` is ``raised`` (an
exception from the release), ``not_applicable`` (the release lacks the API named in the reason) or
``fault`` (the scenario itself is wrong). A number that is not finite is written as the string
"nan", "inf" or "-inf", so that each line is strict JSON; a label is written as it is. A line
without its newline was cut off, a task without its end died, a file without "bye" is not whole.

The file is locked (shared) as long as the worker lives, and the worker ends when its standard
input does: a controller that is killed leaves nobody behind who still writes.
"""

import fcntl
import functools
import gc
import importlib
import importlib.util
import inspect
import json
import math
import numbers
import os
import platform
import re
import resource
import sys
import threading
import time
import traceback
import zlib


class NotApplicable(Exception):
    """The release lacks an API."""


class Fault(Exception):
    """The scenario is wrong: what it reports is no answer."""


class Output:
    """The results file: one flushed line an event."""

    def __init__(self, path):
        self.file = open(path, "a", encoding="utf-8")
        fcntl.flock(self.file, fcntl.LOCK_SH)

    def write(self, event, **fields):
        """Write one line; text that is not valid Unicode is escaped by JSON itself."""
        self.file.write(json.dumps(dict(fields, event=event), allow_nan=False) + "\n")
        self.file.flush()


class Probe:
    """What an experiment is given: the release's API, seeded draws, and where to report.

    ``tf`` and ``keras`` are the imported modules.
    """

    def __init__(self, tf, keras, output, task, draws):
        self.tf = tf
        self.keras = keras
        self._output = output
        self._task = task
        self._draws = draws
        self.draw = None

    def draws(self):
        """Yield one ``numpy.random.RandomState`` a draw, seeded by scenario, experiment and draw.

        Each is new, so that an experiment that raises cannot shift the next one's data.
        """
        from numpy.random import RandomState

        for draw in range(self._draws):
            self.draw = draw
            name = "{scenario}.{experiment}.{draw}".format(draw=draw, **self._task)
            yield RandomState(zlib.crc32(name.encode("utf-8")))

    def get(self, name):
        """Return what the release's Keras has under a dotted name; without it, not applicable."""
        found = self.keras
        for part in name.split("."):
            try:
                found = getattr(found, part)
            except AttributeError:
                raise NotApplicable(self.keras.__name__ + "." + name)
        return found

    def takes(self, function, argument):
        """Say whether a function or class declares an argument of that name."""
        return argument in inspect.signature(function).parameters

    def require_argument(self, function, argument):
        """Stop as not applicable where a function does not declare an argument."""
        if not self.takes(function, argument):
            name = getattr(function, "__qualname__", repr(function))
            raise NotApplicable("{}({}=)".format(name, argument))

    def not_applicable(self, name):
        """Stop: the release lacks what ``name`` names."""
        raise NotApplicable(name)

    def observe(self, question, observed, hypotheses=None, note=""):
        """Report what the release said: a number with what each candidate gives, or a label."""
        self._report("observation", question, observed, hypotheses, note=note)

    def control(self, expected):
        """Return a reporter like :meth:`observe` for an arrangement whose answer is certain.

        If that answer does not come out, the question's observation proves nothing.
        """
        return functools.partial(self._report, "control", expected=expected)

    def _report(self, event, question, observed, hypotheses=None, **fields):
        if self.draw is None:
            raise Fault("{} was reported outside probe.draws()".format(question))
        self._output.write(
            event,
            task=self._task["index"],
            draw=self.draw,
            question=question,
            observed=scalar(question, observed),
            hypotheses={
                name: scalar(question, value) for name, value in (hypotheses or {}).items()
            },
            **fields,
        )


def scalar(question, value):
    """Return a label as it is and a number as JSON can hold it; anything else is a fault."""
    if isinstance(value, str):
        return value
    if isinstance(value, numbers.Real) and not isinstance(value, bool):
        return float(value) if math.isfinite(value) else str(float(value))
    raise Fault(
        "{} must be a number or a label, not {}{}".format(
            question, type(value).__name__, getattr(value, "shape", "")
        )
    )


def import_api(name):
    """Import TensorFlow, and Keras from where the release has it."""
    import tensorflow as tf

    if name == "tf.keras":
        return tf, tf.keras
    return tf, importlib.import_module(name)


def keras_version(keras):
    """Return the version of Keras; not every TensorFlow says it in its own module of it."""
    for name in (keras.__name__, "keras", "tensorflow.python.keras._impl.keras"):
        try:
            return importlib.import_module(name).__version__
        except (ImportError, AttributeError):
            pass
    return "unknown"


def load_scenario(name, path):
    """Import a scenario from its file, whether it lies in the package or in a user's folder."""
    spec = importlib.util.spec_from_file_location("scenarios." + name, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def clear_session(keras):
    """Drop the graph of the experiment before, where a release keeps one."""
    clear = getattr(keras.backend, "clear_session", None)
    if clear is not None:
        clear()


def one_line(error):
    """Return an exception's type and the first line of its message.

    Where that only announces the rest, a line of what follows at the margin is added: after
    "Graph execution error:" and a quoted stack the last, the kernel's own words; after "Exception
    encountered when calling layer ..." the next.
    """
    text = re.sub(r"\x1b\[[0-9;]*m", "", str(error))
    lines = [line for line in text.strip().splitlines() if line.strip()]
    said = lines[0].strip() if lines else ""
    rest = [line.strip() for line in lines[1:] if not line[0].isspace()]
    if rest and said.endswith(":"):
        said += " " + rest[-1]
    elif rest and said.startswith("Exception encountered when calling"):
        said += " " + rest[0]
    return type(error).__name__ + (": " + said if said else "")


def run_task(output, task, tf, keras, draws):
    """Run one experiment; what it raises is reported, and its traceback goes to the log."""
    started = time.time()
    output.write("start", task=task["index"])
    probe = Probe(tf, keras, output, task, draws)
    failure = None
    try:
        try:
            experiment = getattr(load_scenario(task["scenario"], task["file"]), task["experiment"])
        except Exception as error:
            raise Fault("on import: " + one_line(error))
        clear_session(keras)
        experiment(probe)
    except NotApplicable as error:
        failure = ("not_applicable", str(error))
    except Fault as error:
        failure = ("fault", str(error))
    except (Exception, SystemExit) as error:
        failure = ("raised", one_line(error))
        traceback.print_exc()
    if failure:
        output.write(
            "failure", task=task["index"], draw=probe.draw, status=failure[0], reason=failure[1]
        )
    output.write("end", task=task["index"], duration_s=time.time() - started)


def end_with_controller():
    """Wait for the end of standard input, which comes when the controller is gone."""
    while os.read(0, 1024):
        pass
    os._exit(1)


def main(job_path):
    """Import the release, say which it really is, and run the tasks in their order."""
    threading.Thread(target=end_with_controller, daemon=True).start()
    with open(job_path, encoding="utf-8") as job_file:
        job = json.load(job_file)
    sys.path.append(job["path"])
    output = Output(job["output"])
    started = time.time()
    tf, keras = import_api(job["api"])
    import numpy

    output.write(
        "hello",
        python=platform.python_version(),
        numpy=numpy.__version__,
        tensorflow=tf.__version__,
        keras=keras_version(keras),
        import_s=time.time() - started,
    )
    # Keras collects garbage whenever a session is cleared: what was imported need not be looked at
    # again each time, and between two sessions seldom. A tenth of the work in all. gc.freeze is new
    # in Python 3.7.
    if hasattr(gc, "freeze"):
        gc.freeze()
    gc.set_threshold(50000, 20, 20)
    for task in job["tasks"]:
        run_task(output, task, tf, keras, job["draws"])
    # Linux reports kilobytes.
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    output.write("bye", peak_rss_bytes=peak)


if __name__ == "__main__":
    main(sys.argv[1])
