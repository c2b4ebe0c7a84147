"""The review in the portal, by an officer without scripts: a case of the demonstration from the packet to the
approval; what it does not try, the demonstration does."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from playwright.sync_api import BrowserContext

from tests.portal.browsing import Browser, WebForm, WebPage
from tests.portal.conftest import Town
from tests.portal.looking import PHONE, barriers, scrolls_sideways
from tests.portal.played import Played

FREE, CONFLICTED = "220102", "220113"
"""A county that is not the applicants', and theirs."""
MEMBERS = [f"demo-a-{number}" for number in range(1, 6)]
RESERVES = ["demo-a-6", "demo-a-7"]
OFFICER_NAME = "省厅经办人（虚构）"
OBJECTIONS = {"赵群众（虚构）": "建议核实机构名录（虚构）", "钱群众（虚构）": "无理取闹（虚构）"}


@pytest.fixture(scope="module")
def played(old_town: Town) -> Played:
    """A case that the city has endorsed; the tests follow it in their order."""
    case = Played(old_town)
    case.until("accept")
    return case


@pytest.fixture(scope="module")
def officer(played: Played) -> Browser:
    """The officer's browser."""
    return played.town.signed_in(person="province-officer")


def _act(browser: Browser, played: Played, path: str, /, **values: str | list[str]) -> WebPage:
    """Fill in and send the page of an act."""
    page = browser.open(f"/cases/{played.case_id}/{path}")
    assert page.status == 200, page.text
    return browser.send(page, f"/cases/{played.case_id}/{path}", **values)


def test_a_notice_without_a_part_is_refused_at_its_item_and_nothing_typed_is_lost(
    officer: Browser, played: Played
) -> None:
    refused = _act(officer, played, "correction-notice", items__0__message_zh="请补交工作方案")
    assert refused.status == 422
    assert "部分补正事项未指明所涉申报材料" in refused.text
    fields = refused.form("/correction-notice").fields
    assert fields["items.0.message_zh"] == ["请补交工作方案"]


def test_items_come_and_go_without_scripts(officer: Browser, played: Played) -> None:
    page = _act(
        officer,
        played,
        "correction-notice",
        items__0__field="evidence.work_plan",
        items__0__message_zh="第一项",
        _do="add",
    )
    assert (page.status, "第 2 项" in page.text) == (200, True)
    sent = page.form("/correction-notice").fields
    assert sent["items.0.field"] == ["evidence.work_plan"]
    filled = sent | {"items.1.message_zh": ["第二项"], "_do": ["remove:0"]}
    fewer = officer.submit(page, page.form("/correction-notice"), filled)
    assert fewer.form("/correction-notice").fields["items.0.message_zh"] == ["第二项"]
    assert "第 2 项" not in fewer.text


def test_it_is_accepted_and_judged(officer: Browser, played: Played) -> None:
    assert "已受理。" in _act(officer, played, "acceptance").text
    page = officer.open(f"/cases/{played.case_id}/judgements")
    judged = sorted(set(re.findall(r'name="met\.(\w+)"', page.html)))
    assert judged == ["industry_and_innovators", "service_coverage"]
    refused = _act(officer, played, "judgements", met__service_coverage="yes")
    assert refused.status == 422
    assert 'id="reason.service_coverage-wrong-1"' in refused.html
    reasons = {f"reason__{key}": "依据材料判断，符合。" for key in judged}
    done = _act(officer, played, "judgements", **{f"met__{key}": "yes" for key in judged}, **reasons)
    assert "判断已记录。" in done.text


def test_a_case_is_claimed_and_a_colleague_is_told_who_holds_it(officer: Browser, played: Played) -> None:
    assert _listed(officer, played, "主办:无")
    preview = officer.open(f"/cases/holder?act=claim&case={played.case_id}")
    claimed = officer.send(preview, "/cases/holder")
    assert (claimed.path, "已认领。" in claimed.text) == (f"/cases/{played.case_id}", True)
    assert OFFICER_NAME in claimed.text
    held = [_listed(officer, played, f"主办:{whose}") for whose in ("我", "无", "省厅经办")]
    assert held == [True, False, True]
    clerk = played.town.signed_in(person="province-clerk")
    refused = clerk.send(clerk.open(f"/cases/holder?act=claim&case={played.case_id}"), "/cases/holder")
    assert "未认领" in refused.text
    assert f"主办人：{OFFICER_NAME}" in refused.text
    assert "解除主办" not in clerk.open(f"/cases/{played.case_id}").text
    assert OFFICER_NAME not in played.town.signed_in(office="county 220113").open(f"/cases/{played.case_id}").text
    nobody = officer.open(f"/cases/holder?act=handover&case={played.case_id}")
    assert 'id="holder-wrong-1"' in officer.send(nobody, "/cases/holder").html


def _listed(officer: Browser, played: Played, search: str) -> bool:
    return f"/cases/{played.case_id}" in {address for _, address in officer.open(f"/cases?q={search}").links}


def test_the_cases_of_somebody_who_left_are_handed_over_in_one_act(officer: Browser, played: Played) -> None:
    lead = played.town.signed_in(person="province-lead")
    assert OFFICER_NAME in lead.open("/cases/leavers").text
    of_the_leaver = lead.open("/cases/leavers?leaver=province-officer")
    assert "九台区" in of_the_leaver.text
    asked = "/cases/leavers?leaver=province-officer&holder=province-clerk&holder_name=钱样例"
    preview = lead.open(asked)
    assert f"由 {OFFICER_NAME} 移交给 钱样例" in preview.text
    for _again in range(2):
        done = lead.send(preview, "/cases/leavers")
        assert "已移交 1 件，共 1 件" in done.text, done.text
    assert "钱样例" in lead.open(f"/cases/{played.case_id}").text
    back = lead.open(f"/cases/holder?act=handover&case={played.case_id}")
    lead.send(back, "/cases/holder", holder="province-lead", holder_name="孙样例")
    late = lead.open("/cases/leavers?leaver=province-clerk")
    assert "没有主办的在办件" in late.text
    stale = lead.submit(preview, preview.form("/cases/leavers"), preview.form("/cases/leavers").fields | {"_key": [""]})
    assert "未移交" in stale.text
    assert "主办人：孙样例" in stale.text
    assert officer.open("/cases/leavers").status == 403


def _panel(officer: Browser, played: Played, division: str, reserves: list[str]) -> WebPage:
    """Name a panel, one of whose members lives in this county."""
    page = officer.open(f"/cases/{played.case_id}/panel")
    form = page.form("/panel")
    frame = {name: values for name, values in form.fields.items() if name.startswith("_")}
    return officer.submit(page, form, frame | _rows([*MEMBERS, *reserves], division))


def _rows(ids: list[str], division: str) -> dict[str, list[str]]:
    rows: dict[str, list[str]] = {}
    for number, ident in enumerate(ids):
        named = {
            "expert_id": ident,
            "name": f"专家{ident[-1]}（虚构）",
            "organisation": f"示例研究机构{ident[-1]}（虚构）",
            "organisation_uscc": "",
            "division": division if number == 2 else FREE,
            "seat": "member" if ident in MEMBERS else "reserve",
        }
        rows |= {f"new.{number}.{name}": [value] for name, value in named.items()}
    return rows


def test_a_county_that_nobody_knows_is_refused_at_its_field(officer: Browser, played: Played) -> None:
    refused = _panel(officer, played, "火星区", RESERVES)
    assert refused.status == 422
    assert 'id="new.2.division-wrong-1"' in refused.html
    assert '<option value="长春市九台区">' in refused.html


def test_an_expert_with_a_conflict_needs_a_reserve(officer: Browser, played: Played) -> None:
    refused = _panel(officer, played, CONFLICTED, [])
    assert refused.status == 409, refused.text
    assert "专家存在利益冲突，且无候补专家可替补" in refused.text
    assert 'href="#new.2"' in refused.html
    assert refused.form("/panel").fields["new.4.expert_id"] == ["demo-a-5"]
    done = _panel(officer, played, FREE, RESERVES)
    assert "专家组已组建" in done.text, done.text


def test_an_expert_is_taken_off_and_a_reserve_steps_in(officer: Browser, played: Played) -> None:
    page = officer.open(f"/cases/{played.case_id}/panel/members")
    refused = officer.send(page, "/panel/recusal", expert_id="demo-a-7")
    assert refused.status == 422
    assert 'id="reason-wrong-1"' in refused.html
    done = officer.send(refused, "/panel/recusal", expert_id="demo-a-7", reason="曾为申报单位提供咨询（虚构）")
    assert "该专家已回避。" in done.text


def test_the_visit_is_planned_and_put_off(officer: Browser, played: Played) -> None:
    played.until("schedule_visit", without={"accept", "convene"})
    refused = _act(officer, played, "site-visit", visit_on="2031-01-01", visitors="专家1（虚构）")
    assert refused.status == 422
    assert refused.form("/site-visit").fields["visitors"] == ["专家1（虚构）"]
    planned = _act(officer, played, "site-visit", visit_on="2018-08-07", visitors="专家1（虚构）\n专家2（虚构）")
    assert "现场考察已安排。" in planned.text
    put_off = _act(officer, played, "site-visit/day", visit_on="2018-08-08", reason="天气原因（虚构）")
    assert "考察已改期。" in put_off.text
    assert "天气原因" in put_off.text


def test_the_panel_concludes_and_several_are_publicised_at_once(officer: Browser, played: Played) -> None:
    played.until("conclude_panel", without={"schedule_visit"})
    assert "专家组结论已形成。" in _act(officer, played, "panel/conclusion").text
    played.until("publicise", without={"conclude_panel"})
    queue = officer.open("/cases")
    form = queue.form("/cases/publicity")
    preview = officer.submit(queue, form, {"case": [played.case_id]})
    assert "长春市九台区" in preview.text
    done = officer.send(preview, "/cases/publicity")
    assert "已启动 1 件，共 1 件。" in done.text, done.text
    preview = officer.submit(queue, form, {"case": [played.case_id]})
    again = officer.send(preview, "/cases/publicity", starts_on="2018-08-24")
    assert "未启动" in again.text
    assert "公示已经开始过" in again.text


def test_objections_are_answered_and_set_aside(officer: Browser, played: Played) -> None:
    for objector, text in OBJECTIONS.items():
        _object(played, {"objector": objector, "text": text})
    page = officer.open(f"/cases/{played.case_id}/objections")
    idents = dict(zip(OBJECTIONS, re.findall(r'name="answer\.([^"]+)"', page.html), strict=True))
    first, second = idents.values()
    refused = _answer(officer, page, first, upheld="no")
    assert refused.status == 422
    assert f'id="answer.{first}-wrong-1"' in refused.html
    answered = _answer(officer, page, first, upheld="no", answer="经核实，名录无误（虚构）")
    assert "已答复 1 件异议。" in answered.text
    aside = officer.send(answered, "/objections/set-aside", objection_ids=[second])
    assert aside.status == 422
    aside = officer.send(answered, "/objections/set-aside", objection_ids=[second], reason="恶意提交（虚构）")
    assert "所选异议不予处理" in aside.text
    assert "没有待答复的异议。" in aside.text


def _answer(officer: Browser, page: WebPage, ident: str, **values: str) -> WebPage:
    form = page.form("/objections/answers")
    return officer.submit(page, form, form.fields | {f"{name}.{ident}": [value] for name, value in values.items()})


def _object(played: Played, body: dict[str, Any]) -> None:
    path = f"{played.town.urls['review']}/cases/{played.case_id}/objections"
    answer = httpx.post(path, json=body, trust_env=False)
    assert answer.is_success, answer.text


def test_the_lead_approves_and_nobody_else(officer: Browser, played: Played) -> None:
    played.until("approve", without={"publicise"})
    refused = _act(officer, played, "approval", document_number="吉科发区〔2018〕1号")
    assert refused.status == 403
    assert "您的身份无权进行此操作" in refused.text
    lead = played.town.signed_in(person="province-lead")
    done = _act(lead, played, "approval", document_number="吉科发区〔2018〕1号")
    assert "已批复确认。" in done.text, done.text
    assert "办件已办结" in done.text


def test_what_was_written_down_wrongly_is_corrected_beside_it(officer: Browser, played: Played) -> None:
    page = officer.open(f"/cases/{played.case_id}/record-correction")
    events = re.findall(r'<option value="([0-9a-f-]{36})"', page.html)
    done = officer.send(
        page,
        "/record-correction",
        corrects=events[0],
        field="county_unit.name",
        was="长春市九台区科技主管部门（虚构）",
        now="科技管理部门",
        why="机构更名（虚构）",
        on_word_of="省厅收件人（虚构）",
    )
    assert "更正已记录。" in done.text, done.text


def test_acts_are_for_officers_only(played: Played) -> None:
    county = played.town.signed_in(office="county 220113")
    assert county.open(f"/cases/{played.case_id}/not-yet").status == 403
    form = WebForm(f"/cases/{played.case_id}/not-yet", "post")
    page = county.open(f"/cases/{played.case_id}")
    assert county.submit(page, form, {"reasons": ["无"]}).status != 303


def test_the_notice_begins_with_what_was_recorded(officer: Browser, old_town: Town) -> None:
    paper = Played(old_town, name="DEMO-D")
    paper.until("correction_notice")
    page = officer.open(f"/cases/{paper.case_id}/acceptance")
    refused = officer.send(page, "/acceptance")
    assert refused.status == 409
    assert "申报材料仍有未补正的缺陷或错误" in refused.text
    sent = _act(officer, paper, "correction-notice")
    assert "补正通知已发出。" in sent.text, sent.text
    assert "第 1 次补正通知" in sent.text
    early = officer.open(f"/cases/{paper.case_id}/refusal")
    refused = officer.send(early, "/refusal", items__0__message_zh="材料不齐（虚构）")
    assert "补正期限未满" in refused.text


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_page_of_an_act_can_be_used_by_everybody(
    officer: Browser, played: Played, look: Callable[..., BrowserContext], language: str
) -> None:
    page = look(officer, viewport=PHONE).new_page()
    page.goto(f"/language/{language}?back=%2Fcases")
    wrong = {}
    for path in (
        "acceptance", "correction-notice", "refusal", "judgements", "panel", "panel/members",
        "material-review/conclusion", "site-visit", "site-visit/day", "panel/conclusion", "publicity", "objections",
        "approval", "not-yet", "record-correction", "../holder?act=handover&case=" + played.case_id,
    ):  # fmt: skip
        answer = page.goto(f"/cases/{played.case_id}/{path}")
        assert answer is not None
        assert answer.status == 200, path
        assert len(answer.body()) < 100_000, path
        found = barriers(page) + (["it scrolls sideways"] if scrolls_sideways(page) else [])
        if found:
            wrong[path] = found
    assert not wrong
