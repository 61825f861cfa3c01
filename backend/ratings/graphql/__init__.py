"""Typed queries and mutations of the room, one module a capability."""

import strawberry

from backend.ratings.graphql.codes import CodeQuery
from backend.ratings.graphql.intake import IntakeMutation, IntakeQuery
from backend.ratings.graphql.kiosks import KioskMutation, KioskQuery
from backend.ratings.graphql.reports import ReportQuery


@strawberry.type
class Query(CodeQuery, IntakeQuery, KioskQuery, ReportQuery):
    """Everything that this room answers."""


@strawberry.type
class Mutation(IntakeMutation, KioskMutation):
    """Everything that this room does beside the kinds of the registry."""


__all__ = ["Mutation", "Query"]
