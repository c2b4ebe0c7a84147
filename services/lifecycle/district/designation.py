"""The designation: the title, its first term and its report years (四（四）（五）)."""

from __future__ import annotations

from services.lifecycle import rules
from services.lifecycle.district.commands import Designate
from services.lifecycle.district.cycle import first_cycle
from services.lifecycle.district.permission import is_system
from services.lifecycle.district.state import State, Undesignated
from shared.contracts.core import Outcome, Refusal
from shared.contracts.lifecycle import DistrictDesignated
from shared.programme.policy import policy


def designate(state: State, command: Designate) -> Outcome:
    """Begin the term that the approval grants: once, and only because of the approval."""
    if not is_system(command.context):
        return Refusal(rules.ONLY_THE_SYSTEM)
    if not isinstance(state, Undesignated):
        same = state.district.designated_on == command.approved_on
        return () if same else Refusal(rules.DESIGNATED_ONCE)
    cycle = first_cycle(command.approved_on, policy(command.policy_version))
    return (
        DistrictDesignated(
            case_id=command.case_id,
            title=command.title,
            place=command.place,
            county_unit=command.county_unit,
            key_unit=command.key_unit,
            form=command.form,
            document_number=command.document_number,
            designated_on=command.approved_on,
            cycle=1,
            first_day=cycle.first_day,
            last_day=cycle.last_day,
            reports=cycle.reports,
            policy_version=command.policy_version,
        ),
    )
