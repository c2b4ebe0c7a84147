"""Who at the province holds a case."""

from __future__ import annotations

from dataclasses import replace

from services.review import rules
from services.review.case import commands, decider
from shared.contracts import review as events
from shared.contracts.core import Actor, Event, Role, event_type
from shared.programme.dates.chronology import WITHIN_AN_OFFICE
from tests.review import histories as h
from tests.specification import actor, context, given

COLLEAGUE = h.KEYING_OFFICER


def claim(who: Actor = h.OFFICER) -> commands.ClaimCase:
    """An officer claims the case."""
    return commands.ClaimCase(context=context(who), case_id=h.CASE)


def release(who: Actor = h.OFFICER) -> commands.ReleaseCase:
    """Somebody lets it go."""
    return commands.ReleaseCase(context=context(who), case_id=h.CASE)


def hand_over(who: Actor = h.OFFICER, held_by: str = "") -> commands.HandOverCase:
    """Somebody hands it over to the colleague."""
    return commands.HandOverCase(
        context=context(who), case_id=h.CASE, holder="officer-2", holder_name="钱样例", held_by=held_by
    )


def held() -> tuple[Event, ...]:
    """The first officer holds it."""
    return h.history(claim(), since=h.opened())


CLAIMED = events.CaseClaimed(case_id=h.CASE, holder="officer-1", holder_name=h.OFFICER.name, office="province")
HANDED_OVER = events.CaseHandedOver(
    case_id=h.CASE, before="officer-1", holder="officer-2", holder_name="钱样例", office="province"
)


def test_an_officer_claims_a_case_that_nobody_holds() -> None:
    given(decider, h.opened()).when(claim()).then(CLAIMED).again().then()
    given(decider, h.convened()).when(claim(h.LEAD)).then_kinds(events.CaseClaimed)


def test_one_who_goes_by_no_name_is_named_by_their_account() -> None:
    nameless = Actor("officer-1", "", "province", frozenset({Role.PROVINCE}))
    given(decider, h.opened()).when(claim(nameless)).then(replace(CLAIMED, holder_name="officer-1"))


def test_one_that_a_colleague_holds_is_not_claimed() -> None:
    for who in (COLLEAGUE, h.LEAD):
        refusal = given(decider, held()).when(claim(who)).refused(rules.CASE_IS_HANDED_OVER_NOT_CLAIMED)
        assert h.OFFICER.name in refusal.detail
        assert h.OFFICER.name in refusal.detail_zh


def test_its_holder_or_a_lead_lets_it_go() -> None:
    for who in (h.OFFICER, h.LEAD):
        released = given(decider, held()).when(release(who))
        released.then(events.CaseReleased(case_id=h.CASE, holder="officer-1")).again().then()
        released.and_then().when(claim(COLLEAGUE)).then_kinds(events.CaseClaimed)
    refusal = given(decider, held()).when(release(COLLEAGUE)).refused(rules.HOLDER_OR_LEAD)
    assert h.OFFICER.name in refusal.detail_zh
    given(decider, h.opened()).when(release(COLLEAGUE)).then()


def test_its_holder_or_a_lead_hands_it_over() -> None:
    for who in (h.OFFICER, h.LEAD):
        given(decider, held()).when(hand_over(who)).then(HANDED_OVER).again().then()
    given(decider, held()).when(hand_over(actor("province", Role.PROVINCE, subject="x"))).refused(rules.HOLDER_OR_LEAD)


def test_a_lead_gives_one_that_nobody_holds() -> None:
    given(decider, h.opened()).when(hand_over(h.LEAD)).then(replace(HANDED_OVER, before=""))
    refusal = given(decider, h.opened()).when(hand_over()).refused(rules.HOLDER_OR_LEAD)
    assert refusal.detail == "Nobody holds it"


def test_what_changed_hands_meanwhile_is_not_taken_from_somebody_else() -> None:
    given(decider, held()).when(hand_over(h.LEAD, "officer-1")).then(HANDED_OVER).again().then()
    given(decider, held()).when(hand_over(h.LEAD, "officer-9")).refused(rules.CASE_IS_HELD_AS_THOUGHT)
    given(decider, h.opened()).when(hand_over(h.LEAD, "officer-1")).refused(rules.CASE_IS_HELD_AS_THOUGHT)


def test_the_colleague_is_named() -> None:
    case = given(decider, held())
    case.when(replace(hand_over(), holder="")).refused(rules.SUCCESSOR_IS_NAMED, field="holder")
    case.when(replace(hand_over(), holder_name="")).refused(rules.SUCCESSOR_IS_NAMED, field="holder_name")


def test_only_within_the_province() -> None:
    for who in (h.COUNTY, actor("expert:e1", Role.EXPERT)):
        for command in (claim(who), release(who), hand_over(who)):
            given(decider, held()).when(command).refused(rules.OFFICER_OF_PROVINCE)


def test_a_case_that_has_ended_changes_hands_no_more() -> None:
    case = given(decider, h.approved())
    case.when(claim()).refused(rules.CASE_IS_OPEN)
    case.when(hand_over(h.LEAD)).refused(rules.CASE_IS_OPEN)


def test_whoever_may_act_may_act_in_a_case_that_a_colleague_holds() -> None:
    claimed_by_another = h.history(claim(COLLEAGUE), since=h.opened())
    given(decider, claimed_by_another).when(h.accept()).then_kinds(
        events.ApplicationAccepted, events.EligibilityAssessed
    )


def test_no_date_of_an_act_rests_on_who_holds_the_case() -> None:
    assert {event_type(kind).name for kind in events.WITHIN_THE_OFFICE} == WITHIN_AN_OFFICE
