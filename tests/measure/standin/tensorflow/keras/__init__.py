"""Keras, as far as the worker and the scenarios of the tests look into it."""

__version__ = "9.9.0"


class _Dense:
    """A layer that every release has."""

    def __init__(self, units):
        self.units = units


class layers:
    """A namespace."""

    Dense = _Dense


class backend:
    """A namespace that counts how often its graph was dropped."""

    cleared = 0

    @classmethod
    def clear_session(cls):
        """Count, where a release drops its graph."""
        cls.cleared += 1
