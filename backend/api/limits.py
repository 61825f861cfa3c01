"""What a GraphQL document may cost. The rules are built once: a rule class made for each request would defeat
the validation cache."""

from __future__ import annotations

from typing import Any

from graphql import DocumentNode, FieldNode, FragmentDefinitionNode, GraphQLError, OperationDefinitionNode
from graphql.language import FragmentSpreadNode, InlineFragmentNode, SelectionSetNode
from graphql.validation import NoSchemaIntrospectionCustomRule, ValidationRule

MAX_DEPTH = 8
MAX_ALIASES = 15
MAX_FIELDS = 300
MAX_TOKENS = 2000
MAX_OPERATIONS = 1
MAX_DOCUMENT_BYTES = 20_000


class CostRule(ValidationRule):
    """Depth, aliases and fields of all operations together, fragments counted where they are spread."""

    def enter_document(self, node: DocumentNode, *_rest: Any) -> None:
        """Judge the whole document once."""
        fragments = {one.name.value: one for one in node.definitions if isinstance(one, FragmentDefinitionNode)}
        operations = [one for one in node.definitions if isinstance(one, OperationDefinitionNode)]
        if len(operations) > MAX_OPERATIONS:
            self.report_error(GraphQLError("Satu permintaan hanya boleh memuat satu operasi."))
        counted = _Count(fragments)
        for operation in operations:
            counted.visit(operation.selection_set, 1, frozenset())
        for fault in counted.faults():
            self.report_error(GraphQLError(fault))


class _Count:
    def __init__(self, fragments: dict[str, FragmentDefinitionNode]) -> None:
        self.fragments = fragments
        self.depth = self.aliases = self.fields = 0

    def visit(self, selections: SelectionSetNode, depth: int, inside: frozenset[str]) -> None:
        self.depth = max(self.depth, depth)
        for one in selections.selections:
            if self.depth > MAX_DEPTH or self.fields > MAX_FIELDS:
                return
            if isinstance(one, FieldNode):
                self.fields += 1
                self.aliases += one.alias is not None
                if one.selection_set is not None:
                    self.visit(one.selection_set, depth + 1, inside)
            elif isinstance(one, InlineFragmentNode):
                self.visit(one.selection_set, depth, inside)
            elif isinstance(one, FragmentSpreadNode):
                name = one.name.value
                if name in self.fragments and name not in inside:
                    self.fields += 1
                    self.visit(self.fragments[name].selection_set, depth, inside | {name})

    def faults(self) -> list[str]:
        found = []
        if self.depth > MAX_DEPTH:
            found.append(f"Permintaan terlalu dalam (paling banyak {MAX_DEPTH} tingkat).")
        if self.aliases > MAX_ALIASES:
            found.append(f"Terlalu banyak nama lain (paling banyak {MAX_ALIASES}).")
        if self.fields > MAX_FIELDS:
            found.append(f"Terlalu banyak isian (paling banyak {MAX_FIELDS}).")
        return found


LIMITS: list[type[Any]] = [CostRule]
LIMITS_WITHOUT_SCHEMA: list[type[Any]] = [CostRule, NoSchemaIntrospectionCustomRule]
