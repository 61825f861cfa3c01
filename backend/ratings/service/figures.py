"""The figures of a period or of a report's fixed set, with names; what a desk sees and a report freezes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlmodel import col

from backend.identity.service.tree import On, Tree
from backend.ratings.models import RatingService
from backend.ratings.rules import figures as rules
from backend.ratings.rules.scores import FORMULA_VERSION
from backend.ratings.service import tallies
from backend.ratings.service.tallies import Cells, Late, Tally
from backend.ratings.service.thresholds import Thresholds


async def labels(on: On, agency: str) -> dict[str, dict[str, str]]:
    """Service code to its short labels (``id``, ``en``), closed services included."""
    query = (
        select(col(RatingService.code), col(RatingService.label_id), col(RatingService.label_en))
        .where(col(RatingService.agency) == agency)
        .order_by(col(RatingService.version))
    )
    return {code: {"id": label_id, "en": label_en} for code, label_id, label_en in await on.execute(query)}


async def live(on: On, tree: Tree, first: date, last: date, limits: Thresholds) -> dict[str, Any]:
    """The figures of a running period, of everything that counts now."""
    cells = await tallies.count(on, tallies.in_period(tree.agency, first, last))
    counts = await tallies.statuses(on, tree.agency, first, last)
    return _figures(tree, cells, counts, [], await labels(on, tree.agency), limits)


async def fixed(on: On, tree: Tree, report: str, first: date, last: date, limits: Thresholds) -> dict[str, Any]:
    """The figures of a report's set; held ones and duplicates are counted as they stand in the period now."""
    source = tallies.in_report(report)
    cells = await tallies.count(on, source)
    counts = await tallies.statuses(on, tree.agency, first, last)
    late = await tallies.late_ones(on, report)
    return _figures(tree, cells, counts, late, await labels(on, tree.agency), limits)


def _figures(
    tree: Tree,
    cells: Cells,
    counts: Mapping[str, int],
    late: list[Late],
    services: Mapping[str, Mapping[str, str]],
    limits: Thresholds,
) -> dict[str, Any]:
    officers, sites = _pools(cells, 0), _pools(cells, 1)
    named = {officer: cell.name for (officer, _site), cell in cells.items()}
    at_site = {
        site: [
            _line(officer, named[officer], site, tree.unit_name(site), cell)
            for (officer, where), cell in cells.items()
            if where == site
        ]
        for site in sites
    }
    total = Tally()
    for cell in cells.values():
        total.merge(cell)
    floor = limits.least_mean
    return {
        "formula_version": FORMULA_VERSION,
        "thresholds": limits.stored(),
        "counts": {
            "n": total.n,
            "unproven": total.unproven,
            "held": counts.get("ditahan", 0),
            "duplicates": counts.get("duplikat", 0),
            "void": counts.get("batal", 0),
            "late": sum(one.n for one in late),
        },
        "total": rules.row(_line("", tree.name, "", "", total), limits.minimum_n),
        "officers": rules.ranked_rows(
            [
                _line(officer, named[officer], *_main_site(tree, cells, officer), pool)
                for officer, pool in officers.items()
            ],
            limits.minimum_n,
            floor,
        ),
        "sites": [
            rules.row(_line(site, tree.unit_name(site), site, tree.unit_name(site), pool), limits.minimum_n)
            for site, pool in sorted(sites.items(), key=lambda one: tree.unit_name(one[0]))
        ],
        "by_site": {site: rules.ranked_rows(lines, limits.minimum_n, floor) for site, lines in sorted(at_site.items())},
        "services": [
            {"code": code, "label": services.get(code, {}).get("id", code), "n": n}
            for code, n in sorted(total.services.items(), key=lambda one: (-one[1], one[0]))
        ],
        "late": [
            {
                "officer": named[one.officer],
                "site": tree.unit_name(one.site),
                "day": one.day.isoformat(),
                "n": one.n,
            }
            for one in late
        ],
    }


def _pools(cells: Cells, key: int) -> dict[str, Tally]:
    pools: dict[str, Tally] = defaultdict(Tally)
    for place, cell in cells.items():
        pools[place[key]].merge(cell)
    return pools


def _main_site(tree: Tree, cells: Cells, officer: str) -> tuple[str, str]:
    """Where most of an officer's ratings were given; of equals the first by id."""
    own = sorted((-cell.n, site) for (who, site), cell in cells.items() if who == officer)
    site = own[0][1]
    return site, tree.unit_name(site)


def _line(id: str, name: str, site: str, site_name: str, pool: Tally) -> rules.Line:
    return rules.Line(id, name, site, site_name, pool.single, pool.fivefold, pool.services, pool.unproven)
