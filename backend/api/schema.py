"""The GraphQL schema: the rooms' typed queries, the sync protocol, and one typed mutation a kind."""

from __future__ import annotations

import strawberry
from graphql import GraphQLError
from strawberry.extensions import AddValidationRules, MaxTokensLimiter, ParserCache, ValidationCache
from strawberry.schema.config import StrawberryConfig
from strawberry.tools import merge_types
from strawberry.types import ExecutionContext

from backend.api import live
from backend.api.limits import LIMITS, LIMITS_WITHOUT_SCHEMA, MAX_TOKENS
from backend.api.rows import RowExecutor
from backend.api.scalars import SCALARS
from backend.api.sync_api import SyncMutation, SyncQuery
from backend.api.typed import typed_mutations
from backend.applications import graphql as applications
from backend.evaluation import graphql as evaluation
from backend.identity import graphql as identity
from backend.knowledge import graphql as knowledge
from backend.misconduct import graphql as misconduct
from backend.notifications import graphql as notifications
from backend.performance import graphql as performance
from backend.phones import graphql as phones
from backend.questions import graphql as questions
from backend.ratings import graphql as ratings
from sync.registry import Registry

_LIMITS = AddValidationRules(LIMITS)
_LIMITS_WITHOUT_SCHEMA = AddValidationRules(LIMITS_WITHOUT_SCHEMA)


class Schema(strawberry.Schema):
    """Strawberry's, without its own log: that one prints documents and values, which may be personal."""

    def process_errors(self, errors: list[GraphQLError], execution_context: ExecutionContext | None = None) -> None:
        """Nothing: :func:`backend.api.graphql_http.format_error` logs what nobody expected."""


def build_schema(registry: Registry, *, shows_schema: bool) -> strawberry.Schema:
    """Assemble the schema. ``shows_schema``: introspection and suggestions are on (never in production)."""
    query = merge_types(
        "Query",
        (
            SyncQuery,
            applications.Query,
            identity.Query,
            questions.Query,
            knowledge.Query,
            evaluation.Query,
            misconduct.Query,
            notifications.Query,
            performance.Query,
            ratings.Query,
        ),
    )
    mutation = merge_types(
        "Mutation",
        (
            SyncMutation,
            live.Mutation,
            applications.Mutation,
            identity.Mutation,
            misconduct.Mutation,
            notifications.Mutation,
            phones.Mutation,
            ratings.Mutation,
            typed_mutations(registry),
        ),
    )
    return Schema(
        query=query,
        mutation=mutation,
        subscription=live.Subscription,
        config=StrawberryConfig(
            disable_field_suggestions=not shows_schema, scalar_map=SCALARS, batching_config=None, sort_schema=True
        ),
        execution_context_class=RowExecutor,
        extensions=[
            lambda: MaxTokensLimiter(MAX_TOKENS),
            lambda: ParserCache(maxsize=256),
            lambda: ValidationCache(maxsize=256),
            lambda: _LIMITS if shows_schema else _LIMITS_WITHOUT_SCHEMA,
        ],
    )
