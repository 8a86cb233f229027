"""A question along its series: labelled segments, as wide as they cover releases."""

from dataclasses import dataclass

from harness.model import Question, Release
from harness.publish.findings import Line, Segment, SeriesLines
from harness.publish.page.anchors import link_interval
from harness.publish.page.shades import shade, shade_answers
from harness.publish.wording import make_visible

_ALONG_TENSORFLOW = {"tensorflow", "tensorflow-at-keras-3"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """One segment: ``width`` is the number of releases, ``covers`` names them in short."""

    link: str
    shade: str
    width: int
    says: str
    covers: str
    mark: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Strip:
    """One question along one series."""

    series: str
    meaning: str
    pieces: tuple[Piece, ...]


def shorten(release: Release, series: str) -> str:
    """Return the version that a series walks along; the whole id where that is not known."""
    if series in _ALONG_TENSORFLOW:
        return make_visible(release.tensorflow)
    version = release.keras.partition("==")[2] if release.keras else ""
    return make_visible(version or release.id)


def build_strips(
    found: tuple[SeriesLines, ...], releases: dict[str, Release]
) -> dict[str, tuple[Strip, ...]]:
    """Return the strips of each question by its id, the main series first."""
    strips: dict[str, list[Strip]] = {}
    for series in found:
        for line in series.lines:
            strips.setdefault(line.question.id, []).append(_strip(series, line, releases))
    return {question: tuple(each) for question, each in strips.items()}


def _strip(series: SeriesLines, line: Line, releases: dict[str, Release]) -> Strip:
    return Strip(
        series=series.name,
        meaning=series.meaning,
        pieces=tuple(_piece(segment, line.question, series, releases) for segment in line.segments),
    )


def _piece(
    segment: Segment, question: Question, series: SeriesLines, releases: dict[str, Release]
) -> Piece:
    interval = segment.interval
    first, last = (shorten(releases[name], series.name) for name in (interval.first, interval.last))
    to_the_end = make_visible(interval.last) == series.releases[-1]
    covers = f"{first} →" if to_the_end else first if first == last else f"{first} – {last}"
    return Piece(
        link=link_interval(interval),
        shade=shade(shade_answers(question), interval.status, interval.answer),
        width=len(segment.releases),
        says=segment.says,
        covers=covers,
        mark=segment.mark.strip("()"),
    )
