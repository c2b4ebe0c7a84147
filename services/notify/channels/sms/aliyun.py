"""SMS by Aliyun (SendSms of dysmsapi 2017-05-25), through its SDK with every retry off.

``OutId`` is our id of the attempt. QuerySendDetails lists a number's messages of a day; an attempt of unknown outcome
is looked up there by that id. What is missing may only not be there yet, so nothing follows from that.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from types import SimpleNamespace

import aiohttp
from alibabacloud_dysmsapi20170525.client import Client
from alibabacloud_dysmsapi20170525.models import (
    QuerySendDetailsRequest,
    QuerySendDetailsResponseBodySmsSendDetailDTOsSmsSendDetailDTO,
    SendSmsRequest,
)
from alibabacloud_tea_openapi.exceptions import AlibabaCloudException
from alibabacloud_tea_openapi.models import Config
from darabonba import core
from darabonba.exceptions import UnretryableException
from darabonba.runtime import RuntimeOptions

from services.notify.channels.outcome import NotSent, Result, Submitted, Unclear
from services.notify.channels.sms.account import Fate, SmsTemplate, by_its_words, meaning, settled
from services.notify.channels.sms.by_request import ByRequest
from shared.contracts.core import CST
from shared.contracts.notify import DeliveryRequested

CONNECT = 5.0
PAGE = 50
PAGES_MOST = 10

FATES: dict[str, Fate] = {
    "isv.OUT_OF_SERVICE": Fate.OURS,
    "isv.AMOUNT_NOT_ENOUGH": Fate.OURS,
    "isv.PRODUCT_UN_SUBSCRIPT": Fate.OURS,
    "isv.PRODUCT_UNSUBSCRIBE": Fate.OURS,
    "isv.ACCOUNT_NOT_EXISTS": Fate.OURS,
    "isv.ACCOUNT_ABNORMAL": Fate.OURS,
    "isv.SMS_SIGNATURE_ILLEGAL": Fate.OURS,
    "isv.SMS_SIGN_ILLEGAL": Fate.OURS,
    "isv.SIGN_STATE_ILLEGAL": Fate.OURS,
    "isv.SMS_SIGNATURE_SCENE_ILLEGAL": Fate.OURS,
    "isv.DENY_IP_RANGE": Fate.OURS,
    "isv.DAY_LIMIT_CONTROL": Fate.LATER,
    "isv.MONTH_LIMIT_CONTROL": Fate.OURS,
    "isv.SMS_TEMPLATE_ILLEGAL": Fate.LATER,
    "isv.TEMPLATE_MISSING_PARAMETERS": Fate.LATER,
    "isv.TEMPLATE_PARAMS_ILLEGAL": Fate.LATER,
    "isv.INVALID_JSON_PARAM": Fate.LATER,
    "isv.BUSINESS_LIMIT_CONTROL": Fate.LATER,
    "isv.MOBILE_NUMBER_ILLEGAL": Fate.NEVER,
    "isv.MOBILE_COUNT_OVER_LIMIT": Fate.NEVER,
    "isv.BLACK_KEY_CONTROL_LIMIT": Fate.NEVER,
    "isv.CUSTOMER_REFUSED": Fate.NEVER,
    "isv.EXTEND_CODE_ERROR": Fate.OURS,
    "isv.SMS_TEST_NUMBER_LIMIT": Fate.OURS,
    "isv.SMS_TEST_SIGN_TEMPLATE_LIMIT": Fate.OURS,
    "isv.PARAM_LENGTH_LIMIT": Fate.NEVER,
    "isv.PARAM_NOT_SUPPORT_URL": Fate.NEVER,
    "isv.SMS_CONTENT_ILLEGAL": Fate.NEVER,
    "isp.RAM_PERMISSION_DENY": Fate.OURS,
    "isv.RAM_PERMISSION_DENY": Fate.OURS,
    "isp.SYSTEM_ERROR": Fate.UNCLEAR,
    "InvalidAccessKeyId": Fate.OURS,
    "SignatureDoesNotMatch": Fate.OURS,
    "IncompleteSignature": Fate.OURS,
    "InvalidTimeStamp": Fate.OURS,
    "InvalidSecurityToken": Fate.OURS,
    "InvalidProduct": Fate.OURS,
    "InvalidApi": Fate.OURS,
    "InvalidAction": Fate.OURS,
    "InvalidVersion": Fate.OURS,
    "InvalidProtocol": Fate.OURS,
    "AccountNotSupport": Fate.OURS,
    "Forbidden": Fate.OURS,
    "NoPermission": Fate.OURS,
    "SignatureNonceUsed": Fate.UNCLEAR,
    "Throttling": Fate.LATER,
    "ServiceUnavailable": Fate.UNCLEAR,
    "InternalError": Fate.UNCLEAR,
}
"""From the provider's tables "API error codes" (help.aliyun.com/document_detail/101346.html) and "common errors". What
concerns one template is left to another provider and not held against the account. A code that is not listed is judged
by what precedes its first dot, else by the words in it. Of the rest, those that blame the caller (``isv.``, HTTP 4xx)
mean that the message was not taken; all others say nothing."""


def fate(code: str, *, blames_us: bool) -> Fate:
    """What an error code means; ``blames_us``: the answer was one of HTTP 4xx."""
    listed = FATES.get(code) or FATES.get(code.partition(".")[0])
    if listed is not None:
        return listed
    if not (blames_us or code.startswith("isv.")):
        return Fate.UNCLEAR
    return by_its_words(code) or Fate.LATER


class Redirected(aiohttp.ClientError):
    """The provider points elsewhere. A message goes to nobody but the provider."""


async def _refuse_redirects(
    request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType
) -> aiohttp.ClientResponse:
    answer = await handler(request)
    if 300 <= answer.status < 400:
        raise Redirected(f"HTTP {answer.status}")
    return answer


core.aiohttp = SimpleNamespace(
    TCPConnector=aiohttp.TCPConnector,
    ClientTimeout=aiohttp.ClientTimeout,
    ClientSession=partial(aiohttp.ClientSession, middlewares=(_refuse_redirects,)),
)
"""The SDK makes its own sessions, and they follow redirects. Only here can it be told not to."""


@dataclass(slots=True)
class AliyunTransport(ByRequest):
    """An account with Aliyun."""

    name: str = "aliyun"

    def client(self) -> Client:
        """The SDK's client."""
        account = self.account
        config = Config(
            access_key_id=account.key,
            access_key_secret=account.secret,
            endpoint=account.endpoint,
            protocol="HTTP" if account.plain else "HTTPS",
            connect_timeout=int(CONNECT * 1000),
            read_timeout=int(self.answer * 1000),
        )
        return Client(config)

    async def submit(
        self, notice: DeliveryRequested, template: SmsTemplate, variables: Mapping[str, str], out_id: str
    ) -> Result:
        """One SendSms."""
        request = SendSmsRequest(
            phone_numbers=_number(notice.address),
            sign_name=self.account.sign,
            template_code=template.ident,
            template_param=json.dumps(variables, ensure_ascii=False),
            out_id=out_id,
        )
        try:
            async with asyncio.timeout(self.answer):
                response = await self.client().send_sms_with_options_async(request, RuntimeOptions(autoretry=False))
        except TimeoutError:
            return Unclear(f"no answer within {self.answer:.0f} s")
        except AlibabaCloudException as error:
            blames_us = 400 <= (error.status_code or 0) < 500
            code = error.code or ""
            return meaning(fate(code, blames_us=blames_us), code, error.message or "", notice.address)
        except UnretryableException as error:
            return _transport_trouble(error)
        code = response.body.code or ""
        if code == "OK":
            return Submitted((response.body.biz_id or out_id,), f"OK {response.body.request_id or ''}".strip())
        return meaning(fate(code, blames_us=False), code, response.body.message or "", notice.address)

    async def query(self, out_id: str, references: tuple[str, ...], address: str, sent_on: datetime) -> Result | None:
        """``Submitted`` where the number's messages of that day (in China) have one under our id. Its final state is
        kept as a receipt."""
        client, page = self.client(), 1
        try:
            async with asyncio.timeout(3 * self.answer):
                while page <= PAGES_MOST:
                    details = await self._details(client, references, address, sent_on, page)
                    for detail in details:
                        if detail.out_id == out_id:
                            return await self._kept(detail, references or (out_id,), address)
                    if len(details) < PAGE:
                        return None
                    page += 1
        except (TimeoutError, AlibabaCloudException, UnretryableException, ValueError):
            return None
        return None

    async def _details(
        self, client: Client, references: tuple[str, ...], address: str, sent_on: datetime, page: int
    ) -> list[QuerySendDetailsResponseBodySmsSendDetailDTOsSmsSendDetailDTO]:
        request = QuerySendDetailsRequest(
            biz_id=references[0] if references else None,
            phone_number=_number(address),
            send_date=sent_on.astimezone(CST).strftime("%Y%m%d"),
            page_size=PAGE,
            current_page=page,
        )
        answer = (await client.query_send_details_with_options_async(request, RuntimeOptions(autoretry=False))).body
        if answer.code != "OK":
            raise ValueError(answer.code)
        details = answer.sms_send_detail_dtos
        return list(details.sms_send_detail_dto or []) if details else []

    async def _kept(
        self,
        detail: QuerySendDetailsResponseBodySmsSendDetailDTOsSmsSendDetailDTO,
        references: tuple[str, ...],
        address: str,
    ) -> Submitted:
        text = f"QuerySendDetails: SendStatus {detail.send_status} {detail.err_code or ''}".strip()
        if detail.send_status in {2, 3}:
            await self.on_receipt(settled(references[0], detail.send_status == 3, text, self.name, address))
        return Submitted(references, text)


def _number(address: str) -> str:
    """A mainland number without its country code, another with it and without the plus."""
    return address.removeprefix("+86").removeprefix("+")


def _transport_trouble(error: UnretryableException) -> Result:
    """Whether a request that failed beneath HTTP may have arrived: not if there never was a connection."""
    cause: BaseException | None = error.inner_exception
    while cause is not None:
        if isinstance(cause, aiohttp.ClientConnectorError | aiohttp.ConnectionTimeoutError):
            return NotSent("connection", type(cause).__name__)
        cause = cause.__cause__ or cause.__context__
    return Unclear(f"{type(error.inner_exception).__name__} during the request")
