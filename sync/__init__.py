"""The sync engine, ``sambung-sync/1``.

Knows records, mutations, audiences and conflicts. Knows no domain, no HTTP and no GraphQL: a domain
declares its kinds in a :class:`sync.registry.Registry`, and the server hands batches to
:class:`sync.engine.SyncEngine`.
"""
