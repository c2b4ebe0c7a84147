"""An event that a stage does not know leaves the case as it is."""

from __future__ import annotations

from datetime import date
from functools import reduce

import pytest

from services.review.case import decider
from shared.contracts import review as events
from shared.contracts.core import Event
from tests.review import histories as h

RESCHEDULED = events.SiteVisitRescheduled(case_id=h.CASE, visit_on=date(2018, 8, 10), reason="大雨")


@pytest.mark.parametrize("event", [*h.approved()[1:], RESCHEDULED])
def test_nothing_happens_to_a_case_before_it_is_opened(event: Event) -> None:
    assert decider.evolve(decider.initial, event) == decider.initial


@pytest.mark.parametrize("kind", [events.SiteVisitReported, events.PanelConcluded, events.SiteVisitRescheduled])
def test_no_visit_is_known_before_it_is_scheduled(kind: type[Event]) -> None:
    reviewed = reduce(decider.evolve, h.reviewed(), decider.initial)
    assert decider.evolve(reviewed, h.only(kind, (*h.approved(), RESCHEDULED))) == reviewed


@pytest.mark.parametrize("event", [*h.approved(), RESCHEDULED])
def test_nothing_happens_to_a_case_after_its_end(event: Event) -> None:
    ended = reduce(decider.evolve, h.approved(), decider.initial)
    assert decider.evolve(ended, event) == ended
