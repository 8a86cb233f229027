# /// script
# requires-python = ">=3.11"
# dependencies = [
#     "jinja2>=3.1",
#     "nox>=2026.10",
#     "numpy>=1.26",
#     "packaging>=24.0",
#     "pandas>=2.2",
#     "pyarrow>=17.0",
#     "pyyaml>=6.0",
#     "rich>=13.7",
#     "scipy>=1.14",
#     "tabulate>=0.9",
#     "uv>=0.9",
#     "vl-convert-python>=1.9",
# ]
# ///
"""Everything a person does with maskmatrix is a session of this file; nox alone must be installed.

The block above is the controller's environment: nox builds it and starts itself again in it. Each
release has an environment of its own, made by uv from its lock and kept between runs.
"""

import sys
from pathlib import Path
from typing import NoReturn

import nox

ROOT = Path(__file__).parent
sys.path.insert(0, str(ROOT))

from harness.errors import (  # noqa: E402 - the folder must be on the path first
    ExitCode,
    MaskmatrixError,
)
from harness.model import Release  # noqa: E402
from harness.releases.builds import write_build  # noqa: E402
from harness.releases.catalogue import load_catalogue  # noqa: E402
from harness.releases.environment import require_space  # noqa: E402
from harness.releases.interpreters import find_interpreter  # noqa: E402
from harness.releases.provision import install_release  # noqa: E402
from harness.sessions import (  # noqa: E402
    check_selection,
    place_scenarios,
    read_name,
    take_options,
)

nox.needs_version = ">=2026.10"
nox.options.default_venv_backend = "uv"
nox.options.reuse_existing_virtualenvs = True
nox.options.sessions = ["tests", "lint"]

BUILDS = ROOT / ".nox" / "maskmatrix"
INTERRUPT_S = 10.0
NO_THROUGHPUT = "--no-throughput"
CHOSEN: list[str] = []
"""The releases of this call of nox, in their order."""
OUTCOME: list[int] = []
"""What the sessions so far ended with; the last one, the report, passes the gravest on."""


def _parameters() -> list[nox.param]:
    """Return a session for each release; one without an interpreter has no environment of nox."""
    try:
        catalogue = load_catalogue()
        check_selection(catalogue, sys.argv[1:])
    except MaskmatrixError as error:
        print(f"error: {error}", file=sys.stderr)
        sys.exit(error.exit_code)
    return [
        nox.param(
            str(python) if (python := find_interpreter(release.python)) else False,
            release,
            id=release.id,
            tags=list(release.tags),
        )
        for release in catalogue
    ]


def _harness(session: nox.Session, verb: str, *words: str) -> int:
    """Run a verb in the controller's environment; return its exit code."""
    try:
        # nox would kill an interrupted run after 0.5 s, before it has said what is stored.
        command = [sys.executable, "-m", "harness", verb, *words]
        session.run(*command, external=True, interrupt_timeout=INTERRUPT_S)
    except nox.command.CommandFailed as failure:
        return failure.return_code or ExitCode.INTERNAL
    return ExitCode.OK


def _run_where_called(session: nox.Session, verb: str) -> NoReturn:
    """Run a verb with file names as they are meant where nox was called, and end as it does."""
    session.chdir(session.invoked_from)
    session.env["PYTHONPATH"] = str(ROOT)
    sys.exit(_harness(session, verb, *session.posargs))


@nox.session(default=False)
@nox.parametrize("python,release", _parameters())
def matrix(session: nox.Session, release: Release) -> None:
    """Install a release from its lock; then measure, then report. Options go to measure."""
    if not CHOSEN and not OUTCOME:
        _announce(session, release)
    try:
        python = Path(session.bin, "python") if session.python else None
        fetched = ROOT / ".nox" / f"fetched-{release.id}"
        write_build(BUILDS, install_release(release, python, fetched, session.warn))
    except MaskmatrixError as error:
        session.warn(str(error))
        OUTCOME.append(error.exit_code)
    else:
        CHOSEN.append(release.id)
    session.notify("measure")


def _announce(session: nox.Session, release: Release) -> None:
    """Say what the chosen releases take on the disk, and stop here if that cannot fit."""
    # nox has no public word for what is still to run; the session that runs is no longer queued.
    queue = session._runner.manifest.list_all_sessions()  # noqa: SLF001
    waiting = [runner for runner, queued in queue if queued and runner.name == "matrix"]
    names = [read_name(runner.friendly_name) for runner in waiting]
    new = [name for name in (release.id, *names) if not (BUILDS / f"{name}.json").exists()]
    try:
        session.log(require_space(ROOT, len(new)))
    except MaskmatrixError as error:
        session.warn(str(error))
        sys.exit(error.exit_code)


@nox.session(python=False, default=False)
def measure(session: nox.Session) -> None:
    """Measure what is not stored yet, in the releases just installed or in all that are."""
    # None of those asked for could be prepared: no reason to measure all the others.
    if OUTCOME and not CHOSEN:
        sys.exit(max(OUTCOME))
    given = [word for word in session.posargs if word != NO_THROUGHPUT]
    words = place_scenarios(given, Path(session.invoked_from))
    outcome = _harness(session, "measure", *CHOSEN, *words)
    if outcome not in {ExitCode.OK, ExitCode.ENVIRONMENT}:
        sys.exit(outcome)
    OUTCOME.append(outcome)
    # Timings take a quarter of an hour: they belong to the whole catalogue, not to a quick look.
    if len(CHOSEN) == len(load_catalogue()) and NO_THROUGHPUT not in session.posargs:
        OUTCOME.append(
            _harness(session, "throughput", "--unless-timed", *take_options(words, "--results"))
        )
    session.notify("report", posargs=take_options(words, "--results", "--scenarios"))


@nox.session(python=False, default=False)
def throughput(session: nox.Session) -> None:
    """Time the masked reduction in the releases installed; --releases, --tag, --budget MINUTES."""
    outcome = _harness(session, "throughput", *session.posargs)
    if outcome not in {ExitCode.OK, ExitCode.INCONCLUSIVE}:
        sys.exit(outcome)
    OUTCOME.append(outcome)
    session.notify("report", posargs=take_options(session.posargs, "--results"))


@nox.session(python=False, default=False)
def report(session: nox.Session) -> None:
    """Rebuild every published file from what is stored; --allow-shrink; needs no TensorFlow."""
    own = (
        []
        if take_options(session.posargs, "--results", "--scenarios")
        else ["--readme", str(ROOT / "README.md")]
    )
    words = [*own, *session.posargs]
    OUTCOME.append(_harness(session, "report", *words))
    if max(OUTCOME):
        sys.exit(max(OUTCOME))


@nox.session(python=False, default=False)
def check(session: nox.Session) -> None:
    """Tell what an upgrade changes: nox -s check -- --from 2.10.1 --to 2.16.2."""
    _run_where_called(session, "check")


@nox.session(python=False, default=False)
def bisect(session: nox.Session) -> None:
    """Find the release in which an answer changed: nox -s bisect -- QUESTION --from A --to B."""
    _run_where_called(session, "bisect")


@nox.session(python=False, default=False)
def lock(session: nox.Session) -> None:
    """Resolve a release as of its day and write its lock: nox -s lock -- tf-2.10.1."""
    sys.exit(_harness(session, "lock", *session.posargs))


@nox.session
def tests(session: nox.Session) -> None:
    """Run the project's own tests, the last of them on three real releases."""
    session.install("-r", "pyproject.toml", "--group", "test")
    session.run("python", "-m", "tests.browser")
    session.run("python", "-m", "pytest", *session.posargs)


@nox.session(default=False)
def faults(session: nox.Session) -> None:
    """Break whatever may break, at 200 random moments; a quarter of an hour."""
    session.install("-r", "pyproject.toml", "--group", "test")
    session.run(
        "python",
        "-m",
        "pytest",
        "tests/faults",
        *session.posargs,
        env={"MASKMATRIX_FAULTS": "long"},
    )


@nox.session(python=False, default=False)
def bench(session: nox.Session) -> None:
    """Time the scan of code, the report, the reading, and the matrix beside work by hand."""
    for name in session.posargs or ("scan_time", "report_time", "reading_time", "matrix_time"):
        session.run(sys.executable, "-m", f"tests.bench.{name}", external=True)


@nox.session(python=False, default=False)
def calibrate(session: nox.Session) -> None:
    """Say how often the timings call the same different, and find what is planted; 20 minutes."""
    outcome = _harness(session, "calibrate", *session.posargs)
    if outcome:
        sys.exit(outcome)
    session.run(sys.executable, "-m", "tests.bench.noise", external=True)


@nox.session
def lint(session: nox.Session) -> None:
    """Check style and types."""
    session.install("-r", "pyproject.toml", "--group", "lint")
    session.run("ruff", "check")
    session.run("ruff", "format", "--check")
    session.run("mypy")


if __name__ == "__main__":
    nox.main()
