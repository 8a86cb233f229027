"""The place that is disturbed, the bench of the measuring room, and how much was tried."""

import tempfile
from pathlib import Path

import pytest

from tests.builders import declared, write_scenario
from tests.faults.place import Place
from tests.measure.bench import Bench

TRIED: dict[str, int] = {}
"""How many inputs or moments were tried, by what was tried."""
FIGURES: list[str] = []


def count(what: str) -> None:
    """Note one more input."""
    TRIED[what] = TRIED.get(what, 0) + 1


def tell(figure: str) -> None:
    """Have a figure that was measured printed with what was tried."""
    FIGURES.append(figure)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if TRIED or FIGURES:
        terminalreporter.section("faults tried")
        for what, times in sorted(TRIED.items()):
            terminalreporter.write_line(f"{times:7,d}  {what}")
        for figure in FIGURES:
            terminalreporter.write_line(f"         {figure}")


@pytest.fixture
def bench(standin: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    """Return a bench whose workers have their homes below the test's own folder."""
    homes = tmp_path / "homes"
    homes.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(homes))
    return Bench(python=standin, folder=tmp_path)


STEPS = """
    import subprocess, sys, time

    def ask(probe):
        answer(probe, "loss")

    def after(probe):
        # It takes itself out of the group of its parent, as a daemon does.
        subprocess.Popen(
            [sys.executable, "-c", "import time; time.sleep(600)"], start_new_session=True
        )
        answer(probe, "after")

    def answer(probe, question):
        for rng in probe.draws():
            said = 1.0 + float(rng.uniform())
            probe.control("valid")(question, said, {"valid": said, "total": 9 * said})
            time.sleep(0.04)
            probe.observe(question, said, {"valid": said, "total": 9 * said})
"""


@pytest.fixture(scope="session")
def scenarios(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder of scenarios that take a moment each and leave a daemon behind."""
    folder = tmp_path_factory.mktemp("scenarios")
    asked = {"loss": declared(), "after": declared(experiment="after")}
    for name in ("masking", "reductions", "weights"):
        write_scenario(folder, name, asked, STEPS)
    return folder


@pytest.fixture
def place(tmp_path: Path, scenarios: Path, standin: Path) -> Place:
    return Place(folder=tmp_path, scenarios=scenarios, python=standin)
