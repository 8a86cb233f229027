"""The block in the README: what a reader comes for, and nothing more."""

import re

from harness.errors import UsageError
from harness.model import Matrix
from harness.publish.findings import count_cells, list_series
from harness.publish.markdown import render_line, render_summary
from harness.publish.markup import escape, render_table

HEADLINES = (
    "dense_masking.loss_denominator",
    "dense_masking.gradient_denominator",
    "lstm_return_sequences.sequences_loss_denominator",
    "lstm_return_sequences.last_output_mask",
    "seq2seq_categorical_crossentropy.loss_denominator",
    "seq2seq_categorical_crossentropy.custom_loss_denominator",
    "weighted_metrics.loss_denominator",
    "weighted_metrics.metric",
    "weighted_metrics.weighted_metric",
    "weighted_metrics.sample_weight_axis",
)
"""The questions of the README: those whose answers a reader comes for."""

HEADLINE_SERIES = ("tensorflow", "keras-3")
_BEGIN, _END = "<!-- table: begin -->", "<!-- table: end -->"
_BLOCK = re.compile(f"{_BEGIN}.*?{_END}", re.DOTALL)


def render_readme(matrix: Matrix, readme: str) -> str:
    """Return the README with the block between its markers made new; the rest stays.

    UsageError where the markers are not there exactly once and in order.
    """
    once = readme.count(_BEGIN) == readme.count(_END) == 1
    if not (once and _BLOCK.search(readme)):
        raise UsageError(
            "the README has no place for the table",
            why=f"it needs the lines {_BEGIN} and {_END}, once each and in this order",
            do="Put both lines where the table belongs, and run the report again.",
        )
    block = f"{_BEGIN}\n{_headlines(matrix)}\n{_END}"
    return _BLOCK.sub(lambda _: block, readme)


def _headlines(matrix: Matrix) -> str:
    chosen = {series.name: series for series in list_series(matrix)}
    parts = [render_summary(count_cells(matrix))]
    for name in HEADLINE_SERIES:
        if series := chosen.get(name):
            lines = {line.question.id: line for line in series.lines}
            rows = [
                render_line(lines[asked]) if asked in lines else [escape(asked), "not asked"]
                for asked in HEADLINES
            ]
            parts += [
                f"**{name}**: {series.meaning}; {escape(series.extent)}.",
                render_table(["Question", "Intervals"], rows),
            ]
        else:
            parts.append(f"**{name}**: no release is catalogued.")
    return "\n\n".join(parts)
