"""A fold is given a glance of an envelope only where it looks at no more; where one does, nothing is lost but time."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any, cast
from uuid import UUID

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from deploy.operator.frame.definitions import projections
from services.notify.views import DELIVERIES
from shared.contracts.core import Envelope
from shared.eventlog.codec import decode
from shared.eventlog.log import EventLog
from shared.programme.policy import policy_in_force
from shared.projections.projection import Projection
from shared.projections.rebuilding.rebuild import rebuild
from shared.projections.rebuilding.scan import Glance
from tests.contracts.golden import read_goldens
from tests.projections.test_parallel import COUNT, TINY, follow, log, notify

__all__ = ["log", "notify"]

GLANCED_AT = [owned.projection for owned in projections() if owned.projection.at_a_glance]
NOBODY = UUID(int=1)


def recorded(projection: Projection) -> Iterator[Envelope]:
    """The golden events that a projection folds, each alone in its stream."""
    of_its_own = [golden for golden in read_goldens() if golden.type.startswith(projection.categories)]
    for golden in of_its_own:
        for text in golden.stored:
            event = decode(golden.type, golden.version, text)
            if type(event) in projection.touched:
                yield Envelope(
                    seq=7,
                    event_id=NOBODY,
                    stream=f"{projection.categories[0]}/case/c-1",
                    version=1,
                    type=golden.type,
                    schema_version=golden.version,
                    event=event,
                    actor="clerk",
                    office="county:220113",
                    effective_on=date(2024, 1, 2),
                    recorded_at=datetime(2024, 1, 2, tzinfo=UTC),
                    command_id=NOBODY,
                    correlation_id="c",
                    causation_id=None,
                    policy_version=policy_in_force(date(2024, 1, 2)).version,
                )


def glance(envelope: Envelope) -> Envelope:
    fields = {name: getattr(envelope, name) for name in Glance.__struct_fields__ if name != "mine"}
    return cast(Envelope, Glance(mine=True, **fields))


def folded(projection: Projection, envelope: Envelope) -> Any:
    """What an event makes of the rows of every view, from nothing; or what is wrong with it, as some goldens are."""
    try:
        return [
            (view.name, key, view.fold(None, envelope, key))
            for view in projection.touched[type(envelope.event)]
            for key in view.keys(envelope)
        ]
    except ValueError as error:
        return str(error)


@pytest.mark.parametrize("projection", GLANCED_AT, ids=lambda projection: projection.name)
def test_it_folds_a_glance_as_it_folds_an_envelope(projection: Projection) -> None:
    events = list(recorded(projection))
    assert events
    for envelope in events:
        assert folded(projection, glance(envelope)) == folded(projection, envelope)


def test_every_service_takes_a_glance_for_its_deadlines() -> None:
    assert [projection.name for projection in GLANCED_AT] == [
        "intake.deadlines",
        "review.deadlines",
        "lifecycle.deadlines",
        "notify.deadlines",
    ]


async def test_a_fold_that_looks_at_more_is_given_the_whole_envelope(notify: AsyncEngine, log: EventLog) -> None:
    await follow(notify, log)
    done = await rebuild(log, notify, replace(DELIVERIES, at_a_glance=True), "notify", effort=TINY)
    assert done.equal
    assert (done.parked, done.events) == (0, COUNT)
