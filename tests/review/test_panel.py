"""The panel, conflicts of interest, score sheets, and the end of the material review."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given as forall
from hypothesis import strategies as st

from services.review import rules
from services.review.case import commands, decider
from services.review.case.commands import CaseCommand
from shared.contracts import review as events
from shared.contracts.core import Event, Role
from shared.contracts.review import ConflictKind, Expert, Score
from tests.review import histories as h
from tests.specification import actor, context, given

FIVE = tuple(h.expert(n) for n in range(1, 6))
COLLEAGUE = h.expert(1, organisation_uscc=h.KEY_UNIT.uscc.lower())
NEIGHBOUR = h.expert(2, division="220113")


def declare(expert_id: str, on: str = "2018-07-10") -> commands.DeclareConflict:
    """An expert says that they may not judge."""
    return commands.DeclareConflict(context=h.expert_at(f"expert:{expert_id}")(on), case_id=h.CASE, reason="亲属关系")


def recuse(expert_id: str) -> commands.RecuseExpert:
    """An officer takes an expert off."""
    return commands.RecuseExpert(
        context=context(h.OFFICER, "2018-07-10"), case_id=h.CASE, expert_id=expert_id, reason="有人反映"
    )


def replace_by(expert_id: str, replacement: Expert) -> commands.ReplaceExpert:
    """An officer fills a seat."""
    return commands.ReplaceExpert(
        context=context(h.OFFICER, "2018-07-11"), case_id=h.CASE, expert_id=expert_id, replacement=replacement
    )


CONCLUDE = commands.ConcludeMaterialReview(context=context(h.OFFICER, "2018-07-20"), case_id=h.CASE)


def recused(expert_id: str, reason: str = "亲属关系") -> events.ExpertRecused:
    """What a recusal records."""
    return events.ExpertRecused(case_id=h.CASE, expert_id=expert_id, kind=ConflictKind.DECLARED, reason=reason)


class TestConvening:
    def test_five_experts_and_their_reserves(self) -> None:
        convened = given(decider, h.judged()).when(h.convene())
        convened.then(
            events.PanelConvened(case_id=h.CASE, experts=FIVE, reserves=(h.expert(6), h.expert(7)), declare_first=True)
        ).again().then()

    def test_an_expert_with_a_conflict_is_off_and_a_reserve_takes_the_place(self) -> None:
        convened = given(decider, h.judged()).when(h.convene((COLLEAGUE, NEIGHBOUR, *FIVE[2:])))
        convened.then_kinds(events.ConflictFound, events.ConflictFound, events.PanelConvened)
        first, second, panel = convened.events
        assert isinstance(first, events.ConflictFound)
        assert isinstance(second, events.ConflictFound)
        assert isinstance(panel, events.PanelConvened)
        assert (first.kind, second.kind) == (ConflictKind.SAME_ORGANISATION, ConflictKind.SAME_COUNTY)
        assert [expert.expert_id for expert in panel.experts] == ["e3", "e4", "e5", "e6", "e7"]
        assert panel.reserves == ()
        convened.again().then()

    def test_an_expert_of_a_roster_institution_has_a_conflict(self) -> None:
        insider = h.expert(6, organisation=h.FORM.institutions[1].name)
        convened = given(decider, h.judged()).when(h.convene(reserves=(insider, h.expert(7))))
        convened.then_kinds(events.ConflictFound, events.PanelConvened)

    def test_not_when_no_reserve_is_left(self) -> None:
        alone = h.convene((COLLEAGUE, *FIVE[1:]), reserves=())
        refusal = given(decider, h.judged()).when(alone).refused(rules.CONFLICTED_EXPERT_HAS_A_RESERVE)
        assert [reason.field for reason in refusal.reasons] == ["experts.e1"]

    @pytest.mark.parametrize("size", [0, 3, 4, 6])
    def test_a_panel_has_the_size_that_the_policy_sets(self, size: int) -> None:
        odd = h.convene(tuple(h.expert(n) for n in range(10, 10 + size)))
        given(decider, h.judged()).when(odd).refused(rules.PANEL_HAS_ITS_SIZE)

    def test_nobody_sits_twice(self) -> None:
        given(decider, h.judged()).when(h.convene((*FIVE[:4], FIVE[0]))).refused(rules.EXPERTS_ARE_DISTINCT)
        given(decider, h.judged()).when(h.convene(reserves=(FIVE[2],))).refused(rules.EXPERTS_ARE_DISTINCT)

    def test_everybody_goes_by_an_id(self) -> None:
        nameless = h.expert(5, expert_id="")
        given(decider, h.judged()).when(h.convene((*FIVE[:4], nameless))).refused(rules.EXPERTS_ARE_DISTINCT)

    def test_once_and_after_acceptance_and_by_an_officer(self) -> None:
        others = h.convene(tuple(h.expert(n) for n in range(11, 16)))
        given(decider, h.convened()).when(others).refused(rules.PANEL_IS_CONVENED_ONCE)
        given(decider, h.opened()).when(h.convene()).refused(rules.CASE_IS_ACCEPTED)
        by_county = replace(h.convene(), context=context(h.COUNTY))
        given(decider, h.judged()).when(by_county).refused(rules.OFFICER_OF_PROVINCE)

    def test_a_county_is_given_by_code_or_name_and_kept_as_its_code_of_today(self) -> None:
        by_name = (h.expert(1, division="南关区"), h.expert(2, division="长春市南关区"), h.expert(3, division="220102"))
        elsewhere, moved = h.expert(4, division=""), h.expert(5, division="220381")
        (panel,) = given(decider, h.judged()).when(h.convene((*by_name, elsewhere, moved))).events
        assert isinstance(panel, events.PanelConvened)
        assert [each.division for each in panel.experts] == ["220102", "220102", "220102", "", "220184"]
        named = h.convene((h.expert(1, division="九台区"), *FIVE[1:]))
        found = given(decider, h.judged()).when(named)
        found.then_kinds(events.ConflictFound, events.PanelConvened).again().then()

    @pytest.mark.parametrize("division", ["长春", "220100", "110101", "九台", "22010", "火星区"])
    def test_a_county_that_is_not_known_would_hide_a_conflict(self, division: str) -> None:
        stranger = h.expert(7, division=division)
        case = given(decider, h.judged())
        told = case.when(h.convene(reserves=(h.expert(6), stranger))).refused(
            rules.EXPERT_IS_OF_A_COUNTY, field="reserves.1.division"
        )
        assert division in told.detail
        assert division in told.detail_zh

    def test_not_for_a_case_that_does_not_meet_a_condition(self) -> None:
        poor = h.open_case(form=replace(h.FORM, institutions=h.FORM.institutions[:2]))
        unmet = h.history(poor, h.accept())
        given(decider, unmet).when(h.convene()).refused(rules.UNMET_CONDITION_GOES_TO_NO_PANEL)


class TestRecusal:
    def test_who_declares_a_conflict_leaves_and_a_reserve_steps_in(self) -> None:
        left = given(decider, h.convened()).when(declare("e2"))
        left.then(
            recused("e2"), events.ExpertReplaced(case_id=h.CASE, expert_id="e2", replacement=h.expert(6))
        ).again().then()

    def test_a_reserve_may_declare_too_and_no_longer_steps_in(self) -> None:
        left = given(decider, h.convened()).when(declare("e6")).then(recused("e6"))
        left.and_then().when(declare("e1")).then(
            recused("e1"), events.ExpertReplaced(case_id=h.CASE, expert_id="e1", replacement=h.expert(7))
        )

    def test_a_reserve_steps_in_once(self) -> None:
        first_left = given(decider, h.convened()).when(declare("e1")).and_then()
        first_left.when(declare("e2")).then(
            recused("e2"), events.ExpertReplaced(case_id=h.CASE, expert_id="e2", replacement=h.expert(7))
        )

    def test_an_officer_recuses_an_expert(self) -> None:
        left = given(decider, h.convened()).when(recuse("e3"))
        left.then_kinds(events.ExpertRecused, events.ExpertReplaced).again().then()
        given(decider, h.convened()).when(recuse("e9")).refused(rules.EXPERT_IS_KNOWN)
        given(decider, h.judged()).when(recuse("e3")).refused(rules.PANEL_IS_CONVENED)
        given(decider, h.opened()).when(recuse("e3")).refused(rules.CASE_IS_ACCEPTED)
        nameless = replace(recuse("e3"), reason="  ")
        given(decider, h.convened()).when(nameless).refused(rules.REASONS_ARE_GIVEN)

    def test_only_an_expert_of_this_case_declares(self) -> None:
        given(decider, h.convened()).when(declare("e9")).refused(rules.EXPERT_OF_THIS_CASE)
        by_officer = replace(declare("e1"), context=context(h.OFFICER))
        given(decider, h.convened()).when(by_officer).refused(rules.EXPERT_OF_THIS_CASE)

    def test_a_recused_experts_sheet_counts_no_more(self) -> None:
        sheets = h.history(h.submit("e1", 10), declare("e1"), since=h.convened())
        rest = (h.submit(f"e{n}", 80) for n in (2, 3, 4, 5, 6))
        done = h.history(h.impartial("e6"), *rest, h.schedule(), h.report_visit(), h.conclude_panel(), since=sheets)
        panel = h.only(events.PanelConcluded, done)
        assert isinstance(panel, events.PanelConcluded)
        assert (panel.average, panel.valid_sheets) == (Decimal("80.00"), 5)

    def test_after_the_material_review_the_rest_goes_on_while_enough_sheets_are_valid(self) -> None:
        given(decider, h.reviewed()).when(declare("e1")).then(recused("e1")).again().then()

    def test_with_too_few_valid_sheets_the_material_review_is_reopened(self) -> None:
        three = h.history(declare("e1"), declare("e2"), since=h.reviewed())
        reopened = given(decider, three).when(declare("e3"))
        reopened.then(
            recused("e3"),
            events.MaterialReviewReopened(case_id=h.CASE, valid_sheets=2, minimum=3),
            events.ExpertReplaced(case_id=h.CASE, expert_id="e3", replacement=h.expert(6)),
        )
        declared = reopened.and_then().when(h.impartial("e6", on="2018-08-01"))
        last = declared.and_then().when(h.submit("e6", on="2018-08-01"))
        last.then_kinds(
            events.ScoreSheetSubmitted, events.ScoreSheetReceived, events.MaterialReviewConcluded
        ).again().then()

    def test_when_the_only_one_missing_leaves_the_material_review_is_concluded(self) -> None:
        four = h.history(recuse("e6"), recuse("e7"), *(h.submit(f"e{n}") for n in range(1, 5)), since=h.convened())
        given(decider, four).when(declare("e5")).then(
            recused("e5"), events.MaterialReviewConcluded(case_id=h.CASE, valid_sheets=4, panel_size=4)
        )

    @pytest.mark.parametrize(("sheets", "kinds"), [(3, (events.MaterialReviewConcluded,)), (2, ())])
    def test_unless_too_few_sheets_are_left_to_conclude_with(self, sheets: int, kinds: tuple[type[Event], ...]) -> None:
        smaller = h.history(*(recuse(f"e{n}") for n in (6, 7, *range(sheets + 1, 5))), since=h.convened())
        all_but_one = h.history(*(h.submit(f"e{n}") for n in range(1, sheets + 1)), since=smaller)
        given(decider, all_but_one).when(declare("e5")).then_kinds(events.ExpertRecused, *kinds)

    def test_not_after_the_panel_concluded(self) -> None:
        given(decider, h.concluded()).when(declare("e1")).refused(rules.RECUSAL_PRECEDES_PANEL_CONCLUSION)
        given(decider, h.concluded()).when(recuse("e1")).refused(rules.RECUSAL_PRECEDES_PANEL_CONCLUSION)


class TestDeclaration:
    def test_an_expert_declares_that_nothing_ties_them_to_the_applicants(self) -> None:
        declared = given(decider, h.undeclared()).when(h.impartial("e1"))
        declared.then(events.ImpartialityDeclared(case_id=h.CASE, expert_id="e1")).again().then()
        declared.and_then().when(h.submit("e1")).then_kinds(events.ScoreSheetSubmitted, events.ScoreSheetReceived)

    def test_a_sheet_waits_for_it(self) -> None:
        case = given(decider, h.history(h.impartial("e2"), since=h.undeclared()))
        case.when(h.submit("e1")).refused(rules.IMPARTIALITY_IS_DECLARED_FIRST)

    def test_so_does_that_of_a_reserve_who_steps_in(self) -> None:
        left = given(decider, h.history(declare("e1"), since=h.convened()))
        left.when(h.submit("e6")).refused(rules.IMPARTIALITY_IS_DECLARED_FIRST)

    def test_a_panel_convened_before_declarations_were_on_record_goes_on_without(self) -> None:
        *before, convened = h.undeclared()
        assert isinstance(convened, events.PanelConvened)
        old = given(decider, (*before, replace(convened, declare_first=False)))
        old.when(h.submit("e1")).then_kinds(events.ScoreSheetSubmitted, events.ScoreSheetReceived)
        old.when(h.impartial("e1")).then_kinds(events.ImpartialityDeclared)

    def test_only_a_member_declares_it_and_while_the_case_runs(self) -> None:
        case = given(decider, h.undeclared())
        for who in ("e6", "e9"):
            case.when(h.impartial(who)).refused(rules.EXPERT_OF_THIS_CASE)
        by_officer = replace(h.impartial("e1"), context=context(h.OFFICER))
        case.when(by_officer).refused(rules.EXPERT_OF_THIS_CASE)
        given(decider, h.judged()).when(h.impartial("e1")).refused(rules.EXPERT_OF_THIS_CASE)
        ended = given(decider, h.approved())
        ended.when(h.impartial("e1")).then()

    def test_who_finds_a_tie_later_still_leaves(self) -> None:
        given(decider, h.convened()).when(declare("e1")).then_kinds(events.ExpertRecused, events.ExpertReplaced)


class TestReplacement:
    def empty_seat(self) -> tuple[Event, ...]:
        """No reserve was left for the seat of e1."""
        return h.history(recuse("e6"), recuse("e7"), declare("e1"), since=h.convened())

    def test_an_officer_fills_an_empty_seat(self) -> None:
        filled = given(decider, self.empty_seat()).when(replace_by("e1", h.expert(8)))
        filled.then(events.ExpertReplaced(case_id=h.CASE, expert_id="e1", replacement=h.expert(8))).again().then()
        declared = filled.and_then().when(h.impartial("e8"))
        declared.and_then().when(h.submit("e8")).then_kinds(events.ScoreSheetSubmitted, events.ScoreSheetReceived)

    def test_of_a_county_that_is_known(self) -> None:
        case = given(decider, self.empty_seat())
        wrong = replace_by("e1", h.expert(8, division="火星区"))
        case.when(wrong).refused(rules.EXPERT_IS_OF_A_COUNTY, field="replacement.division")
        case.when(replace_by("e1", h.expert(8, division="九台区"))).refused(rules.REPLACEMENT_IS_FREE_OF_CONFLICT)
        case.when(replace_by("e1", h.expert(8, division="朝阳区"))).then_kinds(events.ExpertReplaced).again().then()

    def test_by_somebody_free_of_conflict_who_did_not_sit_before(self) -> None:
        case = given(decider, self.empty_seat())
        case.when(replace_by("e1", h.expert(8, division="220113"))).refused(rules.REPLACEMENT_IS_FREE_OF_CONFLICT)
        case.when(replace_by("e1", h.expert(6))).refused(rules.EXPERTS_ARE_DISTINCT)
        case.when(replace_by("e1", h.expert(2))).refused(rules.EXPERTS_ARE_DISTINCT)

    def test_not_of_one_whose_seat_a_reserve_took(self) -> None:
        filled = given(decider, h.history(declare("e1"), since=h.convened()))
        filled.when(replace_by("e1", h.expert(8))).refused(rules.REPLACED_EXPERT_LEFT)

    def test_nor_by_another_member_of_one_who_stayed(self) -> None:
        given(decider, h.convened()).when(replace_by("e1", h.expert(2))).refused(rules.REPLACED_EXPERT_LEFT)

    def test_only_of_one_who_left(self) -> None:
        case = given(decider, h.convened())
        case.when(replace_by("e1", h.expert(8))).refused(rules.REPLACED_EXPERT_LEFT)
        case.when(replace_by("e9", h.expert(8))).refused(rules.EXPERT_IS_KNOWN)
        given(decider, h.judged()).when(replace_by("e1", h.expert(8))).refused(rules.PANEL_IS_CONVENED)
        by_county = replace(replace_by("e1", h.expert(8)), context=context(h.COUNTY))
        case.when(by_county).refused(rules.OFFICER_OF_PROVINCE)


class TestScoreSheet:
    def test_is_recorded_blind_and_its_receipt_is_public(self) -> None:
        submitted = given(decider, h.convened()).when(h.submit("e1", 88))
        submitted.then(
            events.ScoreSheetSubmitted(
                case_id=h.CASE,
                expert_id="e1",
                scores=h.scores(88),
                total=Decimal("88.00"),
                recommended=True,
                comment="意见",
            ),
            events.ScoreSheetReceived(case_id=h.CASE, expert_id="e1", received=1, expected=5),
        ).again().then()

    def test_the_last_one_concludes_the_material_review(self) -> None:
        four = h.history(*(h.submit(f"e{n}") for n in range(1, 5)), since=h.convened())
        last = given(decider, four).when(h.submit("e5"))
        last.then_kinds(
            events.ScoreSheetSubmitted, events.ScoreSheetReceived, events.MaterialReviewConcluded
        ).again().then()

    def test_is_weighted(self) -> None:
        uneven = tuple(
            Score(criterion=criterion.key, points=Decimal(100 if criterion.key == "institutions" else 0))
            for criterion in h.POLICY.score_criteria
        )
        event = given(decider, h.convened()).when(replace(h.submit("e1"), scores=uneven)).events[0]
        assert isinstance(event, events.ScoreSheetSubmitted)
        assert event.total == Decimal("25.00")

    def test_is_given_once(self) -> None:
        case = given(decider, h.history(h.submit("e1"), since=h.convened()))
        case.when(h.submit("e1", 89)).refused(rules.SHEET_IS_GIVEN_ONCE)
        case.when(h.submit("e1", recommended=False)).refused(rules.SHEET_IS_GIVEN_ONCE)

    def test_only_by_a_member_of_the_panel_for_themself(self) -> None:
        case = given(decider, h.convened())
        case.when(h.submit("e6")).refused(rules.EXPERT_OF_THIS_CASE)
        case.when(replace(h.submit("e1"), context=context(h.OFFICER))).refused(rules.EXPERT_OF_THIS_CASE)
        given(decider, h.judged()).when(h.submit("e1")).refused(rules.EXPERT_OF_THIS_CASE)
        gone = h.history(declare("e1"), since=h.convened())
        given(decider, gone).when(h.submit("e1")).refused(rules.EXPERT_OF_THIS_CASE)

    def test_only_by_an_expert_in_an_experts_office(self) -> None:
        case = given(decider, h.convened())
        for who in (actor("expert:e1", Role.COUNTY), actor("county:e1", Role.EXPERT)):
            case.when(replace(h.submit("e1"), context=context(who))).refused(rules.EXPERT_OF_THIS_CASE)

    @pytest.mark.parametrize("points", ["-0.01", "100.01", "NaN", "Infinity", "1e400"])
    def test_points_are_of_a_hundred(self, points: str) -> None:
        given(decider, h.convened()).when(h.submit("e1", points)).refused(
            rules.POINTS_ARE_OF_A_HUNDRED, field="scores.0.points"
        )

    def test_is_complete(self) -> None:
        case = given(decider, h.convened())
        sheet = h.submit("e1")
        case.when(replace(sheet, scores=sheet.scores[1:])).refused(rules.SHEET_IS_COMPLETE)
        case.when(replace(sheet, scores=(*sheet.scores, sheet.scores[0]))).refused(rules.SHEET_IS_COMPLETE)
        other = (*sheet.scores[1:], Score(criterion="weather", points=Decimal(1)))
        case.when(replace(sheet, scores=other)).refused(rules.SHEET_IS_COMPLETE)

    def test_not_after_the_material_review(self) -> None:
        three = h.history(*(h.submit(f"e{n}") for n in range(1, 4)), CONCLUDE, since=h.convened())
        given(decider, three).when(h.submit("e4")).refused(rules.SHEETS_ARE_BEING_COLLECTED)


class TestConcludingTheMaterialReview:
    def test_with_three_valid_sheets(self) -> None:
        three = h.history(*(h.submit(f"e{n}") for n in range(1, 4)), since=h.convened())
        given(decider, three).when(CONCLUDE).then(
            events.MaterialReviewConcluded(case_id=h.CASE, valid_sheets=3, panel_size=5)
        ).again().then()

    def test_not_with_two(self) -> None:
        two = h.history(*(h.submit(f"e{n}") for n in range(1, 3)), since=h.convened())
        given(decider, two).when(CONCLUDE).refused(rules.ENOUGH_VALID_SHEETS)

    @pytest.mark.parametrize("command", [CONCLUDE, h.schedule(), h.conclude_panel()])
    def test_by_an_officer(self, command: CaseCommand) -> None:
        by_expert = replace(command, context=h.expert_at("expert:e1")("2018-07-20"))
        given(decider, h.convened()).when(by_expert).refused(rules.OFFICER_OF_PROVINCE)

    def test_not_before_there_is_a_panel(self) -> None:
        given(decider, h.judged()).when(CONCLUDE).refused(rules.PANEL_IS_CONVENED)


@forall(
    st.lists(st.tuples(st.decimals(0, 100, places=2), st.booleans()), min_size=3, max_size=5),
)
def test_the_average_lies_among_the_sheets_and_the_majority_recommends(sheets: list[tuple[Decimal, bool]]) -> None:
    submitted = (h.submit(f"e{n}", str(points), recommended=yes) for n, (points, yes) in enumerate(sheets, 1))
    conclude = (CONCLUDE,) if len(sheets) < 5 else ()
    done = h.history(*submitted, *conclude, h.schedule(), h.report_visit(), h.conclude_panel(), since=h.convened())
    panel = h.only(events.PanelConcluded, done)
    assert isinstance(panel, events.PanelConcluded)
    points = [one for one, _ in sheets]
    assert min(points) <= panel.average <= max(points)
    assert abs(panel.average * len(points) - sum(points)) <= Decimal("0.005") * len(points)
    assert panel.recommended == (sum(yes for _, yes in sheets) > len(sheets) / 2)
    assert panel.valid_sheets == len(sheets) == len(panel.totals)
