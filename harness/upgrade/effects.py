"""What another answer does to the numbers a person looks at, at a given share of padding. Pure.

All follows from the formulas of the answers (``harness/judge/denominators.py``); nothing else is
derived.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from harness.judge.denominators import MASK_IGNORED, Family, Formula, find_formula
from harness.model import Question
from harness.upgrade.gravity import WITH_WARNING


class Quantity(StrEnum):
    """What a question says a number of."""

    LOSS = "loss"
    REPORTED = "reported loss"
    GRADIENT = "gradient"
    METRIC = "metric"


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What becomes of a quantity: ``factor`` times what it was, or None where that is not known.

    ``learning_rate`` is what the learning rate of plain SGD is multiplied by to keep the length
    of its steps, None where the gradient is not touched or not known. ``formula`` is what it
    follows from, in p, the share of padded steps. Where nothing could be ``derived``, ``says``
    tells why.
    """

    quantity: Quantity | None = None
    factor: float | None = None
    learning_rate: float | None = None
    formula: str = ""
    derived: bool = True
    says: str

    @property
    def headline(self) -> str:
        """The effect in two or three words; blank where it is not derived."""
        if self.factor is None or self.quantity is None:
            return ""
        return f"{self.quantity.value} × {self.factor:.2f}"


_SYMBOLS = {
    "v": "(1 − p)",
    "w": "the mean weight of the unmasked steps",
    "a": "the mean weight of all steps",
    "z": "the share of steps whose weight is not 0",
    "T": "the number of timesteps",
    "N": "the number of steps",
    "L": "the loss weight",
}
_NO_FACTOR = "no factor follows from the answers"
_PADDING_COUNTS = {
    ("reaches", "lost"): True,
    ("reaches", "lost_with_warning"): True,
    ("lost", "reaches"): False,
    ("lost_with_warning", "reaches"): False,
    ("excludes_padding", "includes_padding"): True,
    ("includes_padding", "excludes_padding"): False,
}
"""Answers whose names say whether padded steps count."""
_QUANTITIES = (
    (re.compile(r"\bgradient"), Quantity.GRADIENT),
    (re.compile(r"metric|accuracy"), Quantity.METRIC),
    (re.compile(r"\blog(?:s|ged)\b|\bcombines\b"), Quantity.REPORTED),
    (re.compile(r"\bloss"), Quantity.LOSS),
)
"""By the words of a question's title, the first that fits."""


def derive_effect(question: Question, before: str, after: str, padding: float) -> Effect:
    """Return what a question's other answer does where a share ``padding`` of the steps is masked.

    ``before`` and ``after`` are two of its answers.
    """
    quantity = find_quantity(question)
    if before.removesuffix(WITH_WARNING) == after.removesuffix(WITH_WARNING):
        warns = "a warning says so now" if after.endswith(WITH_WARNING) else "the warning is gone"
        return Effect(says=f"nothing else changes; {warns}")
    padded = _PADDING_COUNTS.get((before, after))
    if padded is not None:
        counts = "count" if padded else "no longer count"
        warns = "; a warning says so" if after.endswith(WITH_WARNING) else ""
        return Effect(says=f"the padded steps, {100 * padding:.4g} % of all, {counts}{warns}")
    old, new = find_formula(before), find_formula(after)
    if quantity is None or old is None or new is None or not _is_standard(question, old, new):
        return Effect(quantity=quantity, derived=False, says=_NO_FACTOR)
    condition = _find_condition(old, new)
    if MASK_IGNORED in {old.base, new.base}:
        return _derive_padding(quantity, old, new, padding, condition)
    return _derive_factor(question, quantity, (old, new), padding, condition)


def find_quantity(question: Question) -> Quantity | None:
    """Return what the question's title says it is about."""
    title = question.title.lower()
    return next((found for words, found in _QUANTITIES if words.search(title)), None)


_Pair: TypeAlias = tuple[Formula, Formula]


def _is_standard(question: Question, old: Formula, new: Formula) -> bool:
    """Whether the two are formulas of the table: a loss of one value a sample has others.

    There, ``batch`` and ``sum`` count each sample's loss once and the rest once a valid step;
    such a question cannot offer an answer without the mask or the weights.
    """
    return not {"batch", "sum"} & {old.base, new.base} or bool(
        {MASK_IGNORED, "unweighted"} & set(question.answers)
    )


def _find_condition(old: Formula, new: Formula) -> str:
    epochs = Family.EPOCH in {old.family, new.family}
    return ", where all batches are alike in size and padding" if epochs else ""


def _derive_factor(
    question: Question, quantity: Quantity, answers: _Pair, padding: float, condition: str
) -> Effect:
    old, new = answers
    others = filter(None, map(find_formula, question.answers))
    masked = any(one.base == "valid" or one.family is not Family.BATCH for one in others)
    powers = {
        symbol: power
        for symbol in _SYMBOLS
        if (power := new.powers.get(symbol, 0) - old.powers.get(symbol, 0))
    }
    if not masked:
        # Without a mask the unmasked steps are all steps.
        powers.pop("v", None)
        if power := powers.pop("w", 0) + powers.pop("a", 0):
            powers["a"] = power
    formula = _write(powers)
    known = (1 - padding) ** powers.pop("v", 0)
    rest = _write(powers)
    if powers:
        number = f"{known:.2f} × " if known != 1 else ""
        says = f"the {quantity.value} is multiplied by {number}{rest}{condition}"
        return Effect(quantity=quantity, formula=formula, says=f"{says}: your data decide")
    says = f"the {quantity.value} is multiplied by {known:.2f}{condition}"
    if known == 1:
        says = f"the {quantity.value} stays what it is{condition}"
    rate = None
    if quantity in {Quantity.LOSS, Quantity.GRADIENT} and known != 1:
        rate = 1 / known
        also = "so are its gradient and" if quantity is Quantity.LOSS else "so is"
        says += (
            f"; {also} the step of plain SGD, which a learning rate × {rate:.2f} keeps as it "
            "was (Adam hardly feels a constant factor)"
        )
    return Effect(quantity=quantity, factor=known, learning_rate=rate, formula=formula, says=says)


def _write(powers: Mapping[str, int]) -> str:
    """Return a product of powers in words: one over (1 - p)."""
    over = [_SYMBOLS[symbol] for symbol, power in powers.items() for _ in range(power)]
    under = [_SYMBOLS[symbol] for symbol, power in powers.items() for _ in range(-power)]
    top = " × ".join(over) or "1"
    if not under:
        return top
    return f"{top} / {' / '.join(under)}"


def _derive_padding(
    quantity: Quantity, old: Formula, new: Formula, padding: float, condition: str
) -> Effect:
    """Return how a mean over the valid steps and one over all steps follow from each other.

    The sum over all steps is that over the valid ones and that over the padded ones. With weights
    in one denominator and not in the other nothing follows.
    """
    slope = (new if old.base == MASK_IGNORED else old).slope
    if slope is None or old.has_loss_weight != new.has_loss_weight:
        return Effect(quantity=quantity, derived=False, says=_NO_FACTOR)
    share = 1 + slope * padding
    name, valid = quantity.value, f"{share:.2f} × " if slope else ""
    if new.base == MASK_IGNORED:
        formula = (
            "(1 − p) × old + p × mean over padding" if slope else "old + p × mean over padding"
        )
        says = (
            f"the {name} counts padding: {valid}what it was, plus {padding:.2f} × its mean over "
            "the padded steps"
        )
    else:
        under = " / (1 − p)" if slope else ""
        formula = f"(old − p × mean over padding){under}"
        divided = f", over {share:.2f}" if slope else ""
        says = (
            f"the {name} leaves padding out: what it was, less {padding:.2f} × its mean over the "
            f"padded steps{divided}"
        )
    return Effect(quantity=quantity, formula=formula, says=says + condition)
