"""The services of the district, 四（二）3: six kinds of intellectual property by six kinds of service, and who offers
each. A page a kind: its institutions down, the services across."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.portal.desks.filing.sections import Form
from services.portal.desks.filing.standing import CaseHead
from services.portal.desks.filing.written import NAMED
from services.portal.frame.forms import SentForm
from shared.programme.values.uscc import normalised
from shared.programme.vocabulary import IpKind, ServiceKind

Cells = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Firm:
    """An institution of the roster that has a credit code: it can be named in a cell."""

    name: str
    uscc: str


@dataclass(frozen=True, slots=True)
class KindRow:
    """How many offer each service for one kind of intellectual property."""

    ip: IpKind
    counts: tuple[int, ...]

    @property
    def gaps(self) -> int:
        """Services that nobody offers."""
        return self.counts.count(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class CoveragePage:
    """The matrix, and where a kind is chosen, who offers what for it. ``theirs`` are the cells that somebody else saved
    meanwhile, as texts."""

    head: CaseHead
    rows: tuple[KindRow, ...]
    firms: tuple[Firm, ...]
    ip: IpKind | None = None
    chosen: frozenset[tuple[str, str]] = frozenset()
    read: str = ""
    theirs: tuple[str, ...] = ()
    draft: datetime | None = None

    @property
    def services(self) -> tuple[ServiceKind, ...]:
        """The columns."""
        return tuple(ServiceKind)

    @property
    def path(self) -> str:
        """The path of the page."""
        return f"{self.head.path}/form/coverage" + (f"/{self.ip.value}" if self.ip else "")

    @property
    def gaps(self) -> int:
        """Services that nobody offers, of all kinds."""
        return sum(row.gaps for row in self.rows)


def field_of(service: str) -> str:
    """The name of a service's boxes on the page of a kind."""
    return f"{NAMED}coverage.{service}"


def matrix(form: Form) -> tuple[KindRow, ...]:
    """How many offer what."""
    offered = {(cell["ip"], cell["service"]): len(cell["institutions"]) for cell in form["coverage"]["cells"]}
    return tuple(KindRow(ip, tuple(offered.get((ip, service), 0) for service in ServiceKind)) for ip in IpKind)


def firms_of(form: Form) -> tuple[Firm, ...]:
    """The institutions that can be named, each once."""
    named = {normalised(each["uscc"]): each["name"] for each in form["institutions"] if each["uscc"]}
    return tuple(Firm(name, uscc) for uscc, name in named.items())


def cells_of(form: Form, ip: IpKind) -> Cells:
    """The cells of a kind."""
    return [dict(cell) for cell in form["coverage"]["cells"] if cell["ip"] == ip]


def typed_cells(sent: SentForm, ip: IpKind) -> Cells:
    """The cells of a kind as they were ticked; a service nobody offers has none."""
    ticked = ((service, sent.texts(field_of(service))) for service in ServiceKind)
    return [{"ip": ip.value, "service": each.value, "institutions": codes} for each, codes in ticked if codes]


def with_cells(form: Form, ip: IpKind, cells: Cells) -> dict[str, Any]:
    """The matrix with other cells for one kind, in the notice's order."""
    others = [dict(cell) for cell in form["coverage"]["cells"] if cell["ip"] != ip]
    order = {(kind, service): (i, j) for i, kind in enumerate(IpKind) for j, service in enumerate(ServiceKind)}
    return {"coverage": {"cells": sorted([*others, *cells], key=lambda cell: order[cell["ip"], cell["service"]])}}


def chosen_in(cells: Sequence[Mapping[str, Any]]) -> frozenset[tuple[str, str]]:
    """Service and credit code of every box that is ticked."""
    return frozenset((cell["service"], normalised(code)) for cell in cells for code in cell["institutions"])


def told(cells: Sequence[Mapping[str, Any]], firms: Sequence[Firm]) -> tuple[str, ...]:
    """The cells in words, one a line."""
    names = {firm.uscc: firm.name for firm in firms}
    return tuple(
        f"{ServiceKind(cell['service']).zh}：{'、'.join(names.get(code, code) for code in cell['institutions'])}"
        for cell in cells
    )


__all__ = [
    "Cells",
    "CoveragePage",
    "Firm",
    "KindRow",
    "cells_of",
    "chosen_in",
    "field_of",
    "firms_of",
    "matrix",
    "told",
    "typed_cells",
    "with_cells",
]
