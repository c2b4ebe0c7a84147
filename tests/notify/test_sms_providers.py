"""Aliyun and Tencent through their own SDKs, against a local server that speaks their form and checks the signature."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from services.notify.channels.outcome import NotSent, Reconciling, Result, Submitted, TurnedDown, Unclear
from services.notify.channels.sms import aliyun, tencent
from services.notify.channels.sms.account import Fate, SmsAccount, SmsTemplate, read_account
from services.notify.channels.sms.aliyun import AliyunTransport
from services.notify.channels.sms.tencent import TencentTransport
from shared.contracts.notify import Channel
from tests.notify.kept import Kept
from tests.notify.messages import delivery
from tests.notify.peers.http_peer import Asked, HttpPeer, Reply, http_peer, reply

KEY, SECRET = "test-key", "test-secret"
NUMBER = "+8613800138000"
SMS = delivery(
    channel=Channel.SMS,
    address=NUMBER,
    body="【吉林省科技厅】九台：请于6月15日前补正。",
    variables=json.dumps({"last_day": "6月15日", "district": "九台"}, ensure_ascii=False),
)
ON = datetime(2018, 6, 11, 17, 0, tzinfo=UTC)
Transport = AliyunTransport | TencentTransport


def account(port: int, secret: str = SECRET) -> SmsAccount:
    return SmsAccount(
        key=KEY,
        secret=secret,
        endpoint=f"127.0.0.1:{port}",
        sign="吉林省科技厅",
        templates={"correction-notice": SmsTemplate("SMS_1", ("district", "last_day"))},
        app="1400000000",
        plain=True,
    )


def signed_for_aliyun(asked: Asked) -> bool:
    """Whether the signature fits (ACS3-HMAC-SHA256, "V3 request body and signature method")."""
    kind, _, rest = asked.headers["authorization"].partition(" ")
    given = dict(part.split("=", 1) for part in rest.split(","))
    names = given["SignedHeaders"].split(";")
    query = "&".join(f"{quote(k, safe='-_.~')}={quote(v, safe='-_.~')}" for k, v in sorted(asked.query.items()))
    headers = "".join(f"{name}:{asked.headers[name].strip()}\n" for name in names)
    body = hashlib.sha256(asked.body).hexdigest()
    canonical = f"{asked.method}\n{asked.path}\n{query}\n{headers}\n{';'.join(names)}\n{body}"
    text = f"{kind}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    expected = hmac.new(SECRET.encode(), text.encode(), hashlib.sha256).hexdigest()
    return {"host", "x-acs-date", "x-acs-content-sha256"} <= set(names) and given["Signature"] == expected


def signed_for_tencent(asked: Asked) -> bool:
    """Whether the signature fits (TC3-HMAC-SHA256, "signature method v3")."""
    _, _, rest = asked.headers["authorization"].partition(" ")
    given = dict(part.strip().split("=", 1) for part in rest.split(","))
    at = datetime.fromtimestamp(int(asked.headers["x-tc-timestamp"]), UTC)
    scope = f"{at:%Y-%m-%d}/sms/tc3_request"
    headers = f"content-type:{asked.headers['content-type']}\nhost:{asked.headers['host']}\n"
    body = hashlib.sha256(asked.body).hexdigest()
    canonical = f"{asked.method}\n{asked.path}\n\n{headers}\ncontent-type;host\n{body}"
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    text = f"TC3-HMAC-SHA256\n{asked.headers['x-tc-timestamp']}\n{scope}\n{digest}"
    key = f"TC3{SECRET}".encode()
    for part in scope.split("/"):
        key = hmac.digest(key, part.encode(), "sha256")
    expected = hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
    return given["Credential"] == f"{KEY}/{scope}" and given["Signature"] == expected


def aliyun_says(code: str, message: str = "", **more: Any) -> Callable[[Asked], Reply]:
    def answer(asked: Asked) -> Reply:
        if not signed_for_aliyun(asked):
            return reply({"Code": "SignatureDoesNotMatch", "Message": "no", "RequestId": "R"}, 400)
        return reply({"Code": code, "Message": message, "RequestId": "R", **more})

    return answer


def tencent_says(**response: Any) -> Callable[[Asked], Reply]:
    def answer(asked: Asked) -> Reply:
        if not signed_for_tencent(asked):
            error = {"Code": "AuthFailure.SignatureFailure", "Message": "no"}
            return reply({"Response": {"Error": error, "RequestId": "R"}})
        return reply({"Response": {"RequestId": "R", **response}})

    return answer


def tencent_status(code: str, message: str = "") -> Callable[[Asked], Reply]:
    return tencent_says(SendStatusSet=[{"SerialNo": "T-1", "PhoneNumber": NUMBER, "Code": code, "Message": message}])


async def send(transport: Transport) -> Result:
    return await (await transport.open()).send(SMS, "out-1")


async def test_aliyun_is_asked_once_with_our_id_and_a_signature() -> None:
    with http_peer(aliyun_says("OK", BizId="B-1")) as peer:
        assert await send(AliyunTransport(account(peer.port), Kept())) == Submitted(("B-1",), "OK R")
    (asked,) = peer.asked
    assert asked.query == {
        "OutId": "out-1",
        "PhoneNumbers": "13800138000",
        "SignName": "吉林省科技厅",
        "TemplateCode": "SMS_1",
        "TemplateParam": '{"district": "九台", "last_day": "6月15日"}',
    }


async def test_tencent_is_asked_once_with_our_id_and_a_signature() -> None:
    with http_peer(tencent_status("Ok")) as peer:
        assert await send(TencentTransport(account(peer.port), Kept())) == Submitted(("T-1",), "Ok R")
    (asked,) = peer.asked
    assert json.loads(asked.body) == {
        "PhoneNumberSet": [NUMBER],
        "SmsSdkAppId": "1400000000",
        "TemplateId": "SMS_1",
        "SignName": "吉林省科技厅",
        "TemplateParamSet": ["九台", "6月15日"],
        "SessionContext": "out-1",
    }


async def test_a_wrong_secret_is_our_account() -> None:
    with http_peer(aliyun_says("OK")) as peer:
        result = await send(AliyunTransport(account(peer.port, "wrong"), Kept()))
        assert result == NotSent("SignatureDoesNotMatch", result.reason, misconfigured=True)  # type: ignore[union-attr]
    with http_peer(tencent_status("Ok")) as peer:
        result = await send(TencentTransport(account(peer.port, "wrong"), Kept()))
        assert result == NotSent("AuthFailure.SignatureFailure", "no", misconfigured=True)


def fits(result: Result, fate: Fate) -> bool:
    match fate:
        case Fate.LATER:
            return isinstance(result, NotSent) and not result.misconfigured
        case Fate.OURS:
            return isinstance(result, NotSent) and result.misconfigured
        case Fate.NEVER:
            return isinstance(result, TurnedDown)
        case Fate.UNCLEAR:
            return isinstance(result, Unclear)


@pytest.mark.parametrize(
    ("code", "fate"),
    [
        ("isv.SMS_SIGNATURE_ILLEGAL", Fate.OURS),
        ("isv.OUT_OF_SERVICE", Fate.OURS),
        ("isv.AMOUNT_NOT_ENOUGH", Fate.OURS),
        ("isp.RAM_PERMISSION_DENY", Fate.OURS),
        ("isv.BUSINESS_LIMIT_CONTROL", Fate.LATER),
        ("isv.SMS_TEMPLATE_ILLEGAL", Fate.LATER),
        ("isv.SOMETHING_NEW", Fate.LATER),
        ("isv.MOBILE_NUMBER_ILLEGAL", Fate.NEVER),
        ("isv.BLACK_KEY_CONTROL_LIMIT", Fate.NEVER),
        ("isv.CUSTOMER_REFUSED", Fate.NEVER),
        ("isv.MOBILE_IN_BLACKLIST", Fate.NEVER),
        ("isv.USER_UNSUBSCRIBED", Fate.NEVER),
        ("isv.PRODUCT_UNSUBSCRIBE", Fate.OURS),
        ("isv.SMS_SIGN_ILLEGAL", Fate.OURS),
        ("isv.SMS_SIGNATURE_BLACKLIST", Fate.OURS),
        ("isv.SIGN_NAME_IN_BLACKLIST", Fate.OURS),
        ("isp.SYSTEM_ERROR", Fate.UNCLEAR),
        ("isp.SOMETHING_NEW", Fate.UNCLEAR),
        ("", Fate.UNCLEAR),
    ],
)
async def test_what_the_codes_of_aliyun_mean(code: str, fate: Fate) -> None:
    with http_peer(aliyun_says(code, f"of {NUMBER} and 13800138000")) as peer:
        result = await send(AliyunTransport(account(peer.port), Kept()))
    assert fits(result, fate)
    assert "13800138000" not in str(result)
    assert len(peer.asked) == 1


@pytest.mark.parametrize(
    ("code", "fate"),
    [
        ("FailedOperation.SignatureIncorrectOrUnapproved", Fate.OURS),
        ("FailedOperation.InsufficientBalanceInSmsPackage", Fate.OURS),
        ("UnauthorizedOperation.ServiceSuspendDueToArrears", Fate.OURS),
        ("UnauthorizedOperation.SmsSdkAppIdVerifyFail", Fate.OURS),
        ("LimitExceeded.PhoneNumberDailyLimit", Fate.LATER),
        ("LimitExceeded.DeliveryFrequencyLimit", Fate.LATER),
        ("FailedOperation.TemplateIncorrectOrUnapproved", Fate.LATER),
        ("FailedOperation.PhoneNumberInBlacklist", Fate.NEVER),
        ("FailedOperation.UserUnsubscribed", Fate.NEVER),
        ("FailedOperation.SignatureInBlacklist", Fate.OURS),
        ("InternalError.RequestTimeException", Fate.OURS),
        ("AuthFailure.SignatureExpire", Fate.OURS),
        ("UnauthorizedOperation.RequestIpNotInWhitelist", Fate.OURS),
        ("InvalidParameterValue.IncorrectPhoneNumber", Fate.NEVER),
        ("InvalidParameterValue.ContentLengthLimit", Fate.NEVER),
        ("InternalError.Timeout", Fate.UNCLEAR),
        ("InternalError.SendAndRecvFail", Fate.UNCLEAR),
        ("Something.New", Fate.UNCLEAR),
    ],
)
async def test_what_the_codes_of_tencent_mean(code: str, fate: Fate) -> None:
    with http_peer(tencent_status(code, f"of {NUMBER}")) as peer:
        result = await send(TencentTransport(account(peer.port), Kept()))
        assert fits(result, fate)
        assert "13800138000" not in str(result)
        peer.answer = tencent_says(Error={"Code": code, "Message": f"of {NUMBER}"})
        assert fits(await send(TencentTransport(account(peer.port), Kept())), fate)


@pytest.mark.parametrize(
    "code", ["InvalidTimeStamp.Expired", "InvalidTimeStamp.Format", "Forbidden.RAM", "IllegalTimestamp"]
)
async def test_a_wrong_clock_is_ours(code: str) -> None:
    with http_peer(lambda _asked: reply({"Code": code, "Message": "no", "RequestId": "R"}, 400)) as peer:
        assert fits(await send(AliyunTransport(account(peer.port), Kept())), Fate.OURS)


def test_no_code_that_says_nothing_is_taken_for_a_refusal() -> None:
    for fates in (aliyun.FATES, tencent.FATES):
        for code, fate in fates.items():
            if "SYSTEM" in code or code == "InternalError" or "OtherError" in code:
                assert fate is not Fate.NEVER


Make = Callable[..., Transport]


def _aliyun(its: SmsAccount, kept: Kept, answer: float = 20.0) -> Transport:
    return AliyunTransport(its, kept, answer=answer)


def _tencent(its: SmsAccount, kept: Kept, answer: float = 20.0) -> Transport:
    return TencentTransport(its, kept, answer=answer)


both = pytest.mark.parametrize("make", [_aliyun, _tencent])


@both
@pytest.mark.parametrize(
    "said",
    [Reply(drop=True), Reply(hold=True), Reply(503, b"busy", "text/plain"), Reply(200, b"<html>", "text/html")],
    ids=["drops", "never answers", "503", "no JSON"],
)
async def test_an_answer_that_says_nothing_is_unclear_and_nothing_is_repeated(make: Make, said: Reply) -> None:
    with http_peer(lambda _asked: said) as peer:
        transport = make(account(peer.port), Kept(), 1.5 if said.hold else 20.0)
        assert isinstance(await send(transport), Unclear)
        assert len(peer.asked) == 1


@both
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_no_redirect_is_followed(make: Make, status: int) -> None:
    """Nobody but the provider is given the message, the number and the signature."""
    with http_peer(lambda _asked: reply({"Code": "OK"})) as elsewhere:
        there = f"http://127.0.0.1:{elsewhere.port}/"
        with http_peer(lambda _asked: Reply(status, b"", location=there)) as peer:
            result = await send(make(account(peer.port), Kept()))
            assert len(peer.asked) == 1
        assert elsewhere.asked == []
    assert isinstance(result, Unclear)


@both
async def test_without_a_connection_nothing_was_sent(make: Make) -> None:
    result = await send(make(account(1), Kept()))
    assert isinstance(result, NotSent)
    assert result.code == "connection"


@both
async def test_a_notice_without_a_template_there_goes_elsewhere(make: Make) -> None:
    its = account(1)
    bare = SmsAccount(key=KEY, secret=SECRET, endpoint=its.endpoint, sign=its.sign, templates={}, plain=True)
    assert await send(make(bare, Kept())) == NotSent("template", "no template for 'correction-notice'")
    other = SmsTemplate("SMS_2", ("place",))
    more = SmsAccount(
        key=KEY, secret=SECRET, endpoint=its.endpoint, sign=its.sign, templates={SMS.sms_template: other}, plain=True
    )
    assert await send(make(more, Kept())) == NotSent("template", "SMS_2 takes place, which the notice has not")


def _details(peer: HttpPeer, *rows: dict[str, Any]) -> None:
    peer.answer = aliyun_says("OK", TotalCount=len(rows), SmsSendDetailDTOs={"SmsSendDetailDTO": list(rows)})


async def test_aliyun_is_asked_for_an_attempt_by_our_id() -> None:
    kept = Kept()
    with http_peer(aliyun_says("OK")) as peer:
        transport = AliyunTransport(account(peer.port), kept)
        assert isinstance(transport, Reconciling)
        _details(peer, {"OutId": "another", "SendStatus": 3})
        assert await transport.query("out-1", (), NUMBER, ON) is None
        _details(peer, {"OutId": "another", "SendStatus": 3}, {"OutId": "out-1", "SendStatus": 1})
        assert isinstance(await transport.query("out-1", (), NUMBER, ON), Submitted)
        assert kept.receipts == []
        _details(peer, {"OutId": "out-1", "SendStatus": 3, "ErrCode": "DELIVERED"})
        assert await transport.query("out-1", ("B-1",), NUMBER, ON) == Submitted(
            ("B-1",), "QuerySendDetails: SendStatus 3 DELIVERED"
        )
        _details(peer, {"OutId": "out-1", "SendStatus": 2, "ErrCode": "MOBILE_NOT_ON_SERVICE"})
        await transport.query("out-1", ("B-1",), NUMBER, ON)
        peer.answer = aliyun_says("isv.BUSINESS_LIMIT_CONTROL")
        assert await transport.query("out-1", (), NUMBER, ON) is None
    assert [(each.reference, each.state, each.provider) for each in kept.receipts] == [
        ("B-1", "DELIVRD", "aliyun"),
        ("B-1", "UNDELIV", "aliyun"),
    ]
    assert peer.asked[0].query["SendDate"] == "20180612"
    assert peer.asked[0].query["PhoneNumber"] == "13800138000"


async def test_tencent_is_asked_for_an_attempt_by_our_id() -> None:
    kept = Kept()
    with http_peer(tencent_says(PullSmsSendStatusSet=[])) as peer:
        transport = TencentTransport(account(peer.port), kept)
        assert isinstance(transport, Reconciling)
        assert await transport.query("out-1", (), NUMBER, ON) is None
        said = {"SessionContext": "out-1", "SerialNo": "T-1", "ReportStatus": "SUCCESS", "Description": "DELIVRD"}
        peer.answer = tencent_says(PullSmsSendStatusSet=[said])
        assert isinstance(await transport.query("out-1", (), NUMBER, ON), Submitted)
        assert await transport.query("another", (), NUMBER, ON) is None
    assert [(each.reference, each.state) for each in kept.receipts] == [("T-1", "DELIVRD")]


@both
async def test_a_query_that_is_not_answered_says_nothing(make: Make) -> None:
    transport = make(account(1), Kept())
    assert await transport.query("out-1", (), NUMBER, ON) is None


def test_an_account_is_read_from_a_setting(tmp_path: Path) -> None:
    file = tmp_path / "templates.json"
    file.write_text('{"correction-notice": {"id": "SMS_1", "variables": ["district"]}}')
    url = f"aliyun://key:s%2Fcret@dysmsapi.aliyuncs.com?sign=%E7%9C%81%E5%8E%85&templates={file}"
    found = read_account(url)
    assert (found.secret, found.endpoint, found.sign, found.plain) == ("s/cret", "dysmsapi.aliyuncs.com", "省厅", False)
    assert found.templates["correction-notice"] == SmsTemplate("SMS_1", ("district",))
    for wrong in ("aliyun://dysmsapi.aliyuncs.com?sign=x", url.replace("sign", "sing"), f"{url}.not"):
        with pytest.raises(ValueError, match=r"needed|missing|cannot be read") as raised:
            read_account(wrong)
        assert "s%2F" not in str(raised.value)
