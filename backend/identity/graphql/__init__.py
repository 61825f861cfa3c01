"""Typed queries and mutations of the room: one's own account, people for HR, imports."""

import strawberry

from backend.identity.graphql.account import AccountMutation, AccountQuery
from backend.identity.graphql.imports import ImportMutation, ImportQuery
from backend.identity.graphql.people import PeopleMutation, PeopleQuery


@strawberry.type
class Query(AccountQuery, PeopleQuery, ImportQuery):
    """Everything that this room answers."""


@strawberry.type
class Mutation(AccountMutation, PeopleMutation, ImportMutation):
    """Everything that this room does beside the kinds of the registry."""


__all__ = ["Mutation", "Query"]
