"""Every page of the portal, room by room."""

from __future__ import annotations

from fastapi import APIRouter

from services.portal.desks.delegating import pages as delegating
from services.portal.desks.desk import pages as desk
from services.portal.desks.feedback import answering, giving
from services.portal.desks.filing.rooms import FILING
from services.portal.desks.judging.rooms import JUDGING
from services.portal.desks.letters import pages as letters
from services.portal.desks.messages import notices, preferences
from services.portal.desks.operating.rooms import OPERATIONS
from services.portal.desks.reviewing.rooms import REVIEWING
from services.portal.desks.search import pages as search
from services.portal.desks.story import pages as story
from services.portal.desks.story import readings
from services.portal.desks.term import pages as term
from services.portal.frame import choices, drafting, listening, static
from services.portal.signin import pages as signin
from services.portal.window.rooms import WINDOW
from shared.service.service import Service

ROOMS = (
    *WINDOW,
    desk.pages,
    delegating.pages,
    letters.pages,
    giving.pages,
    answering.pages,
    *FILING,
    *REVIEWING,
    notices.pages,
    preferences.pages,
    term.pages,
    search.pages,
    story.pages,
    readings.pages,
    *JUDGING,
    *OPERATIONS,
    signin.pages,
    signin.returning,
    choices.pages,
    drafting.pages,
    listening.pages,
    static.pages,
)


def routes(_service: Service) -> APIRouter:
    """The routes of all pages."""
    every = APIRouter()
    for room in ROOMS:
        every.include_router(room)
    return every


__all__ = ["routes"]
