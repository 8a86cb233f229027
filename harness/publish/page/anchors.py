"""Where on the page a release, a question and a cell are found. Others link to these, so they stay.

The names of the catalogue and of scenarios are plain and stand as they are; whatever else a user's
file is named after is percent-encoded, since an ``id`` must hold no blank.
"""

from urllib.parse import quote, urlencode

from harness.model import Interval


def name_release(release: str) -> str:
    """Return the anchor of a release's environment."""
    return quote(release, safe="+", errors="replace")


def name_question(question: str) -> str:
    """Return the anchor of a question's row."""
    return quote(question, safe="+", errors="replace")


def name_cell(release: str, question: str) -> str:
    """Return the anchor of a cell's evidence: ``tf-2.10.1:dense_masking.loss_denominator``."""
    return f"{name_release(release)}:{name_question(question)}"


def link_comparison(before: str, after: str) -> str:
    """Return the link, within the page, to what changes from one release to another."""
    return f"?{urlencode({'from': before, 'to': after})}#compare"


def link_interval(interval: Interval) -> str:
    """Return the link to the evidence of an interval's first release."""
    return f"#{name_cell(interval.first, interval.question)}"
