"""Typed queries and mutations of the room, one module a capability."""

import strawberry

from backend.ratings.graphql.codes import CodeQuery
from backend.ratings.graphql.intake import IntakeMutation, IntakeQuery
from backend.ratings.graphql.kiosks import KioskMutation, KioskQuery


@strawberry.type
class Query(CodeQuery, IntakeQuery, KioskQuery):
    """Everything that this room answers."""


@strawberry.type
class Mutation(IntakeMutation, KioskMutation):
    """Everything that this room does beside the kinds of the registry."""


__all__ = ["Mutation", "Query"]
