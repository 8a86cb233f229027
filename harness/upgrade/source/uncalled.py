"""Functions that nothing calls: which of them are worth going through all the same.

Most functions of most files have nothing to do with Keras. One that nothing calls can tell us
something only if it names something of Keras or of the user's own, imports it itself, or tells a
model to do something. What is called is gone through in any case, for what it returns.
"""

import string
from collections.abc import Sequence

from harness.upgrade.source.definitions import Class, Function
from harness.upgrade.source.names import KERAS_ROOTS
from harness.upgrade.source.training import METHODS
from harness.upgrade.source.values import Api, Foreign, Text, Value, Values, contents

_NO_WORD = str.maketrans(dict.fromkeys(string.punctuation.replace("_", ""), " "))
_TELLING = METHODS | {"getattr", "global", "import", "import_module", "self", "super"}


def is_worthwhile(function: Function) -> bool:
    """Whether going through a function that nothing calls can show anything."""
    scope = function.scope
    if scope.parent is not None or scope.stars or function.owner:
        return True
    if any(_are_of_interest(values) for values in function.params.values()):
        return True
    if function.words is None:
        lines = function.program.lines[function.node.lineno - 1 : function.node.end_lineno]
        function.words = read_words(lines)
    if not function.words.isdisjoint(_TELLING):
        return True
    named = [scope.names[word] for word in function.words & scope.names.keys()]
    return any(_are_of_interest(values - {function}) for values in named)


def read_words(lines: Sequence[str]) -> frozenset[str]:
    """Return all names in some lines of a program, and much that is none."""
    # A regular expression that finds names only takes five times as long.
    return frozenset(" ".join(lines).translate(_NO_WORD).split())


def _are_of_interest(values: Values) -> bool:
    return any(_is_of_interest(value) for value in contents(values)) if values else False


def _is_of_interest(value: Value) -> bool:
    if isinstance(value, Api):
        return value.path.split(".", 1)[0] in KERAS_ROOTS
    if isinstance(value, Function):
        return not value.inert
    if isinstance(value, Class):
        return bool(value.roots() or value.methods)
    return not isinstance(value, Foreign | Text)
