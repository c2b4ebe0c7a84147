"""Who is told what of which event."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any, get_args, get_origin, get_type_hints
from uuid import UUID

import pytest

from services.notify.channels.sms.segments import split
from services.notify.notices import NOTICES, notices_for
from services.notify.notices.rule import NoticeRule
from shared.contracts import intake, lifecycle, review  # noqa: F401 - registers their events
from shared.contracts.core import Due, Event, Reason, event_types
from shared.contracts.notify import Channel, Matter, MatterOverdue, ReminderRaised
from shared.contracts.office import FeedbackAnswered, RatedBy
from shared.contracts.review import CorrectionNoticeIssued, ObjectionFiled, PanelConvened
from shared.programme.vocabulary import TimeLimit
from tests.notify.messages import envelope, people
from tests.notify.samples import EVENTS

QUIET = {
    "intake.ApplicationClosed",
    "intake.AttachmentAdded",
    "intake.AttachmentRemoved",
    "intake.CorrectionOpened",
    "intake.FormRevised",
    "review.CaseClaimed",
    "review.CaseHandedOver",
    "review.CaseReleased",
    "review.ImpartialityDeclared",
}
"""Steps of the draft that both applicants make together, what another event tells already, and what the province
arranges on its own desk."""

NOTICE = CorrectionNoticeIssued(
    case_id="case",
    notice_no=1,
    items=(Reason("staff.total", "part-within-total", "附件1", "the part exceeds the total", "部分数大于总数"),),
    due=Due(date(2018, 7, 9), True),
)


CONTRACTS = ("shared.contracts.intake", "shared.contracts.review", "shared.contracts.lifecycle")


def test_every_published_event_of_a_case_tells_somebody_or_is_quiet_on_purpose() -> None:
    told = {rule.cause for rule in NOTICES}
    silent = {
        kind.name
        for kind in event_types()
        if kind.cls.__module__ in CONTRACTS and not kind.internal and kind.cls not in told
    }
    assert silent == QUIET


def test_names_are_unique() -> None:
    assert len({rule.name for rule in NOTICES}) == len(NOTICES)


def test_a_correction_notice_tells_applicants_and_city() -> None:
    found = notices_for(envelope(NOTICE), people())
    assert [(one.role, one.channel, one.address) for one in found] == [
        ("county", Channel.MAIL, "a@example.invalid"),
        ("key-unit", Channel.MAIL, "b@example.invalid"),
        ("endorser", Channel.MAIL, "c@example.invalid"),
        ("county", Channel.SMS, "0000-0000002"),
        ("key-unit", Channel.SMS, "0000-0000003"),
    ]


def test_a_notice_names_its_cause_and_says_what_is_wrong_by_when() -> None:
    mail = notices_for(envelope(NOTICE), people())[0]
    assert mail.cause_id == UUID(int=7)
    assert str(UUID(int=7)) in mail.body
    assert "部分数大于总数" in mail.body
    assert "2018年7月9日（含当日；暂定，以" in mail.body
    assert mail.subject == "九台：一次性补正告知"


def test_a_letter_greets_whoever_it_names_unless_they_are_addressed_by_that_name_already() -> None:
    county = notices_for(envelope(NOTICE), people())[0]
    assert "王样例，您好：" in county.body
    expert = next(one for one in notices_for(envelope(EVENTS[PanelConvened]), people()) if one.role == "expert")
    assert "主送：甲\n" in expert.body
    assert "甲，您好" not in expert.body


def test_a_short_message_is_signed() -> None:
    sms = notices_for(envelope(NOTICE), people())[-1]
    assert sms.body.startswith("【吉林省科技厅】九台")
    assert not sms.subject


def test_the_same_cause_gives_the_same_ids_and_another_gives_others() -> None:
    ids = [one.delivery_id for one in notices_for(envelope(NOTICE), people())]
    assert ids == [one.delivery_id for one in notices_for(envelope(NOTICE), people())]
    assert len(set(ids)) == len(ids)
    assert set(ids).isdisjoint(one.delivery_id for one in notices_for(envelope(NOTICE, seq=8), people()))


def test_an_office_without_a_contact_gets_a_notice_without_an_address() -> None:
    raised = _reminder(Matter.FORMAL_EXAMINATION)
    found = notices_for(envelope(raised, stream="notify/reminder/r"), people())
    assert {(one.role, one.recipient, one.address) for one in found} == {("province", "province", "")}


def test_a_county_that_files_directly_has_no_city_to_tell() -> None:
    direct = people()
    found = notices_for(envelope(NOTICE), replace(direct, case=replace(direct.case, endorser="")))
    assert "endorser" not in {one.role for one in found}


def test_a_reminder_goes_to_those_of_its_matter_only() -> None:
    found = notices_for(envelope(_reminder(Matter.ENDORSEMENT), stream="notify/reminder/r"), people())
    assert {one.rule for one in found} == {"reminder-endorsement"}
    assert {one.role for one in found} == {"endorser"}
    assert all(one.reminder_id == "r" for one in found)


def _reminder(matter: Matter) -> ReminderRaised:
    return ReminderRaised(
        reminder_id="r",
        case_id="case",
        matter=matter,
        item="",
        due=Due(date(2018, 7, 9)),
        days_before=7,
        days_left=7,
        cause_id=UUID(int=5),
        cause_type="review.CaseOpened",
    )


@pytest.mark.parametrize("rule", NOTICES, ids=lambda rule: rule.name)
def test_every_rule_can_say_its_words(rule: NoticeRule) -> None:
    event = _any(rule.cause)
    if rule.name == "city-seal-voided":
        event = replace(event, sealer=intake.Sealer.CITY)
    elif rule.name.startswith("moved-"):
        event = replace(event, matter=TimeLimit(rule.name.partition("-")[2]), was=Due(date(2019, 3, 31)))
    elif rule.unless(event):
        event = replace(event, matter=Matter(rule.name.partition("-")[2]))
    found = notices_for(envelope(event), people())
    assert rule.name in {one.rule for one in found}
    for one in found:
        assert "None" not in one.body
        if one.channel is Channel.SMS:
            assert len(split(one.body)) <= 3


def _any(cls: Any) -> Any:
    """A value of any type that events are made of."""
    special = {str: "文", int: 3, bool: True, date: date(2019, 4, 1), UUID: UUID(int=4)}
    if cls in special:
        return special[cls]
    if get_origin(cls) is tuple:
        return (_any(get_args(cls)[0]),)
    if get_args(cls):
        return _any(next(one for one in get_args(cls) if one is not type(None)))
    if isinstance(cls, type) and hasattr(cls, "__members__"):
        return next(iter(cls))  # type: ignore[call-overload]
    if hasattr(cls, "__dataclass_fields__"):
        return cls(
            **{name: _any(kind) for name, kind in get_type_hints(cls).items() if name in cls.__dataclass_fields__}
        )
    return cls()


def test_the_maker_of_values_makes_events() -> None:
    assert isinstance(_any(CorrectionNoticeIssued), Event)


BY_LAW = {f"moved-{matter}" for matter in TimeLimit} | {
    *("endorsement-requested", "application-endorsed", "endorsement-declined", "application-returned"),
    *("endorsement-escalated", "paper-endorsement-requested", "application-filed", "application-withdrawn"),
    *("correction-notice", "correction-overdue", "application-accepted", "acceptance-refused"),
    *("designation-approved", "not-yet-confirmed", "review-discontinued"),
    *("district-designated", "annual-report-missed", "assessment-concluded", "title-retained", "title-revoked"),
    *("rectification-ordered", "rectification-extended", "rectification-lapsed", "district-reassessed"),
    *("hearing-invited", "intake-record-corrected", "review-record-corrected", "lifecycle-record-corrected"),
}
"""What decides of a case or sets a last day in it; whom it concerns in office cannot switch it off."""


def test_what_the_law_demands_never_expires_and_the_rest_is_worth_a_month() -> None:
    assert {rule.name for rule in NOTICES if rule.statutory} == BY_LAW
    assert {rule.expires_after for rule in NOTICES if rule.statutory} == {None}
    assert {rule.expires_after for rule in NOTICES if not rule.statutory} == {timedelta(days=30)}


def test_only_a_visit_on_another_day_wakes_anybody_at_night() -> None:
    assert {rule.name for rule in NOTICES if rule.urgent} == {"site-visit-rescheduled"}


def test_a_rule_whose_audience_changed_gives_its_deliveries_other_ids() -> None:
    assert {rule.ref for rule in NOTICES if rule.version != 1} == {"conflict-found@2", "expert-recused@2"}


def test_a_reminder_is_a_short_message_to_the_first_of_those_who_get_the_letter() -> None:
    for rule in NOTICES:
        if rule.cause in {ReminderRaised, MatterOverdue}:
            assert rule.sms == (rule.mail[0],), rule.name


@pytest.mark.parametrize(
    ("by", "told"), [(RatedBy.COUNTY, ["county"]), (RatedBy.KEY_UNIT, ["key-unit"]), (RatedBy.PUBLIC, [])]
)
def test_the_answer_to_feedback_is_told_to_whoever_gave_it_and_nobody_else(by: RatedBy, told: list[str]) -> None:
    answered = EVENTS[FeedbackAnswered]
    assert isinstance(answered, FeedbackAnswered)
    found = notices_for(envelope(replace(answered, rated_by=by)), people())
    assert [one.role for one in found] == told
    assert all(answered.answer in one.body for one in found)


def test_a_flood_of_objections_is_no_flood_of_letters() -> None:
    (rule,) = (each for each in NOTICES if each.name == "objection-filed")
    filed = ObjectionFiled(case_id="c", objection_id="o", objector="周虚构", text="不实", client="", waiting=1)
    told = [waiting for waiting in range(1, 501) if not rule.unless(replace(filed, waiting=waiting))]
    assert told == [1, 2, 3, 10, 30, 100, 300]
