"""Releases of our own, on an index of our own: small wheels that the real uv and worker take."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.releases.small_index import LINUX, File, Served, serve

_TENSORFLOW = """
import types
__version__ = {version!r}
keras = types.ModuleType("keras_of_our_own")
keras.backend = types.SimpleNamespace(clear_session=lambda: None)
keras.SAYS = {says!r}
{more}
"""
_KERAS = """
import types
__version__ = {version!r}
backend = types.SimpleNamespace(clear_session=lambda: None)
SAYS = {says!r}
{more}
"""
NUMPY = File(
    project="numpy",
    version="0.1",
    modules={
        "numpy/__init__.py": "__version__ = '0.1'\n",
        "numpy/random.py": "class RandomState:\n    def __init__(self, seed):\n        pass\n",
    },
)
ASKING = """
    def ask(probe):
        for rng in probe.draws():
            probe.observe("says", probe.get("SAYS"))
"""
"""An experiment whose answer is what a release of ours was made to say."""
DIES = "import os\nos._exit(7)\n"
"""What makes a release end its process when it is imported."""


def tensorflow(version: str, says: str = "total", more: str = "", **changed: object) -> File:
    """Return a TensorFlow that says something, and may do something more."""
    text = _TENSORFLOW.format(version=version, says=says, more=more)
    usual: Mapping[str, object] = {
        "project": "tensorflow",
        "version": version,
        "tag": LINUX,
        "modules": {"tensorflow/__init__.py": text},
        "requires": ["numpy"],
    }
    return File(**{**usual, **changed})  # type: ignore[arg-type]


def keras(version: str, says: str = "total", more: str = "", **changed: object) -> File:
    """Return a stand-alone Keras, as :func:`tensorflow` does."""
    text = _KERAS.format(version=version, says=says, more=more)
    usual: Mapping[str, object] = {
        "project": "keras",
        "version": version,
        "modules": {"keras/__init__.py": text},
    }
    return File(**{**usual, **changed})  # type: ignore[arg-type]


def tamper(builds: Path, release: str) -> None:
    """Turn round what an installed release says, in uv's cache, too: the file is one and the same."""
    (folder,) = builds.glob(f"published/environments/{release}/lib/python*/site-packages")
    file = folder / "tensorflow" / "__init__.py"
    text = file.read_text()
    assert "'total'" in text
    file.write_text(text.replace("'total'", "'valid'"))


@contextmanager
def only_index(
    files: Sequence[File], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Served]:
    """Serve files, and have uv know of nothing else."""
    with serve([*files, NUMPY]) as served:
        for name in ("UV_INDEX", "UV_INDEX_URL", "UV_EXTRA_INDEX_URL", "UV_FIND_LINKS"):
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setenv("UV_DEFAULT_INDEX", f"http://{served.address}/simple")
        monkeypatch.setenv("UV_NO_CONFIG", "1")
        monkeypatch.setenv("UV_CACHE_DIR", str(folder / "cache"))
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        yield served
