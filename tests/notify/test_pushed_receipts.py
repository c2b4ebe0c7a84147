"""Receipts that Aliyun and Tencent push over HTTP: kept for whoever knows the provider's own path, told like others."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from services.notify.channels.sms.pushed import push_path, pushing
from services.notify.settings import read_notify_settings
from shared.contracts.core import Role
from shared.contracts.notify import Channel
from shared.service.settings import SettingError
from tests.notify.conftest import Peers, Running
from tests.notify.messages import delivery
from tests.notify.peers.http_peer import Asked, Reply, http_peer
from tests.notify.test_sms_providers import NUMBER, aliyun_says, tencent_status

Start = Callable[..., Any]
ALIYUN = {
    "phone_number": "13800138000",
    "send_time": "2018-06-11 09:00:00",
    "report_time": "2018-06-11 09:00:05",
    "success": True,
    "err_code": "DELIVERED",
    "err_msg": "13800138000 接收成功",
    "sms_size": "1",
    "biz_id": "B-1",
    "out_id": "out-1",
}
TENCENT = {
    "user_receive_time": "2018-06-11 09:00:05",
    "nationcode": "86",
    "mobile": "13800138000",
    "report_status": "FAIL",
    "errmsg": "MK:0001",
    "description": "空号",
    "sid": "T-1",
}


def read(provider: str, *told: dict[str, Any]) -> list[tuple[str, str, str]]:
    form = pushing(provider)
    assert form is not None
    found = form.receipts(json.dumps(list(told), ensure_ascii=False).encode(), provider)
    assert not any("13800138000" in each.text for each in found)
    return [(each.provider, each.reference, each.state) for each in found]


def test_a_page_of_aliyun_names_its_id_and_ours() -> None:
    assert read("aliyun", ALIYUN) == [("aliyun", "B-1", "DELIVRD"), ("aliyun", "out-1", "DELIVRD")]
    failed = {**ALIYUN, "success": False, "err_code": "MOBILE_NOT_ON_SERVICE"}
    del failed["out_id"]
    assert read("aliyun-2", ALIYUN, failed)[2:] == [("aliyun-2", "B-1", "UNDELIV")]


def test_a_page_of_tencent_names_its_id() -> None:
    assert read("tencent", TENCENT, {**TENCENT, "report_status": "SUCCESS", "sid": "T-2"}) == [
        ("tencent", "T-1", "UNDELIV"),
        ("tencent", "T-2", "DELIVRD"),
    ]


@pytest.mark.parametrize("body", [b"", b"{}", b"[1]", b'[{"sid": 1}]', b"\xff", b'[{"success": "true"}]'])
def test_what_is_no_page_is_refused(body: bytes) -> None:
    for provider in ("aliyun", "tencent"):
        form = pushing(provider)
        assert form is not None
        with pytest.raises(ValueError, match="error"):
            form.receipts(body, provider)


@pytest.mark.parametrize("bad", [1, None, {}, [], "x", {**ALIYUN, "biz_id": 7}])
def test_one_bad_row_keeps_the_rest(bad: object) -> None:
    form = pushing("aliyun")
    assert form is not None
    body = json.dumps([ALIYUN, bad, {**ALIYUN, "biz_id": "B-2", "out_id": None, "err_msg": None}]).encode()
    assert [each.reference for each in form.receipts(body, "aliyun")] == ["B-1", "out-1", "B-2"]


def test_a_page_of_lists_without_end_is_refused() -> None:
    form = pushing("tencent")
    assert form is not None
    with pytest.raises(ValueError, match="error"):
        form.receipts(b"[" * 50_000, "tencent")


def test_who_pushes_nothing_has_no_form() -> None:
    assert pushing("smpp") is None


def test_each_provider_has_a_path_of_its_own() -> None:
    paths = {push_path(secret, name) for secret in (b"a", b"b") for name in ("aliyun", "aliyun-2", "tencent")}
    assert len(paths) == 6


def account(tmp_path: Path, scheme: str, port: int) -> str:
    file = tmp_path / "templates.json"
    file.write_text('{"correction-notice": {"id": "SMS_1", "variables": []}}')
    return f"{scheme}+http://test-key:test-secret@127.0.0.1:{port}?sign=x&app=1400000000&templates={file}"


async def path_of(running: Running, provider: str) -> str:
    """Where an operator finds that a provider is to push to."""
    answer = await running.client.get("/providers", headers=running.headers("operator", Role.OPERATOR))
    (one,) = [each for each in answer.json() if each["provider"] == provider]
    return urlsplit(str(one["receipts_at"])).path


@dataclass(frozen=True)
class Pushed:
    """A provider that takes a message, and what it pushes of it later."""

    provider: str
    says: Callable[[Asked], Reply]
    told: dict[str, Any]
    state: str
    answer: dict[str, Any]


@pytest.mark.parametrize(
    "one",
    [
        Pushed("aliyun", aliyun_says("OK", BizId="B-1"), ALIYUN, "delivered", {"code": 0, "msg": "kept"}),
        Pushed("tencent", tencent_status("Ok"), TENCENT, "undelivered", {"result": 0, "errmsg": "OK"}),
    ],
    ids=["aliyun", "tencent"],
)
async def test_a_pushed_receipt_tells_its_delivery(start: Start, peers: Peers, tmp_path: Path, one: Pushed) -> None:
    notice = delivery(channel=Channel.SMS, address=NUMBER, body="【吉林省科技厅】一")
    with http_peer(one.says) as peer:
        urls = {f"JUQU_{one.provider.upper()}_URL": account(tmp_path, one.provider, peer.port)}
        async with start(JUQU_SMTP_URL="", JUQU_SMPP_URL="", JUQU_PUBLIC_URL="https://n.example/x", **urls) as running:
            path = (await path_of(running, one.provider)).removeprefix("/x")
            await running.request(notice)
            await running.until(notice.delivery_id, "accepted")
            wrong = await running.client.post(f"{path[:-1]}x", json=[one.told])
            assert wrong.status_code == 404
            torn = {
                **one.told,
                "biz_id": "\ud800",
                "out_id": "\x00",
                "sid": "\udfff",
                "err_msg": "\ud800",
                "mobile": "\x00",
            }
            for page in ([one.told], [None, torn, one.told]):
                kept = await running.client.post(path, content=json.dumps(page))
                assert (kept.status_code, kept.json()) == (200, one.answer)
            row = await running.until(notice.delivery_id, one.state)
            unreadable = await running.client.post(path, content=b"<html>")
            assert unreadable.status_code == 400
    assert [one["event"] for one in row["history"]].count("ReceiptReceived") == 1


async def test_a_pushed_receipt_with_our_id_settles_what_nobody_knew(
    start: Start, peers: Peers, tmp_path: Path
) -> None:
    """Aliyun takes it and breaks off; what it pushes later names our id of the attempt."""
    notice = delivery(channel=Channel.SMS, address=NUMBER, body="【吉林省科技厅】一")
    with http_peer(lambda _asked: Reply(500, b"")) as peer:
        url = account(tmp_path, "aliyun", peer.port)
        async with start(JUQU_SMTP_URL="", JUQU_SMPP_URL="", JUQU_ALIYUN_URL=url) as running:
            path = await path_of(running, "aliyun")
            await running.request(notice)
            row = await running.until(notice.delivery_id, "unknown")
            for ident in ("x.1", f"{notice.delivery_id}.2", row["out_id"]):
                kept = await running.client.post(path, json=[ALIYUN | {"out_id": ident}])
                assert kept.status_code == 200
            row = await running.until(notice.delivery_id, "delivered")
    told = [one["event"] for one in row["history"]]
    assert told[-5:] == [
        "AttemptUnknown",
        "DeliveryReconciled",
        "DeliveryAccepted",
        "ReceiptReceived",
        "DeliveryDelivered",
    ]


async def test_the_code_of_the_path_is_changed_and_both_are_valid(start: Start, peers: Peers, tmp_path: Path) -> None:
    url, paths = account(tmp_path, "tencent", 1), []
    for number in ("", "1", "2"):
        async with start(JUQU_TENCENT_URL=url, JUQU_PUSH_CODE=number) as running:
            paths.append(await path_of(running, "tencent"))
            answers = [(await running.client.post(path, json=[])).status_code for path in paths]
    assert len(set(paths)) == 3
    assert answers == [404, 200, 200]


@pytest.mark.parametrize("number", ["-1", "x", "1.5", "٣", "9" * 9])
def test_a_wrong_number_of_a_code_is_named(number: str) -> None:
    with pytest.raises(SettingError, match="JUQU_PUSH_CODE"):
        read_notify_settings({"JUQU_PUSH_CODE": number})


async def test_only_an_operator_sees_where_a_provider_pushes(start: Start, peers: Peers, tmp_path: Path) -> None:
    async with start(JUQU_TENCENT_URL=account(tmp_path, "tencent", 1)) as running:
        shown = await running.client.get("/providers", headers=running.headers("province", Role.PROVINCE))
        assert {each["receipts_at"] for each in shown.json()} == {""}
        assert (await path_of(running, "smpp")) == ""
        assert (await path_of(running, "tencent")).startswith("/receipts/tencent/")
        nobody = await running.client.post(f"/receipts/aliyun/{'0' * 32}", json=[])
        assert nobody.status_code == 404
