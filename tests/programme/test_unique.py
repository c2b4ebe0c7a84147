"""A document number bears the office's prefix of the decision's day, and that day's year; each is used once."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from shared.contracts.core import Refusal, Rule
from shared.contracts.lifecycle import TitleRevoked
from shared.contracts.numbered import taken
from shared.programme import unique
from shared.programme.policy import policy, policy_in_force
from shared.programme.record import Recorded
from shared.programme.unique import Elsewhere, LiveApplication, LiveTitle, NumberUse, document_number
from shared.programme.values.document_number import DocumentNumber
from shared.programme.vocabulary import NumberedAct
from tests.intake.cases import CORRECTED
from tests.specification import Correcting

ON = date(2023, 7, 20)
USED = NumberUse("吉科发专〔2023〕58号", NumberedAct.APPROVAL, "other", date(2023, 5, 4), "船营区")


def judged(text: str, on: date = ON, *used: NumberUse) -> DocumentNumber | Refusal:
    """The number of a revocation of the case ``own``."""
    return document_number(text, on=on, act=NumberedAct.REVOCATION, case_id="own", elsewhere=Elsewhere(numbers=used))


@pytest.mark.parametrize("prefix", policy_in_force(ON).document_prefixes)
def test_each_prefix_of_the_office_will_do(prefix: str) -> None:
    assert judged(f"{prefix}【2023】 58 号") == DocumentNumber(agency=prefix, year=2023, serial=58)


@pytest.mark.parametrize(
    ("text", "on", "rule", "detail"),
    [
        ("58号", ON, unique.NUMBER_IS_WELL_FORMED, ""),
        ("吉市监发〔2023〕58号", ON, unique.NUMBER_BEARS_THE_OFFICES_PREFIX, "The prefix is 吉科发专 or 吉科发专管"),
        ("吉科发专〔2024〕58号", ON, unique.NUMBER_IS_OF_ITS_YEAR, "The decision is of 2023"),
        ("吉科发专〔2017〕58号", date(2017, 7, 20), unique.NUMBER_BEARS_THE_OFFICES_PREFIX, ""),
    ],
)
def test_a_wrong_one_is_refused_at_the_field(text: str, on: date, rule: Rule, detail: str) -> None:
    refusal = judged(text, on)
    assert isinstance(refusal, Refusal)
    assert (refusal.rule, refusal.field) == (rule, "document_number")
    assert refusal.detail == detail or not detail


def test_one_that_is_used_is_refused_naming_the_first() -> None:
    later = replace(USED, case_id="later", used_on=date(2023, 6, 1))
    refusal = judged("吉科发专〔2023〕58号", ON, USED, later)
    assert isinstance(refusal, Refusal)
    assert refusal.rule is unique.NUMBER_IS_USED_ONCE
    assert (
        refusal.detail == "吉科发专〔2023〕58号 is that of another decision: Approval, 船营区, 2023-05-04 (case other)"
    )
    assert refusal.detail_zh == "吉科发专〔2023〕58号已用于船营区批复（2023-05-04，办件编号 other）"


def test_one_that_this_very_decision_bears_is_its_own() -> None:
    own = replace(USED, case_id="own", act=NumberedAct.REVOCATION)
    assert isinstance(judged(own.number, ON, own), DocumentNumber)
    assert isinstance(judged(own.number, ON, replace(own, act=NumberedAct.APPROVAL)), Refusal)


def test_the_prefixes_are_a_policys_and_there_is_one() -> None:
    with pytest.raises(ValueError, match="prefix"):
        replace(policy("2018-04-28.1"), document_prefixes=())


def test_a_second_title_and_a_second_application_are_refused_naming_the_first() -> None:
    held = Elsewhere(titles=(LiveTitle("first", "船营区", ON),))
    sent = Elsewhere(applications=(LiveApplication("first", "船营区", "示例公司", ON),))
    title, application = unique.second_title(held, "division_code"), unique.second_application(sent, "key_unit.uscc")
    assert title is not None
    assert application is not None
    assert (title.detail, title.field) == ("船营区 has held a title since 2023-07-20 (case first)", "division_code")
    assert application.detail_zh == "船营区与示例公司已于2023-07-20申报（办件编号 first）"
    assert unique.second_title(sent) is unique.second_application(held) is None


def correction(now: str, field: str = "document_number") -> Correcting:
    """Somebody corrects the revocation of the case ``own``."""
    return Correcting(case_id="own", corrects=CORRECTED, field=field, was="…", now=now, why="…", on_word_of="…")


def test_a_corrected_number_is_held_to_the_date_that_the_record_says_now() -> None:
    revoked = TitleRevoked(
        case_id="own",
        document_number="吉科发专〔2023〕57号",
        revoked_on=ON,
        reasons="…",
        statement_considered="",
        remedies="…",
        decided_by="lead",
    )
    as_recorded = Recorded(revoked, ON)
    redated = Recorded(revoked, ON, (("revoked_on", "2024-01-05"),))
    for recorded, year in ((as_recorded, 2023), (redated, 2024)):
        assert taken(correction(f"吉科发专〔{year}〕60号"), recorded, Elsewhere()) is None
        wrong = taken(correction("吉科发专〔2022〕60号"), recorded, Elsewhere())
        assert wrong is not None
        assert (wrong.rule, wrong.field, wrong.detail) == (
            unique.NUMBER_IS_OF_ITS_YEAR,
            "now",
            f"The decision is of {year}",
        )
    used = taken(correction(USED.number), as_recorded, Elsewhere(numbers=(USED,)))
    assert used is not None
    assert used.rule is unique.NUMBER_IS_USED_ONCE
    assert taken(correction(USED.number, "reasons"), as_recorded, Elsewhere(numbers=(USED,))) is None
