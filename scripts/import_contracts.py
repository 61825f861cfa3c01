"""Two contracts that import-linter does not bring along; .importlinter names them."""

from __future__ import annotations

import sys
from typing import ClassVar

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output


class _Strays(Contract):
    """Base: a contract that is kept when it finds no stray import, and else lists each with its line."""

    type_name: ClassVar[str]

    def strays(self, graph: ImportGraph) -> list[tuple[str, str]]:
        """Every (importer, imported) that breaks the contract."""
        raise NotImplementedError

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        """Look for strays; ``verbose`` changes nothing."""
        found = sorted(self.strays(graph))
        lines = [
            f"{importer} -> {imported} (l.{detail['line_number']})"
            for importer, imported in found
            for detail in graph.get_import_details(importer=importer, imported=imported)
        ]
        return ContractCheck(kept=not found, metadata={"lines": lines})

    def render_broken_contract(self, check: ContractCheck) -> None:
        """Print the stray imports, one a line."""
        for line in check.metadata["lines"]:
            output.print_error(line, bold=False)
        output.new_line()


class StdlibOnly(_Strays):
    """Modules (or packages) of one of these last names import the standard library and their own parts only."""

    type_name = "stdlib_only"
    modules = fields.SetField(subfield=fields.StringField())

    def strays(self, graph: ImportGraph) -> list[tuple[str, str]]:
        """Imports of anything outside the standard library."""
        found = []
        for module in graph.modules:
            parts = module.split(".")
            home = next((".".join(parts[: i + 1]) for i, part in enumerate(parts) if part in self.modules), None)  # type: ignore[operator]
            if home is None or graph.is_module_squashed(module):
                continue
            for imported in graph.find_modules_directly_imported_by(module):
                inside = imported == home or imported.startswith(home + ".")
                if not inside and imported.split(".")[0] not in sys.stdlib_module_names:
                    found.append((module, imported))
        return found


class Rooms(_Strays):
    """A shared room imports shared rooms; a domain room besides itself; ``assembly`` rooms import all of them.

    Every folder of ``package`` that is named in neither list is a domain room. Plain modules of ``package``
    (settings, keys) belong to nobody and are not looked at here.
    """

    type_name = "rooms"
    package = fields.StringField()
    shared = fields.SetField(subfield=fields.StringField())
    assembly = fields.SetField(subfield=fields.StringField())

    def strays(self, graph: ImportGraph) -> list[tuple[str, str]]:
        """Imports that leave a room for one that it may not know."""
        package = str(self.package)
        rooms = {name for name in graph.find_children(package) if graph.find_children(name)}
        shared = {f"{package}.{name}" for name in self.shared}  # type: ignore[attr-defined]
        free = {f"{package}.{name}" for name in self.assembly}  # type: ignore[attr-defined]
        found = []
        for room in rooms - free:
            allowed = shared | {room}
            for module in {room} | graph.find_descendants(room):
                for imported in graph.find_modules_directly_imported_by(module):
                    target = ".".join(imported.split(".")[:2])
                    if target in rooms and target not in allowed:
                        found.append((module, imported))
        return found
