"""API names: the many ways to one class of Keras, brought to the spelling the questions use."""

import re
from functools import lru_cache

KERAS_ROOTS = frozenset({"keras", "tensorflow", "tf_keras"})
_ON_THE_WAY_IN_TENSORFLOW = {"_api", "v1", "v2", "compat", "contrib", "python"}
_ON_THE_WAY_IN_KERAS = {"src", "api", "_v1", "_v2", "_tf_keras", "keras", "python", "legacy"}
_FAMILY_OF_LEAF = {
    **dict.fromkeys(("Model", "Sequential", "Functional", "Network"), "models"),
    **dict.fromkeys(("load_model", "clone_model", "model_from_json"), "models"),
    **dict.fromkeys(("Layer", "Input", "InputLayer"), "layers"),
    "Loss": "losses",
    "DTypePolicy": "mixed_precision",
    "set_dtype_policy": "mixed_precision",
}
"""What stands at the top of Keras, or in modules that were moved, is filed under its subject."""
_LOOSE_FAMILIES = {"engine", "config", "saving", "dtype_policies"}
_FAMILY_RENAMED = {"objectives": "losses"}
_LEAF_RENAMED = {
    "MaxPool1D": "MaxPooling1D",
    "GlobalAvgPool1D": "GlobalAveragePooling1D",
    "Convolution1D": "Conv1D",
    "Functional": "Model",
    "Network": "Model",
}
_MODEL_MAKERS = re.compile(
    r"""keras\.models\.(Model|Sequential|load_model|clone_model|model_from_\w+|from_config)
      | keras\.applications\.[A-Z]\w*
      | keras\.wrappers\.Keras(Classifier|Regressor)
      | keras\.utils\.multi_gpu_model
      | keras\.experimental\.\w+Model
      | scikeras\.wrappers\.\w+
      | keras_(nlp|hub|cv)\.models\.\w+(\.from_preset)?
      | transformers\.TF\w+(\.from_pretrained|\.from_config)?
    """,
    re.VERBOSE,
)


@lru_cache(maxsize=65536)
def canonical(path: str) -> str:
    """Return the one name of an API: ``keras.layers.LSTM`` for ``tensorflow.compat.v1.keras…``.

    A path that is not Keras' is returned as it is, but for the way through TensorFlow's versions.
    """
    parts = path.split(".")
    if parts[0] == "tensorflow":
        rest = parts[1:]
        while rest and rest[0] in _ON_THE_WAY_IN_TENSORFLOW:
            del rest[0]
        if not rest or rest[0] != "keras":
            return ".".join(["tensorflow", *rest])
        parts = rest
    elif parts[0] == "tf_keras":
        parts[0] = "keras"
    if parts[0] != "keras":
        return path
    while len(parts) > 1 and parts[1] in _ON_THE_WAY_IN_KERAS:
        del parts[1]
    if len(parts) == 1:
        return "keras"
    family, leaf = _FAMILY_RENAMED.get(parts[1], parts[1]), parts[-1]
    if len(parts) == 2 or family in _LOOSE_FAMILIES:  # noqa: PLR2004 - keras and one name
        if leaf not in _FAMILY_OF_LEAF:
            return ".".join(["keras", family, *parts[2:]])
        family = _FAMILY_OF_LEAF[leaf]
    return f"keras.{family}.{_LEAF_RENAMED.get(leaf, leaf)}"


def leaf_of(path: str, family: str) -> str:
    """Return the last part of a canonical name of that family of Keras; empty where it is not."""
    start = f"keras.{family}."
    return path[len(start) :] if path.startswith(start) else ""


def makes_model(path: str) -> bool:
    """Whether calling this gives a model of Keras."""
    return _MODEL_MAKERS.fullmatch(path) is not None
