"""What is said on nox's command line: the releases meant, and what goes on to which verb.

The noxfile imports it at every call, so it brings nothing but the catalogue.
"""

from collections.abc import Sequence
from itertools import pairwise
from pathlib import PurePath

from harness.errors import UsageError
from harness.model import Release
from harness.releases.catalogue import find_release, tagged_releases


def check_selection(catalogue: Sequence[Release], words: Sequence[str]) -> None:
    """Raise UsageError with the nearest release or tag, for which nox only has an exit code.

    ``words`` are all that stood behind ``nox``.
    """
    words = list(words)
    own = words[: words.index("--")] if "--" in words else words
    for before, word in pairwise(own):
        if before in {"-t", "--tags"}:
            tagged_releases(catalogue, word)
    for word in own:
        name = read_name(word)
        if word == f"matrix({name})" and name not in {release.id for release in catalogue}:
            meant = find_release(catalogue, name)
            raise UsageError(f"{name!r} is no id", do=f'nox -s "matrix({meant.id})"')


def read_name(session: str) -> str:
    """Return the id in the name of a session: ``matrix(tf-2.10.1)``."""
    return session.removeprefix("matrix(").removesuffix(")")


def place_scenarios(words: Sequence[str], folder: PurePath) -> list[str]:
    """Return the words with the folder of ``--scenarios`` as it is meant where nox was called."""
    placed = []
    for before, word in zip(["", *words], words, strict=False):
        option, equals, value = word.partition("=")
        if before == "--scenarios":
            placed.append(str(folder / word))
        elif equals and option == "--scenarios":
            placed.append(f"{option}={folder / value}")
        else:
            placed.append(word)
    return placed


def take_options(words: Sequence[str], *options: str) -> list[str]:
    """Return the options among the words that another verb shares, each with its value."""
    return [
        word
        for before, word in zip(["", *words], words, strict=False)
        if word.partition("=")[0] in options or before in options
    ]
