"""The page of a district: where it stands, whose turn it is, what happened, and what this person may do."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from fastapi.responses import Response

from services.portal.calling.services import within
from services.portal.desks.feedback.showing import AskedOnCase, asked_on_case
from services.portal.desks.road import RoadStep
from services.portal.desks.term.acts import OfferedAct, Weight, offered
from services.portal.desks.term.due import turn_in_term
from services.portal.desks.term.events import TermEvent, events_of
from services.portal.desks.term.offices import office_of
from services.portal.desks.term.road_of_term import road_of_term
from services.portal.desks.term.seen import DistrictSeen, Row, district_of
from services.portal.desks.term.who import Official
from services.portal.desks.term.words import CATEGORIES, DUTIES, RESULTS, SUPPORT, Pair
from services.portal.desks.turn import Turn
from services.portal.frame.passing_on import passed_on
from shared.service.http.routes import router

pages = router()
LISTS = ("reports", "rosters", "support", "duties", "assessments", "timeline", "acts")


@dataclass(frozen=True, slots=True, kw_only=True)
class TermPage:
    """The page. Lists are lifecycle's rows, the newest first; ``feedback`` is what applicants are asked."""

    district: DistrictSeen
    road: Sequence[RoadStep]
    turn: Turn | None
    acts: Sequence[OfferedAct]
    reports: Sequence[Row]
    duties: Sequence[Row]
    support: Sequence[Row]
    rosters: Sequence[Row]
    assessments: Sequence[Row]
    events: Sequence[TermEvent]
    feedback: AskedOnCase | None

    def weighing(self, weight: str) -> list[OfferedAct]:
        """The acts that are offered so."""
        return [offer for offer in self.acts if offer.act.weight is Weight(weight)]

    def event(self, event_id: str) -> TermEvent | None:
        """An event of the time line by its id."""
        return next((event for event in self.events if event.event_id == event_id), None)

    duty_words = staticmethod(DUTIES.__getitem__)
    support_words = staticmethod(SUPPORT.__getitem__)
    result_words = staticmethod(RESULTS.__getitem__)
    office_words = staticmethod(office_of)

    @property
    def categories(self) -> dict[str, Pair]:
        """The categories of institutions, in words."""
        return CATEGORIES


@pages.get("/districts/{case_id}", include_in_schema=False)
async def show(visitor: Official, case_id: str) -> Response:
    """Where a district stands."""
    path = within("districts", case_id)
    row, feedback, *lists = await asyncio.gather(
        visitor.get("lifecycle", path),
        asked_on_case(visitor, case_id),
        *(visitor.get("lifecycle", f"{path}/{name}") for name in LISTS),
    )
    found = dict(zip(LISTS, lists, strict=True))
    district = district_of(row)
    result = found["assessments"][-1]["result"] if found["assessments"] else ""
    page = TermPage(
        district=district,
        road=road_of_term(district, found["reports"], found["assessments"]),
        turn=turn_in_term(district, visitor.today, result),
        acts=offered(found["acts"]),
        reports=found["reports"][::-1],
        duties=found["duties"][::-1],
        support=found["support"][::-1],
        rosters=found["rosters"][::-1],
        assessments=found["assessments"][::-1],
        events=events_of(found["timeline"])[::-1],
        feedback=feedback,
    )
    return visitor.page("term/district.html", page)


@pages.get("/districts/{case_id}/documents/{sha256}", include_in_schema=False)
async def document(visitor: Official, case_id: str, sha256: str) -> Response:
    """A document that was filed."""
    return await passed_on(visitor, "lifecycle", within("districts", case_id, "documents", sha256))


__all__ = ["TermPage", "pages"]
