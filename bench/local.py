"""Rows of a real browser."""

from bench.report import Row


def rows(*, quick: bool) -> list[Row]:
    return []
