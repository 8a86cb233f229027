"""Write a commented scenario of your own, which runs as it is."""

import argparse
import shlex
from pathlib import Path

from harness.errors import ExitCode
from harness.upgrade.new_scenario import write_new_scenario


def add_options(verb: argparse.ArgumentParser) -> None:
    """Declare what can be said of it."""
    verb.add_argument("name", help="lower-case letters, digits and underscores")
    verb.add_argument("--folder", type=Path, default=Path(), help="where to; here if not named")


def run(arguments: argparse.Namespace) -> ExitCode:
    """Write it, and say how it is measured."""
    file = write_new_scenario(arguments.name, arguments.folder)
    print(f"written: {file}")
    folder = shlex.quote(str(file.parent.absolute()))
    words = f"--scenarios {folder} --scenario {arguments.name}"
    print(f'measure it: nox -s "matrix(tf-2.10.1)" "matrix(tf-2.16.2)" -- {words}')
    return ExitCode.OK
