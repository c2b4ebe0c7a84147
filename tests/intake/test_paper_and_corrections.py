"""Paper filings with their defects, answers to correction notices, the end, and corrections of the record."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from services.intake import rules
from services.intake.application.commands import (
    CloseApplication,
    CorrectRecord,
    CorrectUnit,
    FileCorrection,
    KeyPaperApplication,
    OpenCorrection,
    PaperDocument,
    ReturnForChanges,
    ReviseForm,
    Withdraw,
)
from services.intake.application.state import Filed, InCorrection, Settled
from shared.contracts import review as review_events
from shared.contracts.core import Actor, Due, Event, Reason, Role
from shared.contracts.intake import (
    ApplicationClosed,
    ApplicationEndorsed,
    ApplicationFiled,
    CorrectionFiled,
    CorrectionOpened,
    PacketSealed,
    PaperApplicationKeyed,
    RecordCorrected,
    ReviewOutcome,
    Sealer,
    SealVoided,
    UnitCorrected,
)
from shared.programme.forms import ApplicationForm, EvidenceKind, OtherQualification, StaffCounts, Unit
from shared.programme.record import Recorded
from tests.intake import cases
from tests.intake.cases import CASE, CITY_CLERK, PROVINCE, SYSTEM, by, history
from tests.specification import actor

NINGJIANG = actor("county:220702", Role.COUNTY, subject="zhou")
SONGYUAN_CLERK = actor("city:220700", Role.CITY, subject="clerk-d")
SONGYUAN = actor("city:220700", Role.CITY, subject="chief-d")
AGENCY = actor("unit:91220702DEM000129G", Role.KEY_UNIT, subject="zheng")
COUNTY_UNIT = Unit(name="松原市宁江区科技主管部门（虚构）", uscc="11220702DEM000110U")
WRONG_UNIT = Unit(name="宁江示例知识产权代理有限公司（虚构）", uscc="91220702DEM0001290")
RIGHT_UNIT = replace(WRONG_UNIT, uscc="91220702DEM000129G")
NOTICE = review_events.CorrectionNoticeIssued(
    case_id=CASE,
    notice_no=1,
    items=(Reason("seals.key-unit", "seal_missing", "附件1", "", "重点单位未盖章"),),
    due=Due(date(2019, 10, 28)),
)
TOLD = OpenCorrection(context=by(SYSTEM, "2019-09-23"), notice=NOTICE)


def form_d(**changes: object) -> ApplicationForm:
    """Sample D as first submitted, three institutions."""
    staff = StaffCounts(total=12, patent_agents=2, lawyers=14, others=(OtherQualification(name="", count=1),))
    return cases.form(**({"institutions": cases.institutions(3), "staff": staff} | changes))


def key(who: Actor = SONGYUAN_CLERK, **changes: object) -> KeyPaperApplication:
    command = KeyPaperApplication(
        context=by(who, "2019-09-05"),
        case_id=CASE,
        division_code="220702",
        county_unit=COUNTY_UNIT,
        key_unit=WRONG_UNIT,
        received_on=date(2019, 9, 5),
        form=form_d(),
        documents=(PaperDocument(kind=EvidenceKind.WORK_PLAN, title="工作方案", file=cases.stored()),),
        paper_seals=(Sealer.COUNTY,),
    )
    return replace(command, **changes)  # type: ignore[arg-type]


def test_sample_d_is_recorded_with_exactly_its_five_defects() -> None:
    then = history().when(key()).then_kinds(PaperApplicationKeyed)
    then.again().then()
    (keyed,) = then.events
    assert isinstance(keyed, PaperApplicationKeyed)
    assert [(defect.field, defect.rule) for defect in keyed.defects] == [
        ("seals.key-unit", "seal_missing"),
        ("key_unit.uscc", "uscc_check_digit"),
        ("staff.lawyers", "part_exceeds_total"),
        ("staff.others[0].name", "unnamed_qualification"),
        ("evidence.special_fund", "evidence_missing"),
    ]
    said = [defect.message_zh for defect in keyed.defects]
    assert (said[0], said[3], said[4]) == ("服务业重点单位未盖章", "其他资质未写明名称", "缺专项经费证明")
    assert "统一社会信用代码校验位错误" in said[1]
    assert "律师人数14大于从业人员总数12" in said[2]
    assert keyed.endorsement_due == Due(date(2019, 9, 20), False)


def test_officers_of_the_province_and_of_its_city_key_paper_in() -> None:
    history().when(key(PROVINCE)).then_kinds(PaperApplicationKeyed)
    for who in (NINGJIANG, CITY_CLERK, AGENCY):
        history().when(key(who)).refused(rules.NOT_AN_OFFICER)


def test_paper_too_must_be_possible() -> None:
    history().when(key(division_code="220799")).refused(rules.UNKNOWN_DIVISION)
    history().when(key(received_on=date(2019, 9, 6))).refused(rules.RECEIVED_BEFORE_KEYED, field="received_on")
    history().when(key(key_unit=Unit())).refused(rules.TEXT_IS_GIVEN, field="key_unit.name")
    negative = form_d(staff=StaffCounts(total=-3))
    history().when(key(form=negative)).refused(rules.FORM_IS_POSSIBLE, field="form.staff.total")
    other = form_d(key_unit=RIGHT_UNIT)
    history().when(key(form=other)).refused(rules.FORM_IS_OF_THIS_CASE, field="form.key_unit")
    history().when(key(documents=key().documents * 61)).refused(rules.ATTACHMENTS_HAVE_A_LIMIT)


def test_an_application_is_keyed_once() -> None:
    events = history().when(key()).events
    history(events).when(key(form=form_d(district_basis="另"))).refused(rules.ALREADY_OPENED)


def test_keying_again_changes_nothing_however_far_the_case_has_come() -> None:
    events = cases.sealed_by(correcting(), NINGJIANG)
    history(events).when(key()).then()
    history(events).when(key(PROVINCE)).refused(rules.ALREADY_OPENED)


def test_what_came_on_paper_or_through_a_city_is_not_sent_on_by_the_county() -> None:
    on_paper = history().when(key(PROVINCE, division_code="220581")).events
    meihekou = actor("county:220581", Role.COUNTY)
    history(on_paper).when(cases.request(meihekou)).refused(rules.NOT_A_DRAFT)
    history(cases.filed()).when(cases.request()).refused(rules.NOT_A_DRAFT)
    history(correcting()).when(cases.request(NINGJIANG)).refused(rules.NOT_A_DRAFT)


def test_where_no_city_endorses_two_seals_answer_a_notice() -> None:
    meihekou = actor("county:220581", Role.COUNTY)
    whole = form_d(staff=StaffCounts(total=12, patent_agents=2, lawyers=2))
    keyed = history().when(key(PROVINCE, division_code="220581", key_unit=RIGHT_UNIT, form=whole)).events
    events = cases.after(keyed, TOLD, cases.add(EvidenceKind.SPECIAL_FUND, meihekou))
    answer = FileCorrection(context=by(meihekou, "2019-10-12"), case_id=CASE)
    for sealers, missing in (((), 2), ((meihekou,), 1)):
        refusal = history(cases.sealed_by(events, *sealers)).when(answer).refused(rules.SEALS_ARE_COMPLETE)
        assert len(refusal.reasons) == missing
    history(cases.sealed_by(events, meihekou, AGENCY)).when(answer).then_kinds(CorrectionFiled)


def test_paper_from_a_county_that_files_directly_is_filed_at_once() -> None:
    command = key(PROVINCE, division_code="220581")
    then = history().when(command).then_kinds(PaperApplicationKeyed, ApplicationFiled)
    then.again().then()
    keyed, filed = then.events
    assert isinstance(keyed, PaperApplicationKeyed)
    assert isinstance(filed, ApplicationFiled)
    assert keyed.endorsement_due is None
    assert (filed.paper, filed.defects) == (True, keyed.defects)
    history().when(key(SONGYUAN_CLERK, division_code="220581")).refused(rules.NOT_AN_OFFICER)


def paper_filed() -> tuple[Event, ...]:
    events = history().when(key()).events
    return events + history(events).when(cases.endorse(events, SONGYUAN, "2019-09-17")).events


def test_the_city_endorses_paper_but_not_the_one_who_keyed_it() -> None:
    events = history().when(key()).events
    history(events).when(cases.endorse(events, SONGYUAN_CLERK, "2019-09-17")).refused(rules.OWN_FILING)
    then = history(events).when(cases.endorse(events, SONGYUAN, "2019-09-17"))
    then.then_kinds(PacketSealed, ApplicationEndorsed, ApplicationFiled).again().then()
    filed = then.events[2]
    assert isinstance(filed, ApplicationFiled)
    assert (filed.paper, len(filed.defects), filed.filed_by) == (True, 5, ("clerk-d", "chief-d"))


def test_paper_that_the_city_returned_is_mended_and_filed_as_any_other() -> None:
    whole = form_d(staff=StaffCounts(total=12, patent_agents=2, lawyers=2))
    keyed = history().when(key(key_unit=RIGHT_UNIT, form=whole)).events
    back = ReturnForChanges(context=by(SONGYUAN, "2019-09-10"), case_id=CASE, changes="请补专项经费证明")
    mended = cases.after(keyed, back, cases.add(EvidenceKind.SPECIAL_FUND, NINGJIANG))
    sent = cases.after(cases.sealed_by(mended, NINGJIANG, AGENCY), cases.request(NINGJIANG, "2019-09-11"))
    filed = history(sent).when(cases.endorse(sent, SONGYUAN, "2019-09-17")).events[-1]
    assert isinstance(filed, ApplicationFiled)
    assert (filed.paper, filed.defects, filed.place.endorser) == (False, (), "220700")


def correcting() -> tuple[Event, ...]:
    return cases.after(paper_filed(), TOLD)


def corrected(*sealers: Actor) -> tuple[Event, ...]:
    staff = StaffCounts(total=12, patent_agents=2, lawyers=2)
    events = cases.after(
        correcting(),
        CorrectUnit(context=by(NINGJIANG), case_id=CASE, sealer=Sealer.KEY_UNIT, unit=RIGHT_UNIT),
        ReviseForm(context=by(NINGJIANG), case_id=CASE, form=form_d(staff=staff)),
        cases.add(EvidenceKind.SPECIAL_FUND, AGENCY),
    )
    return cases.sealed_by(events, *sealers, on="2019-10-12")


FILE = FileCorrection(context=by(NINGJIANG, "2019-10-12"), case_id=CASE)


def test_a_notice_opens_a_correction_once() -> None:
    then = history(paper_filed()).when(TOLD)
    then.then(CorrectionOpened(case_id=CASE, notice_no=1, items=NOTICE.items, due=NOTICE.due)).again().then()
    assert isinstance(cases.stage_of(correcting()), InCorrection)
    history(cases.awaiting()).when(TOLD).then()
    history().when(TOLD).then()
    history(paper_filed()).when(replace(TOLD, context=by(PROVINCE))).refused(rules.SYSTEM_ONLY)


def test_a_unit_given_wrongly_on_paper_is_put_right_and_voids_the_city_seal() -> None:
    command = CorrectUnit(context=by(NINGJIANG), case_id=CASE, sealer=Sealer.KEY_UNIT, unit=RIGHT_UNIT)
    then = history(correcting()).when(command).then_kinds(UnitCorrected, SealVoided)
    then.again().then()
    (fixed, voided) = then.events
    assert isinstance(fixed, UnitCorrected)
    assert isinstance(voided, SealVoided)
    assert (fixed.was.uscc, fixed.unit.uscc, voided.sealer) == (WRONG_UNIT.uscc, RIGHT_UNIT.uscc, Sealer.CITY)


def test_the_corrected_packet_is_filed_with_all_three_seals() -> None:
    then = history(corrected(NINGJIANG, AGENCY, SONGYUAN)).when(FILE).then_kinds(CorrectionFiled)
    then.again().then()
    (filed,) = then.events
    assert isinstance(filed, CorrectionFiled)
    assert {seal.sealer for seal in filed.seals} == set(Sealer)
    assert filed.key_unit == RIGHT_UNIT
    assert filed.form.key_unit == RIGHT_UNIT
    assert (filed.notice_no, filed.filed_on) == (1, date(2019, 10, 12))
    stage = cases.stage_of(corrected(NINGJIANG, AGENCY, SONGYUAN) + then.events)
    assert isinstance(stage, Filed)
    then.and_then().when(TOLD).then()
    then.and_then().when(replace(TOLD, notice=replace(NOTICE, notice_no=2))).then_kinds(CorrectionOpened)


@pytest.mark.parametrize("missing", [NINGJIANG, AGENCY, SONGYUAN])
def test_two_seals_are_not_enough(missing: Actor) -> None:
    sealers = [sealer for sealer in (NINGJIANG, AGENCY, SONGYUAN) if sealer is not missing]
    refusal = history(corrected(*sealers)).when(FILE).refused(rules.SEALS_ARE_COMPLETE)
    assert len(refusal.reasons) == 1


def test_the_one_who_keyed_it_in_does_not_seal_for_the_city() -> None:
    events = corrected()
    history(events).when(cases.seal(events, SONGYUAN_CLERK)).refused(rules.OWN_FILING)


def test_a_correction_mends_every_error_and_changes_something() -> None:
    history(correcting()).when(FILE).refused(rules.SOMETHING_IS_CORRECTED)
    half = cases.after(correcting(), cases.add(EvidenceKind.SPECIAL_FUND, NINGJIANG))
    refusal = history(half).when(FILE).refused(rules.FORM_HAS_NO_ERRORS)
    assert {"staff.lawyers", "key_unit.uscc"} <= {reason.field for reason in refusal.reasons}


def test_a_correction_is_filed_by_the_county_in_answer_to_a_notice() -> None:
    ready = corrected(NINGJIANG, AGENCY, SONGYUAN)
    history(ready).when(replace(FILE, context=by(AGENCY))).refused(rules.COUNTY_FILES)
    history(paper_filed()).when(FILE).refused(rules.NOT_IN_CORRECTION)
    history().when(FILE).refused(rules.NO_SUCH_APPLICATION)
    withdraw = Withdraw(context=by(NINGJIANG), case_id=CASE, reason="撤回")
    cases.after(ready, withdraw)


@pytest.mark.parametrize(
    ("outcome", "detail"),
    [
        (ReviewOutcome.APPROVED, "吉科发〔2018〕1号"),
        (ReviewOutcome.NOT_YET, "条件尚未成熟"),
        (ReviewOutcome.NOT_ACCEPTED, "缺专项经费证明；said in English only"),
    ],
)
def test_the_end_of_the_review_closes_the_application(outcome: ReviewOutcome, detail: str) -> None:
    command = CloseApplication(context=by(SYSTEM), ending=cases.ENDINGS[outcome])
    then = history(cases.filed()).when(command)
    then.then(ApplicationClosed(case_id=CASE, outcome=outcome, detail=detail)).again().then()
    assert isinstance(cases.stage_of(cases.filed() + then.events), Settled)
    withdraw = Withdraw(context=by(cases.COUNTY), case_id=CASE, reason="撤回")
    then.and_then().when(withdraw).refused(rules.CASE_IS_OVER)
    history(cases.filed()).when(replace(command, context=by(PROVINCE))).refused(rules.SYSTEM_ONLY)
    withdrawn = cases.after(cases.filed(), withdraw)
    history(withdrawn).when(command).then_kinds(ApplicationClosed)
    history(cases.written()).when(command).then()


def test_a_mistake_in_the_record_is_corrected_by_a_further_event() -> None:
    command = CorrectRecord(
        context=by(PROVINCE),
        case_id=CASE,
        corrects=cases.CORRECTED,
        field="filed_on",
        was="2018-06-20",
        now="2018-06-19",
        why="收件章日期为19日",
        on_word_of="市科技局王某",
        recorded=Recorded(cases.filed()[-1], date(2018, 6, 20)),
    )
    then = history(cases.filed()).when(command).then_kinds(RecordCorrected)
    then.again().then()
    filed = history(cases.filed())
    filed.when(replace(command, context=by(CITY_CLERK))).then_kinds(RecordCorrected)
    for who in (cases.COUNTY, cases.KEY, cases.OTHER_CITY):
        filed.when(replace(command, context=by(who))).refused(rules.NOT_AN_OFFICER)
    filed.when(replace(command, now="2018-06-20")).refused(rules.CORRECTION_SAYS_SOMETHING, field="now")
    filed.when(replace(command, why=" ")).refused(rules.CORRECTION_SAYS_SOMETHING, field="why")
    filed.when(replace(command, on_word_of="")).refused(rules.CORRECTION_SAYS_SOMETHING, field="on_word_of")
    filed.when(replace(command, recorded=None)).refused(rules.CORRECTED_EVENT_EXISTS, field="corrects")
    history().when(command).refused(rules.NO_SUCH_APPLICATION)
