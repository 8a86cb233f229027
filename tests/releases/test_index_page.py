"""A project's page: the same from JSON and HTML, and refused where it does not say enough."""

import html
import json
from collections.abc import Sequence
from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.version import Version

from harness.releases.index_page import Published, Wheel, read_links, read_page
from tests.releases.small_index import ANY, File, make_page


def wheel(version: str, tag: str = ANY, **changed: object) -> File:
    return File(project="some-thing", version=version, tag=tag, **changed)  # type: ignore[arg-type]


def read(*files: File) -> tuple[Published, ...]:
    return read_page(make_page(files, "some-thing"))


def test_versions_come_in_their_order_each_with_its_days() -> None:
    first, second, third = read(
        wheel("1.10.0", uploaded="2026-03-01T23:30:00-02:00"),
        wheel("1.9.0", "cp39-cp39-manylinux2010_x86_64", uploaded="2026-01-02T00:00:00.5Z"),
        wheel("1.9.0", "cp38-cp38-manylinux2010_x86_64", uploaded="2026-01-01T00:00:00Z"),
        wheel("1.10.0rc1"),
    )
    assert [str(one.version) for one in (first, second, third)] == ["1.9.0", "1.10.0rc1", "1.10.0"]
    assert first.wheels == (
        Wheel(python="3.8", uploaded=date(2026, 1, 1)),
        Wheel(python="3.9", uploaded=date(2026, 1, 2)),
    )
    assert first.pythons() == ("3.9", "3.8")
    assert first.uploaded_for("3.9") == date(2026, 1, 2)
    assert first.uploaded_for("3.10") is None
    # Half an hour before midnight in a zone west of Greenwich is the next day in UTC.
    assert third.uploaded_for("3.10") == date(2026, 3, 2)


@pytest.mark.parametrize(
    ("tag", "pythons"),
    [
        ("cp39-cp39-manylinux1_x86_64", {"3.9"}),
        ("cp310-cp310-manylinux_2_17_x86_64.manylinux2014_x86_64", {"3.10"}),
        ("cp36-cp36m-linux_x86_64", {"3.6"}),
        ("cp39-cp39-manylinux2014_aarch64", set()),
        ("cp39-cp39-macosx_12_0_arm64", set()),
        ("cp39-cp39-macosx_10_14_x86_64", set()),
        ("cp39-cp39-win_amd64", set()),
        ("cp313-cp313t-manylinux2014_x86_64", set()),
        ("pp39-pypy39_pp73-manylinux2014_x86_64", set()),
        ("py2.py3-none-any", {"2", "3"}),
        ("py3-none-any", {"3"}),
    ],
)
def test_a_wheel_is_for_the_pythons_its_tags_name(tag: str, pythons: set[str]) -> None:
    (published,) = read(wheel("1.0", tag))
    assert {one.python for one in published.wheels} == pythons


@pytest.mark.parametrize(
    ("requires", "python", "fits"),
    [
        (">=3.9", "3.9", True),
        (">=3.9", "3.8", False),
        (">=3.8,<3.12", "3.12", False),
        (">=3.6.1", "3.6", True),
        ("", "3.6", True),
        ("whatever", "3.6", True),
        (">=2.7", "2.7", False),
    ],
)
def test_a_wheel_for_any_python_is_held_to_what_it_requires(
    *, requires: str, python: str, fits: bool
) -> None:
    (published,) = read(wheel("1.0", requires_python=requires))
    assert (published.uploaded_for(python) is not None) is fits


def test_a_version_is_yanked_where_all_its_files_are() -> None:
    whole, half, silent = read(
        wheel("1.0", yanked="broken"),
        wheel("2.0", yanked="broken"),
        wheel("2.0", "cp39-cp39-manylinux2014_x86_64"),
        wheel("3.0", yanked=True),
    )
    assert (whole.yanked, half.yanked, silent.yanked) == ("broken", "", "without a reason")


def test_a_version_without_a_wheel_is_there_and_a_file_without_a_version_is_not() -> None:
    page = make_page([wheel("1.0")], "some-thing")
    for name in ("some-thing-0.9.tar.gz", "some_thing-0.8.win32.exe", "x", "some_thing-b.whl"):
        page["files"].append({"filename": name, "upload-time": "2020-01-01T00:00:00Z"})  # type: ignore[attr-defined]
    old, new = read_page(page)
    assert (old.version, old.wheels, old.pythons()) == (Version("0.9"), (), ())
    assert new.wheels


@pytest.mark.parametrize(
    "page",
    [
        None,
        [],
        {},
        {"files": None},
        {"files": [None]},
        {"files": [{"filename": 3}]},
        {"files": [{"filename": "some_thing-1.0-py3-none-any.whl"}]},
        {"files": [{"filename": "some_thing-1.0-py3-none-any.whl", "upload-time": "soon"}]},
        {
            "files": [
                {
                    "filename": "some_thing-1.0-py3-none-any.whl",
                    "upload-time": "0001-01-01T00:00:00+14:00",
                }
            ]
        },
        {"files": [{"filename": "some_thing-1.0-py3-none-any.whl", "upload-time": None}]},
    ],
)
def test_a_page_that_does_not_say_enough_is_an_error(page: object) -> None:
    with pytest.raises(ValueError, match="PEP 700"):
        read_page(page)


json_values = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=6),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["filename", "upload-time", "yanked"]), inner)
    ),
)


@given(json_values, json_values)
def test_no_page_gets_past_the_checks_in_another_way(value: object, other: object) -> None:
    row = {"filename": "some_thing-1.0-py3-none-any.whl", "upload-time": value, "yanked": other}
    for page in ({"files": [row]}, {"files": value}, value):
        with suppress(ValueError):
            read_page(page)


def make_links(files: Sequence[File]) -> str:
    """Return the page in HTML, as an index that tells times has it."""
    links = []
    for file in files:
        said = {"href": f"/files/{file.name}#sha256=0", "data-upload-time": file.uploaded}
        said |= {"data-requires-python": file.requires_python} if file.requires_python else {}
        said |= (
            {"data-yanked": file.yanked if isinstance(file.yanked, str) else ""}
            if (file.yanked)
            else {}
        )
        words = " ".join(f'{name}="{html.escape(text)}"' for name, text in said.items())
        links.append(f"<a {words}>{html.escape(file.name)}</a><br/>")
    return "<!DOCTYPE html>\n<html><body><h1>Links</h1>\n" + "\n".join(links) + "</body></html>"


files = st.builds(
    File,
    project=st.just("some-thing"),
    version=st.sampled_from(["1.0", "1.10", "2.0rc1"]),
    tag=st.sampled_from([ANY, "cp39-cp39-manylinux2014_x86_64", "cp39-cp39-win_amd64"]),
    uploaded=st.datetimes().map(lambda day: day.isoformat() + "Z"),
    requires_python=st.sampled_from(["", ">=3.8", ">=3.8,<3.12"]),
    yanked=st.one_of(st.booleans(), st.text("a<>&'\" ", min_size=1)),
)


@given(st.lists(files, max_size=5))
def test_html_says_the_same_as_json(files: list[File]) -> None:
    page = json.loads(json.dumps(make_page(files, "some-thing")))
    assert read_page(read_links(make_links(files))) == read_page(page)


@given(st.text("<>a=' /data-upload-time\n&\x00!?[]-", max_size=60))
def test_no_markup_gets_past_the_checks_in_another_way(text: str) -> None:
    with suppress(ValueError):
        read_page(read_links(text))


def test_html_without_times_is_refused() -> None:
    text = '<a href="x">some_thing-1.0-py3-none-any.whl</a>'
    with pytest.raises(ValueError, match="PEP 700"):
        read_page(read_links(text))
