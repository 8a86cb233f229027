"""Which file of the user's folder an import means."""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property

from harness.upgrade.source.names import KERAS_ROOTS
from harness.upgrade.source.values import Namespace

_IMPORTS = re.compile(
    r"^[ \t]*(?:from[ \t]+([.\w]+)[ \t]+import[ \t]+\(?([^#\n]*)|import[ \t]+([^#\n]+))",
    re.MULTILINE,
)
_ROOTS_WITHIN = ("", "src/", "lib/")


class Modules:
    """The files of a folder as modules: found from a file that imports, as Python would find them.

    A module's name is looked for in the folder of the file that imports it, and then in each
    folder above, or in its `src`: which of them is on the path when it runs is not known here.
    """

    def __init__(self, paths: Iterable[str]) -> None:
        self._files = frozenset(paths)

    @cached_property
    def _folders(self) -> frozenset[str]:
        parts = [path.split("/")[:-1] for path in self._files]
        return frozenset("/".join(part[:end]) for part in parts for end in range(len(part) + 1))

    def find(self, importer: str, name: str, level: int = 0) -> Namespace | None:
        """Return the module of that name; None where the folder has none."""
        above = importer.split("/")[:-1]
        dotted = [part for part in name.split(".") if part]
        if level:
            if level - 1 > len(above):
                return None
            return self._at([*above[: len(above) - level + 1], *dotted])
        if not dotted or dotted[0] in KERAS_ROOTS:
            return None
        for end in range(len(above), -1, -1):
            for root in _ROOTS_WITHIN:
                found = self._at([*above[:end], *filter(None, [root[:-1]]), *dotted])
                if found and (found.file or len(dotted) > 1 or found.folder):
                    return found
        return None

    def within(self, module: Namespace, name: str) -> Namespace | None:
        """Return a module of a package."""
        return None if module.folder is None else self._at([*module.folder.split("/"), name])

    def _at(self, parts: list[str]) -> Namespace | None:
        path = "/".join(filter(None, parts))
        folder = path if path in self._folders else None
        for file in (f"{path}/__init__.py", f"{path}.py"):
            if file.lstrip("/") in self._files:
                return Namespace(file.lstrip("/"), folder)
        return Namespace(None, folder) if folder is not None else None

    def imported(self, importer: str, text: str) -> Iterator[str]:
        """Give the files that a program seems to import, from its text alone."""
        for match in _IMPORTS.finditer(text):
            if match[1]:
                level = len(match[1]) - len(match[1].lstrip("."))
                base = match[1][level:]
                names = [base, *(f"{base}.{name}".strip(".") for name in _names(match[2]))]
            else:
                level, names = 0, list(_names(match[3]))
            for name in names:
                found = self.find(importer, name, level) if name or level else None
                if found and found.file:
                    yield found.file


def _names(text: str) -> Iterator[str]:
    for part in text.split(","):
        name = part.strip(" \t()\\").split(" ")[0]
        if name and name.replace(".", "").isidentifier():
            yield name


def group_files(
    direct: Iterable[str], imports: Mapping[str, Iterable[str]]
) -> tuple[tuple[str, ...], ...]:
    """Return the files that use those, however indirectly, with all that any of them imports.

    They come in groups, none of which imports from another.
    """
    importers: dict[str, list[str]] = {}
    for path, targets in imports.items():
        for target in targets:
            importers.setdefault(target, []).append(path)
    concerned = _reach(_reach(direct, importers), imports)
    both = {path: [*imports.get(path, ()), *importers.get(path, ())] for path in concerned}
    groups: list[tuple[str, ...]] = []
    grouped: set[str] = set()
    for path in sorted(concerned):
        if path not in grouped:
            group = _reach([path], both) & concerned
            grouped |= group
            groups.append(tuple(sorted(group)))
    return tuple(groups)


def _reach(start: Iterable[str], edges: Mapping[str, Iterable[str]]) -> frozenset[str]:
    known = set(start)
    waiting = list(known)
    while waiting:
        for other in edges.get(waiting.pop(), ()):
            if other not in known:
                known.add(other)
                waiting.append(other)
    return frozenset(known)
