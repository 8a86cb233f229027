"""Fill the templates: values in, one HTML text out. The same values give the same bytes.

The only importer of jinja2, which escapes whatever it is given. What the templates call ``safe`` is
our own: the style sheet, the script, and the charts, whose maker escapes the names in them.
"""

import base64
import hashlib
from collections.abc import Iterable, Sequence
from importlib.resources import files

from jinja2 import Environment, FunctionLoader, StrictUndefined

from harness.model import Matrix
from harness.publish.page.lookup import build_lookup
from harness.publish.page.view import build_view
from harness.publish.timed import Chart, Sheet

STYLE = ("base.css", "table.css", "evidence.css")
SCRIPTS = ("query.js", "filters.js", "compare.js", "evidence.js", "grid.js", "start.js")
"""In the order in which they are joined: one style sheet, one script."""


def render_page(
    matrix: Matrix,
    *,
    data_version: str,
    charts: Iterable[Chart] = (),
    sheets: Sequence[Sheet] = (),
    calibration: str = "",
) -> str:
    """Return the whole page; throughput is on it only where there are ``charts`` or ``sheets``.

    ``charts`` are taken last, since they may still be in the making. ``calibration`` is the file
    beside the page that tells how far throughput can be trusted, blank where there is none.
    """
    view = build_view(matrix)
    widths = (f".strip > .w{width} {{ flex-grow: {width}; }}\n" for width in view.widths)
    style, script = _join(STYLE) + "".join(widths), _join(SCRIPTS)
    environment = Environment(
        loader=FunctionLoader(_read),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.policies["json.dumps_kwargs"] = {"sort_keys": True, "separators": (",", ":")}
    template = environment.get_template("page.html.jinja")
    return template.render(
        view=view,
        data_version=data_version,
        lookup=build_lookup(matrix),
        charts=tuple(charts),
        sheets=sheets,
        calibration=calibration,
        style=style,
        script=script,
        policy=write_policy(style, script),
    )


def write_policy(style: str, script: str) -> str:
    """Return the policy under which nothing is fetched, and nothing runs but our own script."""
    return "; ".join(
        (
            "default-src 'none'",
            f"style-src '{_hash(style)}'",
            f"script-src '{_hash(script)}'",
            "img-src data:",
            "base-uri 'none'",
            "form-action 'none'",
        )
    )


def _hash(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return f"sha256-{base64.b64encode(digest).decode()}"


def _join(names: Sequence[str]) -> str:
    return "".join(map(_read, names))


def _read(name: str) -> str:
    return files("harness.publish.page").joinpath(name).read_text(encoding="utf-8")
