"""The command line: ``python -m harness VERB``. Parse, wire, and map errors to exit codes.

A verb is a module of ``harness.commands``, imported when it is said: pyarrow and scipy take
0.2 s each and pandas twice that, and most verbs need none of them.
"""

import argparse
import sys
import traceback
from collections.abc import Sequence
from importlib import import_module

from harness.errors import ExitCode, MaskmatrixError

VERBS = {
    "measure": "measure what is not stored yet",
    "throughput": "time the masked reduction, release beside release",
    "calibrate": "say how far the timings can be trusted",
    "check": "tell what an upgrade changes",
    "bisect": "find the exact release in which an answer changed",
    "new-scenario": "write a commented scenario of your own, which runs as it is",
    "report": "rebuild every published file from what is stored",
    "lock": "resolve a release as of its day and write its lock",
}


def parse_arguments(words: Sequence[str] | None = None) -> argparse.Namespace:
    """Return the verb and its options; argparse ends with 2 where they are wrong."""
    words = sys.argv[1:] if words is None else words
    parser = argparse.ArgumentParser(
        prog="python -m harness",
        description="What each TensorFlow and Keras release does with masks and weights.",
    )
    verbs = parser.add_subparsers(required=True, metavar="VERB")
    for name, about in VERBS.items():
        verb = verbs.add_parser(name, help=about)
        if name == next(iter(words), None):
            command = import_module(f"harness.commands.{name.replace('-', '_')}")
            verb.description = command.__doc__
            command.add_options(verb)
            verb.set_defaults(run=command.run)
    return parser.parse_args(words)


def main(words: Sequence[str] | None = None) -> int:
    """Run one verb; return its exit code."""
    arguments = parse_arguments(words)
    try:
        return int(arguments.run(arguments))
    except MaskmatrixError as error:
        print(f"error: {error}", file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        print(
            "interrupted: what was finished is stored; the same command goes on from there",
            file=sys.stderr,
        )
        return 130
    except Exception:  # noqa: BLE001 - the last door: whatever it is, it ends as 101
        traceback.print_exc()
        return ExitCode.INTERNAL


if __name__ == "__main__":
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    sys.exit(main())
