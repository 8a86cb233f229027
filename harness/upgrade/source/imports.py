"""What an import binds: an API, or a module of the user's own with what is known of it."""

import ast

from harness.upgrade.source.assigning import assign
from harness.upgrade.source.definitions import Scope
from harness.upgrade.source.names import canonical
from harness.upgrade.source.run import Run
from harness.upgrade.source.values import Api, Values


def bind_import(run: Run, node: ast.Import, scope: Scope) -> None:
    """Bind what ``import a.b`` and ``import a.b as c`` bind."""
    for alias in node.names:
        root = alias.name.split(".")[0]
        bound = alias.name if alias.asname else root
        found = run.modules.find(scope.program.path, bound)
        values: Values = frozenset({found or Api(canonical(bound))})
        if canonical(alias.name).split(".")[0] == "keras":
            run.imports_keras.add(scope.program.path)
        if found:
            run.load(found)
        assign(run, ast.Name(alias.asname or root), values, scope)


def bind_import_from(run: Run, node: ast.ImportFrom, scope: Scope) -> None:
    """Bind what ``from a import b`` binds, and for a star all that the module has."""
    found = run.modules.find(scope.program.path, node.module or "", node.level)
    if found:
        run.load(found)
    base = canonical(node.module or "")
    for alias in node.names:
        if alias.name == "*":
            if found:
                for name, values in run.names_of(found).items():
                    if not name.startswith("_"):
                        assign(run, ast.Name(name), values, scope)
            elif base.split(".")[0] == "keras":
                scope.stars.append(base)
                run.imports_keras.add(scope.program.path)
            continue
        name = alias.asname or alias.name
        if found:
            assign(run, ast.Name(name), run.member_of(found, alias.name), scope)
            continue
        path = canonical(f"{node.module}.{alias.name}" if not node.level else f".{alias.name}")
        if path.split(".")[0] == "keras":
            run.imports_keras.add(scope.program.path)
        assign(run, ast.Name(name), frozenset({Api(path)}), scope)
