"""The block in the README: what a reader comes for, and nothing more."""

import re

from harness.errors import UsageError
from harness.model import Matrix
from harness.publish.counts import count_cells
from harness.publish.findings import list_series
from harness.publish.markdown import render_summary
from harness.publish.markup import escape, render_table
from harness.publish.sections import render_line
from harness.publish.wording import MARKS

HEADLINES = (
    "dense_masking.loss_denominator",
    "dense_masking.gradient_denominator",
    "metrics_under_mask.metrics",
    "weighted_metrics.weighted_metric",
    "sample_weight.per_sample_on_sequence",
    "sample_weight.square_batch_axis",
    "sample_weight.mask_and_temporal",
    "class_weight.with_sample_weight",
    "mask_reaches_loss.lstm",
    "mask_reaches_loss.conv1d",
    "mask_reaches_loss.multi_head_attention",
    "merge_layers.add_one_masked",
    "merge_layers.overlap",
    "merge_layers.multiply_values",
    "all_masked_batch.weights_after_step",
    "multi_output.labels_by_name",
    "batches.train_on_batch_repeated",
    "text_model.epoch_val_loss",
    "text_model.custom_train_step_loss_object",
    "half_precision.large_loss",
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
    parts = [render_summary(count_cells(matrix)), MARKS]
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
