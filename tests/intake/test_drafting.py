"""Drafts: opened, written, sealed, and what an edit does to seals."""

from __future__ import annotations

from dataclasses import replace

import pytest

from services.intake import rules
from services.intake.application.commands import CorrectUnit, RemoveAttachment, ReviseForm, SealPacket
from services.intake.application.state import NotOpened
from shared.contracts.core import Actor, Role
from shared.contracts.intake import (
    AttachmentAdded,
    AttachmentRemoved,
    DraftOpened,
    FilingRoute,
    FormRevised,
    PacketSealed,
    Sealer,
    SealVoided,
    UnitCorrected,
)
from shared.programme.forms import EvidenceKind, Institution, StaffCounts, Unit
from tests.intake import cases
from tests.intake.cases import CASE, CITY, COUNTY, KEY, MARK, OTHER_COUNTY, PROVINCE, by, form, history
from tests.specification import actor


def revise(who: Actor = COUNTY, **changes: object) -> ReviseForm:
    return ReviseForm(context=by(who), case_id=CASE, form=form(**changes))


@pytest.mark.parametrize("who", [COUNTY, KEY])
def test_either_applicant_opens_a_draft(who: Actor) -> None:
    then = history().when(cases.open_draft(who)).then_kinds(DraftOpened)
    opened = then.events[0]
    assert isinstance(opened, DraftOpened)
    assert (opened.place.county_name, opened.place.endorser, opened.place.route) == (
        "长春市九台区",
        "220100",
        FilingRoute.ENDORSED,
    )
    assert opened.policy_version == "2018-04-28.1"
    then.again().then()


def test_nobody_else_opens_it() -> None:
    for who in (OTHER_COUNTY, CITY, PROVINCE, actor("unit:91220113DEM000049P", Role.KEY_UNIT)):
        history().when(cases.open_draft(who)).refused(rules.NOT_AN_APPLICANT)


def test_an_application_is_opened_once() -> None:
    other = Unit(name="另一单位（虚构）", uscc="91222401DEM000049P")
    history(cases.opened()).when(cases.open_draft(key_unit=other)).refused(rules.ALREADY_OPENED)
    history(cases.filed()).when(cases.open_draft()).refused(rules.ALREADY_OPENED)


def test_the_old_code_of_gongzhuling_is_explained_and_routed_to_changchun() -> None:
    who = actor("county:220184", Role.COUNTY)
    command = cases.open_draft(who, "2021-03-01", division_code="220381")
    (opened,) = history().when(command).events
    assert isinstance(opened, DraftOpened)
    assert (opened.place.county, opened.place.endorser, opened.place.code_given) == ("220184", "220100", "220381")
    assert "长春市" in opened.place.note
    assert "220184" in opened.place.note


def test_gongzhuling_filed_directly_before_june_2020() -> None:
    who = actor("county:220381", Role.COUNTY)
    (opened,) = history().when(cases.open_draft(who, "2019-03-01", division_code="220381")).events
    assert isinstance(opened, DraftOpened)
    assert (opened.place.route, opened.place.endorser) == (FilingRoute.DIRECT, "")


@pytest.mark.parametrize("code", ["999999", "220100", "110101", "", "九台", "2201131"])
def test_an_unknown_division_is_refused(code: str) -> None:
    refusal = (
        history().when(cases.open_draft(division_code=code)).refused(rules.UNKNOWN_DIVISION, field="division_code")
    )
    assert refusal.reasons[0].message_zh


@pytest.mark.parametrize("unit", ["county_unit", "key_unit"])
@pytest.mark.parametrize("uscc", ["91220113DEM0000225", "9122", "91220113DEM00002I4", ""])
def test_a_wrong_credit_code_of_a_unit_is_refused(unit: str, uscc: str) -> None:
    command = replace(cases.open_draft(), **{unit: Unit(name="某单位", uscc=uscc)})  # type: ignore[arg-type]
    history().when(command).refused(rules.BAD_USCC, field=f"{unit}.uscc")


def test_a_credit_code_is_normalised_and_the_two_units_differ() -> None:
    (opened,) = history().when(cases.open_draft(key_unit=Unit(name="a", uscc=" 91220113dem0000224"))).events
    assert isinstance(opened, DraftOpened)
    assert opened.key_unit.uscc == cases.KEY_UNIT.uscc
    history().when(cases.open_draft(key_unit=cases.COUNTY_UNIT)).refused(rules.UNITS_ARE_TWO)
    history().when(cases.open_draft(key_unit=Unit(name=" ", uscc=cases.KEY_UNIT.uscc))).refused(rules.TEXT_IS_GIVEN)


@pytest.mark.parametrize("who", [COUNTY, KEY])
def test_either_applicant_saves_the_whole_form(who: Actor) -> None:
    then = history(cases.opened()).when(revise(who)).then_kinds(FormRevised)
    (revised,) = then.events
    assert isinstance(revised, FormRevised)
    assert (revised.form.county_code, revised.form.key_unit) == ("220113", cases.KEY_UNIT)
    then.again().then()


def test_an_incomplete_form_is_saved() -> None:
    history(cases.opened()).when(revise(district_basis="", institutions=())).then_kinds(FormRevised)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"staff": StaffCounts(total=-1)}, "form.staff.total"),
        ({"staff": StaffCounts(total=10**9)}, "form.staff.total"),
        ({"special_fund_yuan": -5}, "form.special_fund_yuan"),
        ({"district_basis": "长" * 20_001}, "form.district_basis"),
        ({"district_basis": "a\x00b"}, "form.district_basis"),
        ({"institutions": (Institution(name="甲", uscc="91220113DEM0000225"),)}, "form.institutions[0].uscc"),
    ],
)
def test_an_impossible_form_is_not_saved(changes: dict[str, object], field: str) -> None:
    refusal = history(cases.opened()).when(revise(COUNTY, **changes)).refused(rules.FORM_IS_POSSIBLE, field=field)
    assert refusal.reasons


def test_a_form_of_another_county_or_unit_is_not_saved() -> None:
    draft = history(cases.opened())
    draft.when(revise(county_code="220112")).refused(rules.FORM_IS_OF_THIS_CASE, field="form.county_code")
    draft.when(revise(key_unit=Unit(name="别家", uscc="x"))).refused(rules.FORM_IS_OF_THIS_CASE, field="form.key_unit")


def test_only_the_applicants_touch_the_packet() -> None:
    for who in (OTHER_COUNTY, CITY, PROVINCE):
        history(cases.written()).when(revise(who)).refused(rules.NOT_AN_APPLICANT)
        history(cases.written()).when(cases.add(EvidenceKind.OTHER, who)).refused(rules.NOT_AN_APPLICANT)


def test_what_is_not_there_cannot_be_changed() -> None:
    history().when(revise()).refused(rules.NO_SUCH_APPLICATION)
    history().when(cases.add(EvidenceKind.OTHER)).refused(rules.NO_SUCH_APPLICATION)


def test_a_new_version_of_a_document_keeps_the_old() -> None:
    first = history(cases.opened()).when(cases.add(EvidenceKind.WORK_PLAN)).then_kinds(AttachmentAdded)
    first.again().then()
    (added,) = first.events
    assert isinstance(added, AttachmentAdded)
    ident = added.attachment.attachment_id
    again = cases.add(EvidenceKind.WORK_PLAN, KEY, "second.pdf", ident)
    second = first.and_then().when(again).then_kinds(AttachmentAdded)
    second.again().then()
    stage = cases.stage_of((*cases.opened(), added, *second.events))
    assert not isinstance(stage, NotOpened)
    assert [document.version for document in stage.application.documents] == [1, 2]
    assert [document.file.name for document in stage.application.attachments] == ["second.pdf"]
    second.and_then().when(replace(again, kind=EvidenceKind.OTHER)).refused(rules.ATTACHMENT_KEEPS_ITS_KIND)
    second.and_then().when(replace(again, attachment_id="other")).refused(rules.NO_SUCH_ATTACHMENT)
    second.and_then().when(replace(again, title=" ")).refused(rules.TEXT_IS_GIVEN)


def test_a_document_taken_out_may_come_back_as_a_further_version() -> None:
    events = cases.after(cases.opened(), cases.add(EvidenceKind.WORK_PLAN))
    (_, added) = events
    assert isinstance(added, AttachmentAdded)
    ident = added.attachment.attachment_id
    out = history(events).when(RemoveAttachment(context=by(COUNTY), case_id=CASE, attachment_id=ident))
    out.then(AttachmentRemoved(case_id=CASE, attachment_id=ident)).again().then()
    (back,) = out.and_then().when(cases.add(EvidenceKind.WORK_PLAN, attachment_id=ident)).events
    assert isinstance(back, AttachmentAdded)
    assert back.attachment.version == 2
    missing = RemoveAttachment(context=by(COUNTY), case_id=CASE, attachment_id="none")
    history(events).when(missing).refused(rules.NO_SUCH_ATTACHMENT)


def test_a_packet_holds_a_limited_number_of_documents() -> None:
    events = cases.after(cases.opened(), *(cases.add(EvidenceKind.OTHER) for _ in range(60)))
    history(events).when(cases.add(EvidenceKind.OTHER)).refused(rules.ATTACHMENTS_HAVE_A_LIMIT)


@pytest.mark.parametrize(("who", "sealer"), [(COUNTY, Sealer.COUNTY), (KEY, Sealer.KEY_UNIT)])
def test_each_unit_sets_its_own_seal(who: Actor, sealer: Sealer) -> None:
    events = cases.written()
    then = history(events).when(cases.seal(events, who)).then_kinds(PacketSealed)
    (sealed,) = then.events
    assert isinstance(sealed, PacketSealed)
    assert (sealed.seal.sealer, sealed.seal.office, sealed.seal.demonstration) == (sealer, who.office, True)
    then.again().then()


def test_nobody_seals_for_another() -> None:
    events = cases.written()
    for who in (CITY, PROVINCE, OTHER_COUNTY):
        history(events).when(cases.seal(events, who)).refused(rules.NOT_AN_APPLICANT)


def test_a_seal_wants_a_form_this_packet_and_a_signature() -> None:
    empty = SealPacket(context=by(COUNTY), case_id=CASE, packet_sha256="", mark=MARK)
    history(cases.opened()).when(empty).refused(rules.FORM_IS_WRITTEN)
    stale = SealPacket(context=by(COUNTY), case_id=CASE, packet_sha256="0" * 64, mark=MARK)
    history(cases.written()).when(stale).refused(rules.SEAL_IS_ON_THIS_PACKET, field="packet_sha256")
    unsigned = replace(cases.seal(cases.written(), COUNTY), mark=None)
    events = cases.written()
    history(events).when(replace(unsigned, packet_sha256=cases.sha_of(events))).refused(rules.SEALS_ARE_MADE)


def test_an_edit_after_a_seal_voids_every_seal_visibly() -> None:
    events = cases.ready()
    sha = cases.sha_of(events)
    for command in (revise(goals_and_plan="改"), cases.add(EvidenceKind.OTHER)):
        then = history(events).when(command)
        assert [(e.sealer, e.packet_sha256) for e in then.events if isinstance(e, SealVoided)] == [
            (Sealer.COUNTY, sha),
            (Sealer.KEY_UNIT, sha),
        ]
        stage = cases.stage_of(events + then.events)
        assert not isinstance(stage, NotOpened)
        assert stage.application.seals == ()
        then.again().then()


def test_saving_the_same_form_voids_nothing() -> None:
    history(cases.ready()).when(revise()).then()


def test_a_unit_is_put_right_by_itself_or_by_the_county() -> None:
    right = Unit(name="九台示例知识产权服务股份有限公司（虚构）", uscc=cases.KEY_UNIT.uscc)
    command = CorrectUnit(context=by(KEY), case_id=CASE, sealer=Sealer.KEY_UNIT, unit=right)
    then = history(cases.ready()).when(command).then_kinds(UnitCorrected, SealVoided, SealVoided)
    then.again().then()
    stage = cases.stage_of(cases.ready() + then.events)
    assert not isinstance(stage, NotOpened)
    assert stage.application.form is not None
    assert stage.application.form.key_unit == right
    draft = history(cases.ready())
    draft.when(replace(command, context=by(COUNTY))).then_kinds(UnitCorrected, SealVoided, SealVoided)
    draft.when(replace(command, sealer=Sealer.COUNTY)).refused(rules.COUNTY_NAMES_UNITS)
    draft.when(replace(command, context=by(CITY))).refused(rules.COUNTY_NAMES_UNITS)
    draft.when(replace(command, context=by(COUNTY), sealer=Sealer.CITY)).refused(rules.UNITS_ARE_TWO)
    draft.when(replace(command, unit=cases.COUNTY_UNIT)).refused(rules.UNITS_ARE_TWO)
    draft.when(replace(command, unit=Unit(name="a", uscc="b"))).refused(rules.BAD_USCC, field="unit.uscc")


def test_a_packet_that_was_sent_on_is_frozen_and_one_that_is_over_stays_so() -> None:
    for events in (cases.awaiting(), cases.filed()):
        history(events).when(revise(goals_and_plan="改")).refused(rules.PACKET_IS_FROZEN)
        history(events).when(cases.add(EvidenceKind.OTHER)).refused(rules.PACKET_IS_FROZEN)
        history(events).when(cases.seal(events, COUNTY)).refused(rules.PACKET_IS_FROZEN)
