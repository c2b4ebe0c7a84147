"""The designation: the title, its first term and its report years (四（四）（五）)."""

from __future__ import annotations

from services.lifecycle import rules
from services.lifecycle.district import commands
from services.lifecycle.district.cycle import first_cycle
from services.lifecycle.district.permission import system_only
from services.lifecycle.district.state import State, Undesignated
from shared.contracts import lifecycle as events
from shared.contracts.core import Outcome, Refusal
from shared.programme.dates.announced import calendar
from shared.programme.policy import policy


def designate(state: State, command: commands.Designate) -> Outcome:
    """Begin the term that the approval grants: once, and only because of the approval."""
    approved = command.approved
    if refusal := system_only(command.context):
        return refusal
    if not isinstance(state, Undesignated):
        same = state.district.designated_on == approved.approved_on
        return () if same else Refusal(rules.DESIGNATED_ONCE)
    cycle = first_cycle(approved.approved_on, policy(approved.policy_version), calendar(command.context.calendar))
    return (
        events.DistrictDesignated(
            case_id=approved.case_id,
            title=approved.title,
            place=approved.place,
            county_unit=approved.county_unit,
            key_unit=approved.key_unit,
            form=approved.form,
            document_number=approved.document_number,
            designated_on=approved.approved_on,
            cycle=1,
            first_day=cycle.first_day,
            last_day=cycle.last_day,
            reports=cycle.reports,
            policy_version=approved.policy_version,
        ),
    )


__all__ = ["designate"]
