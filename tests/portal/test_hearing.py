"""The hearing before a revocation in the portal, without scripts: asked for, told, held and weighed."""

from __future__ import annotations

from datetime import date

import pytest

from tests.portal.browsing import Browser, WebPage
from tests.portal.conftest import Town
from tests.portal.played import Played

REVOCATION = {
    "document_number": "吉科发专〔2023〕58号",
    "reasons": "整改后仍不合格（虚构）",
    "statement_considered": "",
}


@pytest.fixture(scope="module")
def played(old_town: Town) -> Played:
    """A district that is invited to state and defend."""
    case = Played(old_town, name="DEMO-D")
    case.until("state")
    return case


def _act(browser: Browser, played: Played, path: str, /, **values: str) -> WebPage:
    page = browser.open(f"/districts/{played.case_id}/{path}")
    assert page.status == 200, page.text
    return browser.send(page, f"/districts/{played.case_id}/{path}", **values)


def test_a_hearing_is_asked_for_told_held_and_weighed(played: Played) -> None:
    town = played.town
    county, officer = town.signed_in(office="county 220702"), town.signed_in(person="province-officer")
    clerk, lead = town.signed_in(person="province-clerk"), town.signed_in(person="province-lead")
    assert "陈述申辩，或者要求听证" in county.open("/desk").text
    assert 'id="reason-wrong-1"' in _act(county, played, "hearing/request", reason="").html
    asked = _act(county, played, "hearing/request", reason="机构引进须当面说明（虚构）")
    assert "听证要求已报送省科技厅" in asked.text, asked.text
    assert "安排听证" in officer.open("/desk").text
    notice = {"venue": "上午九时，三楼会议室（虚构）", "host_name": "钱样例"}
    late = _act(officer, played, "hearing/oral", held_on="2023-07-13", host="province-clerk", **notice)
    assert 'id="held_on-wrong-1"' in late.html
    partial = officer.send(late, "/hearing/oral", held_on="2023-07-24", host="province-officer", **notice)
    assert "听证主持人参与过该集聚区的考核" in partial.text
    told = officer.send(partial, "/hearing/oral", host="province-clerk")
    assert "听证通知已发出。" in told.text, told.text
    assert "参加听证" in county.open("/desk").text
    played.on(date(2023, 7, 20))
    assert "现在不能办理本事项" in lead.open(f"/districts/{played.case_id}/revocation").text
    played.on(date(2023, 7, 24))
    minutes = {"attended": "yes", "attended_by": "钱样例\n周示例", "minutes": "申报单位说明了进展（虚构）"}
    assert "现在不能办理本事项" in officer.open(f"/districts/{played.case_id}/hearing/minutes").text
    held = _act(clerk, played, "hearing/minutes", **minutes)
    assert "听证笔录已提交。" in held.text, held.text
    assert "决定是否取消称号" in lead.open("/desk").text
    assert 'id="statement_considered-wrong-1"' in _decide(lead, played, REVOCATION).html
    revoked = _decide(lead, played, REVOCATION | {"statement_considered": "听证意见不予采纳（虚构）"})
    assert "称号已取消，决定已发出。" in revoked.text, revoked.text


def _decide(lead: Browser, played: Played, written: dict[str, str]) -> WebPage:
    """Write the decision, look at it once more, and decide."""
    path = f"/districts/{played.case_id}/revocation"
    page = lead.open(path)
    assert "申报单位说明了进展" in page.text
    preview = lead.send(page, f"{path}/confirmation", **written)
    return lead.send(preview, path)
