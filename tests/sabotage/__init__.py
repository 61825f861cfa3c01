"""Faults put into the engine on purpose: each must turn a named test of the ordinary suite red.

What ships holds no sabotage. A fault is an exact edit of the source, made while the module is loaded: in Python by an
import hook (``server.py``), in TypeScript by a transform of the test runner (``phone.mjs``). ``table.py`` is the one
list; ``python -m tests.sabotage`` prints it for ``docs/reliability.md``.
"""
