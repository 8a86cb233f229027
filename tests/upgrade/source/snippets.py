"""A few lines of a program, read as a file of their own or beside others."""

from harness.upgrade.source.interpreter import interpret
from harness.upgrade.source.modules import Modules
from harness.upgrade.source.program import read_program

MASKING = "keras.layers.Masking"
FIT = "m.fit(x, y, sample_weight=w)"
HEAD = "import keras; from keras import layers\n"


def seen(text: str, **others: str) -> list[str]:
    """Return ``LINE CONCERN`` for what is seen in a program; others are files beside it."""
    texts = {"program.py": text} | {f"{name}.py": other for name, other in others.items()}
    programs = {path: read_program(path, one.encode()) for path, one in texts.items()}
    found = interpret(programs, Modules(programs)).sightings
    return [f"{one.line} {one.concern}" for one in found if one.path == "program.py"]
