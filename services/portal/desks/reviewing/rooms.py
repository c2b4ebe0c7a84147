"""Every page of the review. What has a path of its own comes before the page of a case."""

from __future__ import annotations

from services.portal.desks.reviewing import (
    act_pages,
    case,
    convening,
    corrections,
    holding,
    judging,
    leavers,
    members,
    objections,
    publicity,
    queue,
)

REVIEWING = (
    queue.pages,
    publicity.pages,
    holding.pages,
    leavers.pages,
    case.pages,
    act_pages.pages,
    judging.pages,
    corrections.pages,
    convening.pages,
    members.pages,
    objections.pages,
)

__all__ = ["REVIEWING"]
