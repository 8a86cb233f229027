"""The bench, with the stand-in release of the controller's own Python."""

from pathlib import Path

import pytest

from tests.measure.bench import Bench


@pytest.fixture
def bench(standin: Path, tmp_path: Path) -> Bench:
    return Bench(python=standin, folder=tmp_path)
