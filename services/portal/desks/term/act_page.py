"""The page of an act: which district, which act, whether it is this person's now, and what it rests on."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from fastapi.responses import Response

from services.portal.calling.services import within
from services.portal.desks.term.acts import OfferedAct, TermAct, is_open, offer
from services.portal.desks.term.events import TermEvent, events_of, of_kind
from services.portal.desks.term.seen import DistrictSeen, Row, district_of
from services.portal.desks.term.words import CATEGORIES, DUTIES, GRADES, SUPPORT, Pair
from services.portal.frame.visitor import Visitor
from shared.programme.policy import Policy, policy

_READ = ("acts", "reports", "assessments", "timeline")


@dataclass(frozen=True, slots=True, kw_only=True)
class ActPage:
    """The page. ``open`` says whether lifecycle would take the act of this person now; ``about`` is what a page of its
    own adds."""

    offer: OfferedAct
    year: int | None
    district: DistrictSeen
    open: bool
    reports: Sequence[Row]
    assessments: Sequence[Row]
    events: Sequence[TermEvent]
    about: object = None

    @property
    def path(self) -> str:
        """The path of this page."""
        return f"{self.district.path}/{self.offer.path}"

    @property
    def policy(self) -> Policy:
        """The numbers of the programme that hold for this district."""
        return policy(self.district.policy_version)

    def report(self, year: int | None) -> Row | None:
        """The yearly report of a year."""
        return next((report for report in self.reports if report["year"] == year), None)

    def last(self, kind: str) -> TermEvent | None:
        """The latest event of a kind."""
        found = of_kind(self.events, kind)
        return found[-1] if found else None

    @property
    def statements(self) -> Sequence[TermEvent]:
        """What was stated since the district was last invited to."""
        invited = [number for number, event in enumerate(self.events) if event.kind == "HearingInvited"]
        return of_kind(self.events[invited[-1] :] if invited else (), "StatementMade")

    @property
    def late_years(self) -> list[int]:
        """The years of the running cycle whose report came late, or is not there and not given up."""
        return [each["year"] for each in self._running if not each["missed"] and _is_late(each)]

    @property
    def missed_years(self) -> list[int]:
        """The years of the running cycle whose report counts as missed."""
        return [each["year"] for each in self._running if each["missed"]]

    @property
    def _running(self) -> list[Row]:
        return [report for report in self.reports if report["cycle"] == self.district.cycle]

    @property
    def duties(self) -> dict[str, Pair]:
        """The county's five duties."""
        return DUTIES

    @property
    def support(self) -> dict[str, Pair]:
        """What officers do for a district."""
        return SUPPORT

    @property
    def categories(self) -> dict[str, Pair]:
        """The categories of institutions."""
        return CATEGORIES

    def grade(self, assessment: Row) -> Pair:
        """The grade of an assessment, in words."""
        return GRADES.get(assessment["result"], ("", ""))


def _is_late(report: Row) -> bool:
    return bool(report["late_by"]) if report["filed_on"] else bool(report["overdue"])


async def open_page(visitor: Visitor, case_id: str, act: TermAct, year: int | None = None) -> ActPage:
    """What the page of an act shows. Raises ``NotDone``."""
    path = within("districts", case_id)
    row, acts, reports, assessments, timeline = await asyncio.gather(
        visitor.get("lifecycle", path), *(visitor.get("lifecycle", f"{path}/{name}") for name in _READ)
    )
    return ActPage(
        offer=offer(act, year),
        year=year,
        district=district_of(row),
        open=is_open(act, year, acts),
        reports=reports,
        assessments=assessments,
        events=events_of(timeline),
    )


async def send(visitor: Visitor, case_id: str, path: str, body: Mapping[str, object]) -> bool:
    """Send the act to lifecycle; whether it was done. ``visitor.explanation`` says why it was not."""
    return await visitor.act("lifecycle", within("districts", case_id) + path, body) is not None


def done(visitor: Visitor, case_id: str, said: Pair) -> Response:
    """Back to the district, where it says what was done."""
    return visitor.go(within("districts", case_id), *said)


def whole_number(text: str) -> int | str:
    """A number as lifecycle reads it; anything else as it was typed, so that lifecycle says what is wrong with it."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else text


def plain(points: str) -> str:
    """Points without idle zeros, as 91 and 74.5."""
    return f"{Decimal(points).normalize():f}"


__all__ = ["ActPage", "done", "open_page", "plain", "send", "whole_number"]
