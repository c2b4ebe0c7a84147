"""Delegations in the portal, by people without scripts: a head grants, a colleague acts, the record names both."""

from __future__ import annotations

import re
from datetime import date, timedelta
from uuid import uuid4

import pytest

from services.portal.desks.delegating.showing import ENDED, OVER, STANDS, TO_BEGIN, delegations_page
from shared.contracts.core import Actor, Role
from shared.programme.vocabulary import ActKind
from tests.credit_codes import credit_code
from tests.portal.browsing import Browser, WebPage
from tests.portal.conftest import Town
from tests.specification import actor

TODAY = date(2026, 12, 1)
HEAD = actor("city:220100", Role.CITY, subject="head")
DEPUTY = actor("city:220100", subject="deputy")
ROW = {
    "delegation_id": str(uuid4()),
    "principal": "head",
    "principal_name": "局长",
    "delegate": "deputy",
    "delegate_name": "副局长",
    "kinds": ["endorsement"],
    "first_day": "2026-12-01",
    "last_day": "2026-12-05",
    "ended_at": None,
}


@pytest.mark.parametrize(
    ("changed", "state", "may_act", "endable"),
    [
        ({}, STANDS, True, True),
        ({"last_day": "2026-12-01"}, STANDS, True, True),
        ({"first_day": "2026-12-02"}, TO_BEGIN, False, True),
        ({"first_day": "2026-11-01", "last_day": "2026-11-30"}, OVER, False, False),
        ({"ended_at": "2026-12-01T09:00:00+08:00"}, ENDED, False, False),
    ],
)
def test_a_delegation_is_shown_by_where_it_stands(
    changed: dict[str, str], state: object, may_act: bool, endable: bool
) -> None:
    (shown,) = delegations_page([ROW | changed], DEPUTY, [], TODAY).delegations
    assert (shown.state, shown.to_me, shown.endable) == (state, may_act, endable)


@pytest.mark.parametrize(
    ("who", "kinds", "endable"),
    [(HEAD, True, True), (DEPUTY, False, True), (actor("city:220100", subject="third"), False, False)],
)
def test_a_head_is_offered_what_they_have_and_others_what_is_theirs(who: Actor, kinds: bool, endable: bool) -> None:
    page = delegations_page([ROW], who, [], TODAY)
    assert (ActKind.ENDORSEMENT in page.kinds, page.delegations[0].endable) == (kinds, endable)
    assert page.delegations[0].to_me == (who is DEPUTY)


def _granted(head: Browser, **changed: str | list[str]) -> WebPage:
    until = (date.today() + timedelta(days=3)).isoformat()  # noqa: DTZ011 - a few days on, wherever we are
    facts: dict[str, str | list[str]] = {"kinds": ["filing"], "last_day": until, "delegate_name": "代办甲"}
    return head.send(head.open("/delegations"), "/delegations", **facts | changed)


def _subject(page: WebPage, name: str) -> str:
    """The account of a colleague who is offered on a page."""
    found = re.search(rf'<option value="([^"]+)"[^>]*>{name} ', page.html)
    assert found, page.text
    return found[1]


def _open_a_draft(county: Browser) -> WebPage:
    """Open an application of the county's; the first page that is refused, where one is."""
    page = county.open("/applications/new")
    if page.status != 200:
        return page
    return county.send(
        page,
        "/applications/new",
        county_unit__name="浑江示例科技局（虚构）",
        county_unit__uscc=credit_code("11220602DEM800001"),
        key_unit__name="浑江示例知识产权服务有限公司（虚构）",
        key_unit__uscc=credit_code("91220602DEM800002"),
    )


def test_a_head_grants_a_colleague_acts_and_the_record_names_both_until_it_is_ended(town: Town) -> None:
    head = town.signed_in(office="county 220602", name="局长甲")
    colleague = town.signed_in(office="county 220602", name="代办甲")
    chosen = head.open("/delegations")
    subject = _subject(chosen, "代办甲")
    assert "委托" in _granted(head, colleague=subject).text
    switched = colleague.press(colleague.open("/delegations"), "代局长甲办理")
    assert "您正在代局长甲办理" in switched.text
    assert "您正在代局长甲办理" in colleague.open("/applications").text
    opened = _open_a_draft(colleague)
    assert opened.status == 200, opened.text
    case_id = opened.path.rpartition("/")[2]
    told = town.signed_in(person="auditor").open(f"/audit/{case_id}").text
    assert f"{subject}代" in told.replace(" ", "")
    assert "（代办）" in colleague.open(f"/applications/{case_id}/story").text
    ended = head.press(head.open("/delegations"), "终止委托")
    assert "委托已终止" in ended.text
    refused = _open_a_draft(colleague)
    assert refused.status == 409
    assert "该项委托已终止" in refused.text
    own = colleague.press(refused, "停止代办")
    assert "以本人名义办理" in own.text
    assert "您正在代" not in own.text
