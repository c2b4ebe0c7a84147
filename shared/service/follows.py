"""What in a service follows the log: its read models, reactions and deadlines. It imports nothing that serves
requests."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from shared.contracts.core import Envelope, Event
from shared.projections.projection import Projection
from shared.service.deadlines import Change, deadline_projection


@dataclass(frozen=True, kw_only=True)
class Follows:
    """What a service does with events, its own and others'.

    It reacts to the events of the categories in ``reacts_to``, with ``reacts_to_internal`` to its own unpublished ones
    too (which the log brings, not Redis). ``timetable`` is asked about every event of its own. Neither is asked about
    classes in ``leaves_alone``: there are many such events, and nothing follows from them. Without
    ``sees_personal_data`` its process reads every sealed value as erased.
    """

    service: str
    projections: tuple[Projection, ...]
    reacts_to: tuple[str, ...] = ()
    reacts_to_internal: bool = False
    leaves_alone: frozenset[type[Event]] = frozenset()
    timetable: Callable[[Envelope], Sequence[Change]] | None = None
    sees_personal_data: bool = True

    @property
    def kept(self) -> tuple[Projection, ...]:
        """The read models that the service keeps: its projections, and that of its deadlines where it has any."""
        if self.timetable is None:
            return self.projections
        return (*self.projections, deadline_projection(self.service, self.timetable, leaves_alone=self.leaves_alone))
