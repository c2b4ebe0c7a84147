"""Notify over HTTP: who registers, subscribes and reads; what is wrong is named."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from shared.contracts.core import Role
from tests.notify.conftest import Peers
from tests.notify.messages import delivery
from tests.notify.test_reacting import CASE, DRAFT, KEY_UNIT, OPENED, REVIEW, REVISED, correction

Start = Callable[..., Any]
CONTACT = {"name": "陈样例", "phone": "0000-0000005", "email": "city@example.invalid"}


async def test_a_contact_is_registered_once_and_read_by_its_office(start: Start) -> None:
    async with start() as running:
        city = running.headers("city:220100", Role.CITY)
        first = await running.client.post("/contacts/city:220100", json=CONTACT, headers=city)
        assert first.json()["events"] == ["notify.ContactRegistered"]
        again = await running.client.post("/contacts/city:220100", json=CONTACT, headers=city)
        assert again.json()["events"] == []
        seen = await running.client.get("/contacts", headers=city | {"Juqu-After-Seq": str(first.json()["seq"])})
        assert [row["phone"] for row in seen.json()] == ["00000000005"]
        other = running.headers("city:222400", Role.CITY)
        assert (await running.client.get("/contacts", headers=other)).json() == []
        denied = await running.client.post("/contacts/city:220100", json=CONTACT, headers=other)
        assert denied.status_code == 403
        assert denied.json()["type"].endswith("contact-is-ones-own")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"email": "nobody"}, "email"),
        ({"email": "a@example.invalid\r\nBcc: b@example.invalid"}, "email"),
        ({"phone": "123"}, "phone"),
        ({"phone": "0431-88888888/9"}, "phone"),
        ({"phone": "0431-88888888", "email": ""}, "phone"),
        ({"phone": "400-820-8820", "email": ""}, "phone"),
        ({"email": "a..b@jl.gov.cn"}, "email"),
        ({"name": "=?utf-8?B?5p2O?="}, "name"),
        ({"name": "李\u202e四"}, "name"),
        ({"name": "\u200b\u3000"}, "name"),
        ({"phone": "13800138000 ext 5"}, "phone"),
        ({"phone": 13800138000}, "phone"),
        ({"name": ""}, "name"),
        ({"colour": "red"}, "colour"),
    ],
)
async def test_what_cannot_be_sent_to_is_refused_with_its_field(
    start: Start, change: dict[str, Any], field: str
) -> None:
    async with start() as running:
        answer = await running.client.post(
            "/contacts/province", json=CONTACT | change, headers=running.headers("province", Role.PROVINCE)
        )
        assert answer.status_code == 422, answer.text
        assert answer.json()["field"] == field


@pytest.mark.parametrize(
    ("change", "kept"),
    [
        ({"name": "\u2009王　芳\u00a0"}, {"name": "王　芳"}),
        ({"email": "wang@jl.gov.cn "}, {"email": "wang@jl.gov.cn"}),
        ({"email": "\u200bli@zscq.cn"}, {"email": "li@zscq.cn"}),
        ({"email": "li@例子.中国"}, {"email": "li@例子.中国"}),
        ({"phone": "０４３１－８８９５５４７２"}, {"phone": "0431-88955472"}),
        ({"phone": "+86 138-0013-8000"}, {"phone": "+8613800138000"}),
        ({"phone": "0086 13800138000"}, {"phone": "+8613800138000"}),
        ({"phone": "400-820-8820"}, {"phone": "400-820-8820"}),
    ],
)
async def test_a_contact_is_kept_as_it_was_cleaned(start: Start, change: dict[str, Any], kept: dict[str, Any]) -> None:
    async with start() as running:
        province = running.headers("province", Role.PROVINCE)
        answer = await running.client.post("/contacts/province", json=CONTACT | change, headers=province)
        assert answer.status_code == 200, answer.text
        after = province | {"Juqu-After-Seq": str(answer.json()["seq"])}
        (row,) = (await running.client.get("/contacts", headers=after)).json()
        assert {name: row[name] for name in kept} == kept


async def test_fictitious_addresses_are_for_the_demonstration_only(start: Start) -> None:
    async with start(JUQU_TEST_ADDRESSES="") as running:
        province = running.headers("province", Role.PROVINCE)
        assert (await running.client.post("/contacts/province", json=CONTACT, headers=province)).status_code == 422
        real = {"name": "陈样例", "phone": "１３８００１３８０００", "email": "chen@qq.com"}
        assert (await running.client.post("/contacts/province", json=real, headers=province)).status_code == 200
        seen = (await running.client.get("/contacts", headers=province | {"Juqu-After-Seq": "1"})).json()
        assert seen[0]["phone"] == "+8613800138000"


async def test_a_subscription_begins_with_the_code_that_was_sent(start: Start, peers: Peers) -> None:
    async with start() as running:
        asked = {"channel": "mail", "address": "public@example.invalid", "division": "220113"}
        opened = await running.client.post("/subscriptions", json=asked)
        assert opened.status_code == 201, opened.text
        ident = opened.json()["subscription_id"]
        wrong = await running.client.post(f"/subscriptions/{ident}/confirmation", json={"token": "0" * 32})
        assert wrong.status_code == 403
        await running.at_rest()
        operator = running.headers("operator", Role.OPERATOR)
        (row,) = (await running.client.get("/notices", headers=operator)).json()
        assert (row["rule"], row["state"], "body" in row) == ("subscription-confirmation", "accepted", False)
        token = _token(peers)
        right = await running.client.post(f"/subscriptions/{ident}/confirmation", json={"token": token})
        assert right.json()["events"] == ["notify.SubscriptionConfirmed"]
        ended = await running.client.post(f"/subscriptions/{ident}/end", json={"token": token})
        assert ended.json()["events"] == ["notify.SubscriptionEnded"]
        unknown = asked | {"division": "999999"}
        assert (await running.client.post("/subscriptions", json=unknown)).status_code == 422


def _token(peers: Peers) -> str:
    from email import message_from_bytes
    from email.policy import default

    mail = message_from_bytes((peers.maildir / "000001.eml").read_bytes(), policy=default)
    body = mail.get_body(("plain",))
    assert body is not None
    found = re.search(r"\b([0-9a-f]{32})\b", body.get_content())
    assert found is not None
    return found[1]


async def test_each_office_reads_what_concerns_it(start: Start) -> None:
    async with start() as running:
        await running.happened("intake", DRAFT, OPENED, REVISED)
        await running.happened("review", REVIEW, correction(date(2018, 7, 9)))
        await running.at_rest()
        counts = {}
        for office, role in (
            ("province", Role.PROVINCE),
            ("county:220113", Role.COUNTY),
            (f"unit:{KEY_UNIT.uscc}", Role.KEY_UNIT),
            ("city:220100", Role.CITY),
            ("county:220112", Role.COUNTY),
            ("city:222400", Role.CITY),
            ("expert:1", Role.EXPERT),
        ):
            answer = await running.client.get(
                "/notices", params={"case_id": CASE}, headers=running.headers(office, role)
            )
            counts[office] = len(answer.json())
        assert counts["province"] > 0
        assert counts["county:220113"] == counts[f"unit:{KEY_UNIT.uscc}"] > 0
        assert counts["city:220100"] >= counts["county:220113"]
        assert counts["county:220112"] == counts["city:222400"] == counts["expert:1"] == 0


async def test_a_notice_that_is_not_ones_own_or_not_there(start: Start) -> None:
    notice = delivery()
    async with start() as running:
        await running.request(notice)
        await running.until(notice.delivery_id, "accepted")
        other = running.headers("county:220112", Role.COUNTY)
        assert (await running.client.get(f"/notices/{notice.delivery_id}", headers=other)).status_code == 403
        absent = await running.client.get(f"/notices/{CASE}", headers=other)
        assert absent.status_code == 404
        assert (await running.client.get("/notices")).status_code == 401
        operator = running.headers("operator", Role.OPERATOR)
        resend = await running.client.post(
            f"/notices/{notice.delivery_id}/resend", json={"reason": "again"}, headers=operator
        )
        assert resend.status_code == 409
        assert resend.json()["type"].endswith("only-unknown-is-resent")
