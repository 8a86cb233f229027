"""The index: the one that uv would ask, over real HTTP, and refused where it does not say enough."""

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from harness.errors import EnvironmentBuildError
from harness.releases.index import index_addresses, look_up
from tests.releases.small_index import JSON, File, serve


def wheel(version: str) -> File:
    return File(project="some-thing", version=version)


@pytest.fixture(autouse=True)
def own_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No configuration of whoever runs the tests."""
    for name in ("UV_INDEX", "UV_INDEX_URL", "UV_EXTRA_INDEX_URL", "UV_DEFAULT_INDEX"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("UV_NO_CONFIG", "1")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path / "cache"))


@contextmanager
def index(*files: File, **other: tuple[str, bytes]) -> Iterator[str]:
    pages = {path.replace("_", "/"): page for path, page in other.items()}
    with serve(files, pages) as served:
        yield f"http://{served.address}/simple"


def test_a_project_is_looked_up_by_its_normalised_name() -> None:
    with index(wheel("1.0"), wheel("2.0")) as address:
        found = look_up("Some_Thing", [address])
        assert [str(one.version) for one in found] == ["1.0", "2.0"]
        assert look_up("other", [address]) == ()


def test_the_first_index_that_knows_a_project_answers() -> None:
    with index(wheel("1.0")) as first, index(wheel("2.0")) as second:
        assert [str(one.version) for one in look_up("some-thing", [first, second])] == ["1.0"]
        other = File(project="other", version="3.0")
        with index(other) as third:
            found = look_up("some-thing", [third, second])
            assert [str(one.version) for one in found] == ["2.0"]


def test_a_password_goes_to_the_index_and_not_into_the_address() -> None:
    with serve([wheel("1.0")]) as served:
        assert look_up("some-thing", [f"http://some%40body:pass@{served.address}/simple/"])
        word = base64.b64encode(b"some@body:pass").decode()
        assert served.asked == [("/simple/some-thing/", f"Basic {word}")]


@pytest.mark.parametrize(
    ("kind", "page", "why"),
    [
        ("text/html", b"<a href='x'>some_thing-1.0-py3-none-any.whl</a>", "PEP 700"),
        (JSON, b"{", "Expecting"),
        (JSON, b"[" * 100_000, ""),
        (JSON, b"\xff", "codec"),
    ],
)
def test_an_index_of_another_kind_is_refused(kind: str, page: bytes, why: str) -> None:
    with (
        index(wheel("1.0"), **{"_simple_some-thing_": (kind, page)}) as address,
        pytest.raises(EnvironmentBuildError, match="cannot be read") as caught,
    ):
        look_up("some-thing", [address])
    assert why in caught.value.why


@pytest.mark.parametrize(
    "address", ["http://somebody:secret@127.0.0.1:9/simple", "file:///tmp/simple", "simple"]
)
def test_an_index_that_cannot_be_asked_is_not_named(address: str) -> None:
    with pytest.raises(EnvironmentBuildError, match="cannot be read") as caught:
        look_up("some-thing", [address])
    assert "secret" not in str(caught.value)
    assert ":9" not in str(caught.value)


def test_the_indexes_are_those_of_uv_with_their_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UV_DEFAULT_INDEX", "http://u:secret@127.0.0.1:9/simple")
    monkeypatch.setenv("UV_INDEX", "http://127.0.0.1:8/more")
    assert index_addresses() == (
        "http://127.0.0.1:8/more",
        "http://u:secret@127.0.0.1:9/simple",
    )


def test_an_index_in_the_configuration_of_uv_is_found(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "uv.toml"
    file.write_text('[[index]]\nurl = "http://127.0.0.1:7/own"\ndefault = true\n')
    monkeypatch.delenv("UV_NO_CONFIG")
    monkeypatch.setenv("UV_CONFIG_FILE", str(file))
    assert index_addresses() == ("http://127.0.0.1:7/own",)


def test_without_any_setting_there_is_an_index_and_it_is_not_named_here() -> None:
    (address,) = index_addresses()
    assert address.startswith("https://")
