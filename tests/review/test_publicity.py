"""Publicity and objections."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from hypothesis import given as forall
from hypothesis import strategies as st

from services.review import rules
from services.review.case import commands, decider
from shared.contracts import review as events
from shared.contracts.core import Event
from shared.programme.dates.calendar import standard_calendar
from tests.review import histories as h
from tests.specification import context, given


def objection_id(history: tuple[Event, ...]) -> str:
    """The id of the one objection."""
    filed = h.only(events.ObjectionFiled, history)
    assert isinstance(filed, events.ObjectionFiled)
    return filed.objection_id


def answer(of: str, *, upheld: bool = False) -> commands.AnswerObjection:
    """An officer answers."""
    return commands.AnswerObjection(
        context=context(h.OFFICER, "2018-08-27"), case_id=h.CASE, objection_id=of, upheld=upheld, answer="经核实"
    )


def objected() -> tuple[Event, ...]:
    """Somebody objected on 22 August."""
    return h.history(h.object_(), since=h.publicised())


class TestStarting:
    def test_five_working_days_count_the_first_day(self) -> None:
        given(decider, h.concluded()).when(h.start_publicity()).then(
            events.PublicityStarted(case_id=h.CASE, starts_on=date(2018, 8, 20), ends=h.due("2018-08-24"))
        ).again().then()

    def test_not_with_an_average_below_the_pass_mark(self) -> None:
        given(decider, h.concluded(59)).when(h.start_publicity()).refused(rules.AVERAGE_PASSES)
        given(decider, h.concluded(60)).when(h.start_publicity()).then_kinds(events.PublicityStarted)

    def test_not_without_the_majority(self) -> None:
        given(decider, h.concluded(88, 2)).when(h.start_publicity()).refused(rules.PANEL_RECOMMENDS)
        given(decider, h.concluded(88, 3)).when(h.start_publicity()).then_kinds(events.PublicityStarted)

    def test_not_before_the_panel_concluded(self) -> None:
        given(decider, h.visited()).when(h.start_publicity()).refused(rules.PANEL_CONCLUSION_PRECEDES_PUBLICITY)

    def test_not_while_a_condition_is_open(self) -> None:
        doubtful = h.history(h.judge("service_coverage", met=False, on="2018-08-17"), since=h.concluded())
        refusal = given(decider, doubtful).when(h.start_publicity()).refused(rules.EVERY_CONDITION_IS_MET)
        assert refusal.detail == "service_coverage"

    def test_not_backdated_and_not_twice(self) -> None:
        given(decider, h.concluded()).when(h.start_publicity(on="2018-08-21")).refused(rules.PUBLICITY_STARTS_AHEAD)
        given(decider, h.publicised()).when(h.start_publicity("2018-08-21")).refused(rules.PUBLICITY_STARTS_ONCE)

    def test_by_an_impartial_officer(self) -> None:
        by_clerk = replace(h.start_publicity(), context=context(h.COUNTY, "2018-08-17"))
        given(decider, h.concluded()).when(by_clerk).refused(rules.OFFICER_OF_PROVINCE)

    @forall(st.dates(date(2018, 8, 17), date(2019, 2, 13)))
    def test_publicity_holds_exactly_five_working_days(self, starts_on: date) -> None:
        event = given(decider, h.concluded()).when(h.start_publicity(starts_on.isoformat())).events[0]
        assert isinstance(event, events.PublicityStarted)
        calendar = standard_calendar()
        days = (date.fromordinal(n) for n in range(starts_on.toordinal(), event.ends.on.toordinal() + 1))
        assert sum(calendar.is_working_day(day) for day in days) == h.POLICY.publicity_working_days
        assert calendar.is_working_day(event.ends.on)


class TestObjection:
    def test_anybody_objects_with_a_name_and_a_text(self) -> None:
        filed = given(decider, h.publicised()).when(h.object_()).then_kinds(events.ObjectionFiled)
        filed.again().then()
        nameless = replace(h.object_(), objector=" ")
        given(decider, h.publicised()).when(nameless).refused(rules.TEXT_IS_GIVEN, field="objector")
        given(decider, h.publicised()).when(h.object_(text="")).refused(rules.TEXT_IS_GIVEN, field="text")

    def test_from_the_first_to_the_last_day_of_publicity(self) -> None:
        case = given(decider, h.publicised())
        case.when(h.object_(on="2018-08-19")).refused(rules.OBJECTIONS_ARE_HEARD_DURING_PUBLICITY)
        case.when(h.object_(on="2018-08-20")).then_kinds(events.ObjectionFiled)
        case.when(h.object_(on="2018-08-24")).then_kinds(events.ObjectionFiled)
        case.when(h.object_(on="2018-08-25")).refused(rules.OBJECTIONS_ARE_HEARD_DURING_PUBLICITY)
        given(decider, h.concluded()).when(h.object_()).refused(rules.OBJECTIONS_ARE_HEARD_DURING_PUBLICITY)
        given(decider, h.publicity_over()).when(h.object_()).refused(rules.OBJECTIONS_ARE_HEARD_DURING_PUBLICITY)

    def test_it_is_answered_once(self) -> None:
        given(decider, objected()).when(answer(objection_id(objected()))).then(
            events.ObjectionAnswered(
                case_id=h.CASE, objection_id=objection_id(objected()), upheld=False, answer="经核实"
            )
        ).again().then()
        answered = given(decider, h.history(answer(objection_id(objected())), since=objected()))
        answered.when(answer(objection_id(objected()), upheld=True)).refused(rules.OBJECTION_IS_ANSWERED_ONCE)

    def test_the_answer_says_something_to_an_objection_that_there_is(self) -> None:
        silent = replace(answer(objection_id(objected())), answer="")
        given(decider, objected()).when(silent).refused(rules.TEXT_IS_GIVEN)
        given(decider, objected()).when(answer("nothing")).refused(rules.OBJECTION_IS_KNOWN)
        given(decider, h.concluded()).when(answer("nothing")).refused(rules.OBJECTION_IS_KNOWN)
        by_public = replace(answer(objection_id(objected())), context=context(h.COUNTY, "2018-08-27"))
        given(decider, objected()).when(by_public).refused(rules.OFFICER_OF_PROVINCE)


def flooded() -> tuple[Event, ...]:
    """Four objections: two from one client, two of one text, one of both kinds, one of neither."""
    said = (("a", "机构数量不实"), ("a", "占地虚报"), ("b", "机构数量，不实！"), ("", "另有意见"))
    return h.history(*(replace(h.object_(text=text), client=client) for client, text in said), since=h.publicised())


def set_aside(*idents: str, client: str = "", text: str = "", reason: str = "批量提交") -> commands.SetAsideObjections:
    return commands.SetAsideObjections(
        context=context(h.OFFICER, "2018-08-27"),
        case_id=h.CASE,
        reason=reason,
        objection_ids=idents,
        same_client_as=client,
        same_text_as=text,
    )


def idents(history: tuple[Event, ...]) -> list[str]:
    return [event.objection_id for event in history if isinstance(event, events.ObjectionFiled)]


class TestAbuse:
    """An officer sets abuse aside in one act, with the reason."""

    def then(self, command: commands.SetAsideObjections) -> tuple[str, ...]:
        (event,) = given(decider, flooded()).when(command).events
        assert isinstance(event, events.ObjectionsSetAside)
        assert (event.reason, event.decided_by) == ("批量提交", h.OFFICER.subject)
        return event.objection_ids

    def test_named_ones_those_of_one_client_and_those_of_one_text(self) -> None:
        one, two, three, four = idents(flooded())
        assert self.then(set_aside(one, four)) == (one, four)
        assert self.then(set_aside(client=two)) == (one, two)
        assert self.then(set_aside(text=one)) == (one, three)
        assert self.then(set_aside(four, client=one, text=one)) == (four, one, two, three)

    def test_again_it_does_nothing(self) -> None:
        one, *_ = idents(flooded())
        given(decider, flooded()).when(set_aside(one)).then_kinds(events.ObjectionsSetAside).again().then()

    def test_approval_waits_for_the_others_only(self) -> None:
        one, two, three, four = idents(flooded())
        aside = h.history(set_aside(one, two, three), h.end_publicity(), since=flooded())
        refusal = given(decider, aside).when(h.approve()).refused(rules.OBJECTIONS_ARE_ANSWERED)
        assert refusal.detail == four
        answered = h.history(answer(four), since=aside)
        given(decider, answered).when(h.approve()).then_kinds(events.DesignationApproved)

    def test_one_set_aside_by_mistake_may_still_be_answered_and_then_counts(self) -> None:
        one, *others = idents(flooded())
        aside = h.history(set_aside(one, *others), h.end_publicity(), since=flooded())
        upheld = h.history(answer(one, upheld=True), since=aside)
        given(decider, upheld).when(h.approve()).refused(rules.NO_OBJECTION_IS_UPHELD)

    def test_it_names_objections_that_wait_for_an_answer_and_a_reason(self) -> None:
        case, one = given(decider, flooded()), idents(flooded())[0]
        case.when(set_aside()).refused(rules.OBJECTIONS_ARE_NAMED)
        case.when(set_aside("nothing")).refused(rules.OBJECTION_IS_KNOWN, field="objection_ids")
        case.when(set_aside(client="nothing")).refused(rules.OBJECTION_IS_KNOWN, field="same_client_as")
        case.when(set_aside(client=idents(flooded())[3])).refused(rules.CLIENT_IS_KNOWN)
        case.when(set_aside(one, reason=" ")).refused(rules.REASONS_ARE_GIVEN, field="reason")
        case.when(replace(set_aside(one), context=context(h.COUNTY, "2018-08-27"))).refused(rules.OFFICER_OF_PROVINCE)
        answered = given(decider, h.history(answer(one), since=flooded()))
        answered.when(set_aside(one)).refused(rules.OBJECTION_IS_ANSWERED_ONCE)

    def test_each_objection_says_how_many_wait(self) -> None:
        filed = [event for event in flooded() if isinstance(event, events.ObjectionFiled)]
        assert [event.waiting for event in filed] == [1, 2, 3, 4]
        one, *_ = idents(flooded())
        then = h.history(set_aside(one), h.object_(text="又一条"), since=flooded())
        assert h.only(events.ObjectionFiled, then[-1:]).waiting == 4  # type: ignore[attr-defined]

    def test_only_so_many_of_the_public_wait_at_a_time(self) -> None:
        most = h.POLICY.objections_open_max
        full = h.history(*(h.object_(text=f"第{n}条") for n in range(most)), since=h.publicised())
        one_more = h.object_(text="再一条")
        given(decider, full).when(one_more).refused(rules.OBJECTIONS_ARE_WORKED_OFF)
        by_letter = replace(one_more, context=context(h.OFFICER, "2018-08-22"))
        given(decider, full).when(by_letter).then_kinds(events.ObjectionFiled)
        worked_off = h.history(set_aside(idents(full)[0]), since=full)
        given(decider, worked_off).when(one_more).then_kinds(events.ObjectionFiled)


class TestEnd:
    def test_publicity_ends_when_its_last_day_is_over(self) -> None:
        ended = given(decider, objected()).when(h.end_publicity())
        ended.then(events.PublicityEnded(case_id=h.CASE, ended_on=date(2018, 8, 24), objections=1)).again().then()

    def test_not_on_its_last_day_and_by_nobodys_hand(self) -> None:
        given(decider, h.publicised()).when(h.end_publicity("2018-08-24")).then()
        by_hand = replace(h.end_publicity(), context=context(h.LEAD, "2018-08-25"))
        given(decider, h.publicised()).when(by_hand).refused(rules.SYSTEM_DOES_THIS)

    def test_an_unanswered_objection_holds_the_approval(self) -> None:
        over = given(decider, h.history(h.end_publicity(), since=objected()))
        over.when(h.approve()).refused(rules.OBJECTIONS_ARE_ANSWERED)
        answered = h.history(h.end_publicity(), answer(objection_id(objected())), since=objected())
        given(decider, answered).when(h.approve()).then_kinds(events.DesignationApproved)

    def test_nothing_is_approved_against_an_objection_that_was_upheld(self) -> None:
        upheld = h.history(h.end_publicity(), answer(objection_id(objected()), upheld=True), since=objected())
        given(decider, upheld).when(h.approve()).refused(rules.NO_OBJECTION_IS_UPHELD)
