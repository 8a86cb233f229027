"""Which outputs of which models a place can be about, once a whole program has been gone through.

What is told to a model is about its outputs; a layer is about those of each model that is made in
the unit that makes the layer, or in one that builds something together with it. Where no model is
known the place can be about any.
"""

from collections.abc import Iterable

from harness.upgrade.sightings import Output
from harness.upgrade.source.definitions import Class, Own
from harness.upgrade.source.findings import Findings, Owner
from harness.upgrade.source.layers import Network
from harness.upgrade.source.values import Made, Mask, Told, Unit, Value

NONE_KNOWN: frozenset[Output] = frozenset()


class Outputs:
    """The outputs of all models, by the units in which these are made."""

    def __init__(
        self, findings: Findings, made: Iterable[object], classes: Iterable[Class]
    ) -> None:
        self._findings = findings
        self._models: dict[Unit, list[Value]] = {}
        self._known: dict[Owner, frozenset[Output]] = {}
        for network in made:
            if isinstance(network, Network):
                self._models.setdefault(network.unit, []).append(network)
        for kind in classes:
            if kind.is_model:
                self._models.setdefault(kind.unit, []).append(Own(kind))

    def find(self, owner: Owner) -> frozenset[Output]:
        """Return the outputs that a place is about; none where it can be any."""
        if owner not in self._known:
            self._known[owner] = self._find(owner)
        return self._known[owner]

    def _find(self, owner: Owner) -> frozenset[Output]:
        if isinstance(owner, Told):
            found = [_list_outputs(model) for model in owner.models]
            named = [{one for one in some if one.name in owner.names} or some for some in found]
            return NONE_KNOWN.union(*named) if all(found) else NONE_KNOWN
        if owner is None:
            return NONE_KNOWN
        units = set(self._findings.around(owner))
        models = [model for unit in units for model in self._models.get(unit, ())]
        return NONE_KNOWN.union(*map(_list_outputs, models))


def _list_outputs(model: Value) -> frozenset[Output]:
    """Return the outputs of a model; none of anything else.

    An object of the user's class is one of each class above it, too: what is done in a method of
    theirs is about the same model. A mask that is not seen at its output can be there all the same.
    """
    if isinstance(model, Network):
        outputs = model.outputs or {"": _ends_masked(model)}
        return frozenset(Output(_locate(model), name, on) for name, on in outputs.items())
    if isinstance(model, Own) and model.of.is_model:
        return frozenset(
            Output(_locate(kind), masked=Mask.HERE in kind.masks or None)
            for kind in model.of.family()
        )
    return NONE_KNOWN


def _ends_masked(model: Network) -> bool | None:
    """Say whether a mask leaves a sequential model; one that ended may have on one way only."""
    if model.state is None or model.more:
        return None
    if model.state is Mask.HERE:
        return True
    return False if model.masks == {Mask.NONE} else None


def _locate(made: Made) -> str:
    _, path, line, column = made.place()
    return f"{path}:{line}:{column}"
