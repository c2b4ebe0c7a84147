"""What a head may give to a colleague, and what is rated by a receipt."""

from __future__ import annotations

from shared.contracts.core import Role
from shared.programme.delegating import acts_of, kinds_of
from shared.programme.vocabulary import ActKind, ServiceStep


def test_a_head_gives_the_kinds_of_their_own_office_and_nobody_else_any() -> None:
    lead, city = kinds_of([Role.PROVINCE_LEAD]), kinds_of([Role.CITY])
    assert ActKind.CORRECTION in lead
    assert ActKind.CORRECTION in city
    assert ActKind.CORRECTION not in kinds_of([Role.COUNTY])
    assert kinds_of([Role.PROVINCE_LEAD, Role.CITY]) == tuple(kind for kind in ActKind if kind in {*lead, *city})
    assert kinds_of([Role.EXPERT, Role.OPERATOR, Role.AUDITOR]) == ()
    assert acts_of(lead) >= acts_of([ActKind.CORRECTION]) > frozenset()
    assert acts_of(()) == frozenset()


def test_only_answers_to_people_without_an_account_are_rated_by_receipt() -> None:
    assert {step for step in ServiceStep if step.by_receipt} == {ServiceStep.OBJECTION, ServiceStep.LETTER}
