"""What the pages of an application are made of: pure, from the services' JSON and from what was typed."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from services.portal.calling.explanation import PlainProblem, Remark, explained, field_named
from services.portal.desks.filing import coverage, form_views
from services.portal.desks.filing.application import history, shown_conditions
from services.portal.desks.filing.correction import paired
from services.portal.desks.filing.form_pages import saved_words
from services.portal.desks.filing.happening import ENGLISH, named_event, who_did
from services.portal.desks.filing.listing import listed, new_case
from services.portal.desks.filing.places import page_of, ways_to_mend
from services.portal.desks.filing.saving import Clash
from services.portal.desks.filing.seals import shown_seals
from services.portal.desks.filing.sections import BLANK, SECTIONS, FormSection, fingerprint_of, section, value_at
from services.portal.desks.filing.standing import CaseHead, head_of, next_step
from services.portal.desks.filing.tasks import TaskState, task_list
from services.portal.desks.filing.written import pasted_rows, whole, without_blanks, written
from services.portal.desks.parts_of_a_packet import parts
from services.portal.frame.forms import SentForm
from shared.contracts.core import Actor, Role
from shared.contracts.intake import Sealer
from shared.programme.forms import FIELDS, ApplicationForm
from shared.programme.vocabulary import IpKind
from tests.portal.test_filing import FIRMS
from tests.specification import contracts_of

COUNTY = Actor("z", "王样例", "county:220113", frozenset({Role.COUNTY}))
UNIT = Actor("l", "李虚构", "unit:91220113DEM0000224", frozenset({Role.KEY_UNIT}))
EMPTY: dict[str, Any] = dict(BLANK)
CASE = "6a1b6f0e-0000-4000-8000-000000000001"


def row(**changes: Any) -> dict[str, Any]:
    known: dict[str, Any] = {
        "case_id": CASE, "county_name": "长春市九台区", "county_unit": {"name": "科技局", "uscc": ""},
        "key_unit": {"name": "示例公司", "uscc": ""}, "stage": "draft", "due_on": None, "endorser_name": "长春市科技局",
        "seals": [], "version": 3, "form": None, "attachments": {}, "error_count": 0, "packet_sha256": "",
        "said": "", "route": "endorsed", "escalated": False, "outcome": "", "opened_on": "2018-06-11",
    }  # fmt: skip
    return known | changes


def head(who: Actor = COUNTY, **changes: Any) -> CaseHead:
    return head_of(row(**changes), who)


def seal(sealer: str, **changes: Any) -> dict[str, Any]:
    return {"sealer": sealer, "valid": True, "sealed_on": "2018-06-11", "demonstration": True, "voided": ""} | changes


def part(key: str) -> FormSection:
    found = section(key)
    assert found is not None
    return found


def states(**changes: Any) -> dict[str, TaskState]:
    findings, conditions = changes.pop("findings", ()), changes.pop("conditions", ())
    groups = task_list(head(**changes), row(**changes), findings, conditions)
    return {task.title.zh: task.state for group in groups for task in group.tasks}


def finding(field: str, rule: str = "missing", severity: str = "error") -> dict[str, Any]:
    return {
        "field": field,
        "rule": rule,
        "severity": severity,
        "clause": "附件1",
        "message_zh": f"{field}？",
        "message_en": field,
    }


def test_every_field_of_the_form_has_one_place() -> None:
    owned = [field.path for each in SECTIONS for field in each.fields]
    elsewhere = ["county_code", "county_unit.name", "county_unit.uscc", "key_unit.name", "key_unit.uscc"]
    assert sorted(owned + elsewhere) == sorted(field.path for field in FIELDS)
    lists = {"institutions", "declared_counts", "coverage"}
    parts = {name for each in SECTIONS for name in each.parts}
    assert set(ApplicationForm.__dataclass_fields__) - parts == {
        "county_code",
        "county_unit",
        "key_unit",
        "declared_counts",
    }
    assert lists & parts == {"institutions", "coverage"}


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("", None),
        (" ", None),
        ("41", 41),
        ("2,000,000", 2_000_000),
        ("２００", 200),
        ("四十", "四十"),
        ("-1", "-1"),
        ("1.5", "1.5"),
    ],
)
def test_a_number_is_read_as_offices_write_it_and_anything_else_is_left_to_the_service(
    typed: str, read: object
) -> None:
    assert whole(typed) == read


def test_what_a_page_does_not_show_stays() -> None:
    stored = EMPTY | {"county_head": {"name": "张", "post": "局长", "phone": "1", "email": "e"}}
    typed = written(part("people"), SentForm({"form.county_head.name": ["赵"]}), stored)
    assert typed["county_head"] == {"name": "赵", "post": "局长", "phone": "1", "email": "e"}
    assert set(typed) == {"county_contact", "county_head"}


def test_rows_are_read_in_order_without_the_blank_ones() -> None:
    sent = SentForm(
        {
            "form.institutions.10.name": ["后"],
            "form.institutions.2.name": ["先"],
            "form.institutions.2.categories": ["legal", "other", "nonsense"],
            "form.institutions.3.name": [""],
        }
    )
    rows = written(part("roster"), sent, BLANK)["institutions"]
    assert [each["name"] for each in rows] == ["先", "后"]
    assert rows[0]["categories"] == ["legal", "other"]


def test_the_other_qualifications_keep_a_count_that_is_none() -> None:
    sent = SentForm(
        {"form.staff.others.0.name": ["评估师"], "form.staff.others.0.count": ["三"], "form.staff.total": ["9"]}
    )
    assert written(part("staff"), sent, BLANK)["staff"] == {
        "total": 9, "patent_agents": None, "lawyers": None, "others": [{"name": "评估师", "count": "三"}]
    }  # fmt: skip


def test_a_roster_is_pasted_out_of_a_spreadsheet() -> None:
    text = "甲（虚构）\t91220113DEM0000224\t法律服务、其他\n\n乙（虚构）\t\t专利商标代理\n"
    assert pasted_rows(text) == [
        {"name": "甲（虚构）", "uscc": "91220113DEM0000224", "categories": ["legal", "other"]},
        {"name": "乙（虚构）", "uscc": "", "categories": ["agency"]},
    ]
    assert without_blanks(pasted_rows("\n \n")) == []


def test_two_who_wrote_differently_are_shown_side_by_side() -> None:
    theirs = {"goals_and_plan": "对方", "development_plan": "同"}
    mine = {"goals_and_plan": "我方", "development_plan": "同"}
    (only,) = form_views.disagreements(part("plan"), Clash(theirs, mine))
    assert (only.name, only.theirs, only.mine) == ("form.goals_and_plan", "对方", "我方")
    taken = form_views.taken(part("plan"), ["form.goals_and_plan", "form.staff.total"], EMPTY | theirs, mine)
    assert taken == {"goals_and_plan": "对方", "development_plan": "同"}


def test_a_list_that_differs_is_shown_as_lines() -> None:
    clash = Clash({"institutions": [FIRMS[0]]}, {"institutions": []})
    (only,) = form_views.disagreements(part("roster"), clash)
    assert only.theirs == "九台示例知识产权服务有限公司（虚构）　91220113DEM0000224　专利商标代理服务、咨询培训服务"
    assert only.mine == ""


def test_parts_are_known_by_their_fingerprints() -> None:
    assert fingerprint_of({"a": 1, "b": ""}) == fingerprint_of({"b": "", "a": 1})
    assert fingerprint_of({"a": 1}) != fingerprint_of({"a": "1"})
    assert value_at(BLANK, "staff.nothing.here") is None


def test_an_empty_application_says_where_to_begin_and_what_waits() -> None:
    found = states()
    assert found["两家申报单位"] is TaskState.DONE
    assert found["集聚区基础"] is TaskState.NOT_STARTED
    assert {name for name, state in found.items() if state is TaskState.WAITING} == {"服务覆盖", "双方盖章", "报送"}


def test_a_section_is_begun_wrong_or_done() -> None:
    form = EMPTY | {"goals_and_plan": "三年", "county_contact": {"name": "王", "post": "", "phone": "x", "email": ""}}
    found = states(form=form, findings=[finding("county_contact.phone", "phone"), finding("county_contact.email")])
    assert found["联系人和负责人"] is TaskState.WRONG
    assert found["目标和规划"] is TaskState.DONE
    unmet = {"key": "development_plan", "outcome": "not_met", "remedy_zh": "附上规划", "remedy_en": "attach it"}
    assert states(form=form, conditions=[unmet])["目标和规划"] is TaskState.DOING
    assert (
        states(form=form, findings=[finding("goals_and_plan", "fictitious", "warning")])["目标和规划"] is TaskState.DONE
    )


def test_seals_make_sending_ready() -> None:
    form = EMPTY | {"goals_and_plan": "三年"}
    assert states(form=form, seals=[seal("county")])["双方盖章"] is TaskState.DOING
    found = states(form=form, seals=[seal("county"), seal("key-unit")])
    assert (found["双方盖章"], found["报送"]) == (TaskState.DONE, TaskState.READY)


def test_only_applicants_are_offered_changes_and_only_while_it_is_open() -> None:
    assert head().editable
    assert head(UNIT, stage="correcting").editable
    assert not head(stage="filed").editable
    assert not head(Actor("c", "c", "city:220100", frozenset({Role.CITY}))).editable


def test_a_reader_is_not_sent_to_fill_in_what_they_cannot_change() -> None:
    found = {
        "key": "institutions_minimum", "outcome": "not_met", "title_zh": "机构", "title_en": "Firms", "clause": "四",
        "reason_zh": "0家", "reason_en": "none", "remedy_zh": "再引进3家", "remedy_en": "Find three",
    }  # fmt: skip
    for actor, stage, path in [(COUNTY, "draft", f"/applications/{CASE}/form/roster"), (COUNTY, "filed", "")]:
        known = row(stage=stage)
        assert [each.path for each in shown_conditions(head_of(known, actor), known, [found])] == [path]


def test_a_section_that_was_saved_says_what_is_still_to_be_put_right() -> None:
    staff = section("staff")
    assert staff is not None
    found = [
        {"field": "staff.total", "severity": each, "clause": "附件1", "message_zh": "x", "message_en": "x"}
        for each in ("error", "warning")
    ]
    assert "1处" in saved_words(staff, found)[0]
    assert saved_words(staff, found[1:])[0] == f"“{staff.zh}”已保存。"


def test_what_was_left_empty_is_not_to_be_started_once_the_application_was_sent() -> None:
    states = {}
    for stage in ("draft", "filed", "correcting"):
        known = row(stage=stage, form=BLANK)
        groups = task_list(head_of(known, COUNTY), known, [], [])
        states[stage] = {task.state for group in groups for task in group.tasks if "/form/plan" in task.path}
    assert states == {
        "draft": {TaskState.NOT_STARTED},
        "filed": {TaskState.LEFT_EMPTY},
        "correcting": {TaskState.NOT_STARTED},
    }


def test_the_next_step_is_said_of_every_stage() -> None:
    assert next_step(row(error_count=4, packet_sha256="x")).zh == "申报单位：还有4处要填写或更正"
    assert next_step(row(packet_sha256="x", seals=[seal("county")])).zh == "等服务业重点单位盖章"
    sealed = [seal("county"), seal("key-unit")]
    assert next_step(row(packet_sha256="x", seals=sealed)).zh == "县（区）科技管理部门可以报送：报市（州）科技局"
    assert (
        next_step(row(packet_sha256="x", seals=sealed, route="direct")).zh == "县（区）科技管理部门可以报送：报省科技厅"
    )
    assert "不视为同意" in next_step(row(stage="awaiting-endorsement", escalated=True)).zh
    assert next_step(row(stage="closed", outcome="approved")).zh == "已批复确认"
    for stage in ("filed", "correcting", "declined", "withdrawn"):
        assert next_step(row(stage=stage)).en


def test_the_list_has_what_is_due_first_and_what_is_over_apart() -> None:
    rows = [row(), row(stage="correcting", due_on="2018-07-23"), row(stage="withdrawn")]
    shown = listed(rows, date(2018, 7, 20), COUNTY)
    assert [case.stage.zh for case in shown.open] == ["待补正", "填报中"]
    assert (shown.open[0].left, shown.applies, len(shown.over)) == (1, True, 1)


def test_a_new_application_knows_the_readers_own_office() -> None:
    counties = {"counties": [{"code": "220113", "name": "九台区", "prefecture": "长春市"}]}
    assert (new_case(counties, COUNTY).division, new_case(counties, COUNTY).uscc) == ("长春市九台区", "")
    assert (new_case(counties, UNIT).division_code, new_case(counties, UNIT).uscc) == ("", "91220113DEM0000224")


def test_everything_that_happens_to_an_application_has_a_name_in_both_languages() -> None:
    of_intake = {kind.name: kind.term for kind in contracts_of("intake")}
    assert set(ENGLISH) == set(of_intake)
    name, term = next(iter(of_intake.items()))
    assert (named_event(name, term).zh, named_event("intake.Unheard", "新").en) == (term, "新")
    assert (who_did(name, "county:220113").en, who_did(name, "system:intake").zh) == ("County", "")


def test_seals_that_became_void_together_are_told_once_and_of_nobody() -> None:
    void = {
        "type": "intake.SealVoided",
        "term": "印章失效",
        "office": "county:220113",
        "actor": "a",
        "recorded_at": "2018-06-11",
    }
    saved = void | {"type": "intake.FormRevised", "term": "保存申请书"}
    told = history([saved, void, void])
    assert [(each.what.zh, each.who.zh) for each in told] == [("印章失效", ""), ("保存申请书", "县（区）")]


def test_what_is_sent_is_done_and_what_is_to_be_corrected_is_sealed_again() -> None:
    form = EMPTY | {"goals_and_plan": "三年"}
    all_three = [seal("county"), seal("key-unit"), seal("city", valid=False)]
    assert states(form=form, seals=all_three, stage="filed")["报送"] is TaskState.DONE
    found = states(form=form, seals=all_three, stage="correcting", due_on="2018-07-23")
    assert (found["重新盖章"], found["报送补正"]) == (TaskState.DOING, TaskState.READY)


def test_what_a_remark_says_is_not_said_again() -> None:
    reason = {"field": "a", "rule": "r", "message": "It is short", "message_zh": "太短"}
    said = explained(422, {"title": "t", "detail": "It is short", "reasons": [reason]})
    assert (said.detail, said.detail_zh, said.remarks[0].text_zh) == ("", "", "太短")
    assert explained(422, {"title": "t", "detail": "else", "reasons": [reason]}).detail == "else"


def test_a_void_seal_says_why() -> None:
    seals = [seal("county", valid=False, voided="有改动 / changed"), seal("key-unit")]
    shown = shown_seals(row(seals=seals), [{"sealer": "key-unit", "valid": True, "verified": True}])
    assert [(each.sealer, each.holds, each.why) for each in shown] == [
        (Sealer.COUNTY, False, "有改动 / changed"),
        (Sealer.KEY_UNIT, True, ""),
        (Sealer.CITY, False, ""),
    ]
    assert [each.sealer for each in shown_seals(row(route="direct"), [])] == [Sealer.COUNTY, Sealer.KEY_UNIT]


def test_a_seal_that_was_not_made_with_the_offices_key_does_not_hold() -> None:
    (county, *_) = shown_seals(row(seals=[seal("county")]), [{"sealer": "county", "valid": True, "verified": False}])
    assert not county.holds


@pytest.mark.parametrize(
    ("field", "page"),
    [
        ("form.goals_and_plan", "/form/plan"),
        ("staff.others[0].name", "/form/staff"),
        ("institutions[3].uscc", "/form/roster"),
        ("evidence.work_plan", "/evidence"),
        ("seals.key-unit", "/seals"),
        ("key_unit.uscc", "/units"),
        ("eligibility.special_fund", "/form/means"),
        ("form", ""),
    ],
)
def test_every_place_of_a_packet_has_its_page(field: str, page: str) -> None:
    assert page_of(head(), field) == f"/applications/{CASE}{page}"
    problem = PlainProblem(422, "r", "t", "t", remarks=(Remark(field, "x", "x"), Remark("", "y", "y")))
    assert [way.path for way in ways_to_mend(head(), problem)] == [f"/applications/{CASE}{page}"]


def test_no_two_parts_of_a_packet_are_called_the_same() -> None:
    named = parts()
    assert len(set(named.values())) == len(named)


def test_a_services_path_is_written_as_forms_write_it() -> None:
    assert field_named("form.institutions[12].uscc") == "form.institutions.12.uscc"


def test_the_matrix_is_replaced_one_kind_at_a_time() -> None:
    form = EMPTY | {"institutions": [*FIRMS, {"name": "无码", "uscc": "", "categories": []}]}
    assert len(coverage.firms_of(form)) == len(FIRMS)
    code = str(FIRMS[0]["uscc"])
    cells = coverage.typed_cells(SentForm({"form.coverage.agency": [code]}), IpKind.TRADE_MARK)
    form = form | coverage.with_cells(form, IpKind.TRADE_MARK, cells)
    patents = coverage.typed_cells(SentForm({"form.coverage.legal": [code]}), IpKind.PATENT)
    form = form | coverage.with_cells(form, IpKind.PATENT, patents)
    assert [cell["ip"] for cell in form["coverage"]["cells"]] == ["patent", "trade_mark"]
    assert coverage.chosen_in(coverage.cells_of(form, IpKind.PATENT)) == {("legal", code)}
    assert sum(each.gaps for each in coverage.matrix(form)) == 34
    assert coverage.told(patents, coverage.firms_of(form)) == ("法律：九台示例知识产权服务有限公司（虚构）",)
    gone = form | coverage.with_cells(form, IpKind.PATENT, [])
    assert coverage.cells_of(gone, IpKind.PATENT) == []


def test_a_notice_is_paired_with_what_was_changed_at_its_place() -> None:
    items = [
        {"field": "form.staff.total", "rule": "r", "clause": "附件1", "message": "m", "message_zh": "人数不符"},
        {"field": "evidence.special_fund", "rule": "r", "clause": "四（三）3", "message": "m", "message_zh": ""},
    ]
    changed = {
        "fields": [{"field": "staff.total", "was": 12, "now": 14}, {"field": "innovators", "was": "", "now": "新"}],
        "documents": [{"attachment_id": "x", "kind": "special_fund", "title": "经费", "was": 0, "now": 1}],
    }
    shown, besides = paired(head(), items, changed)
    assert [(change.was, change.now) for item in shown for change in item.changes] == [
        ("12", "14"),
        ("", "经费（第1版）"),
    ]
    assert shown[1].path.endswith("/evidence")
    assert [each.name.zh for each in besides] == ["创新主体"]
