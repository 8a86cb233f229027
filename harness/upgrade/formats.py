"""The formats of a verdict: a row each."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from harness.upgrade.render_github import render_github
from harness.upgrade.render_json import render_json
from harness.upgrade.render_markdown import render_markdown
from harness.upgrade.render_sarif import render_sarif
from harness.upgrade.render_text import render_text
from harness.upgrade.words import Telling


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """How a verdict is written; ``summary`` is what GitHub's step summary is given, too."""

    render: Callable[[Telling], str]
    summary: Callable[[Telling], str] | None = None
    needs_source: bool = False


FORMATS: Mapping[str, Format] = {
    "text": Format(render=render_text),
    "json": Format(render=render_json),
    "markdown": Format(render=render_markdown),
    "github": Format(render=render_github, summary=render_markdown),
    "sarif": Format(render=render_sarif, needs_source=True),
}
"""By the word of ``--format``."""
