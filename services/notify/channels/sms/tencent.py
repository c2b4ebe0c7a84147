"""SMS by Tencent Cloud (SendSms of 2021-01-11), through its SDK with every retry off.

``SessionContext`` is our id of the attempt. PullSmsSendStatusByPhoneNumber gives the states of a number's messages for
seven days; an attempt of unknown outcome is looked up there by that id. It lists only what an operator has reported on,
so nothing follows from what is missing.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import httpx
from tencentcloud.common.credential import Credential
from tencentcloud.common.exception import TencentCloudSDKException
from tencentcloud.common.profile.client_profile import ClientProfile
from tencentcloud.common.profile.http_profile import HttpProfile
from tencentcloud.common.retry_async import NoopRetryer
from tencentcloud.sms.v20210111.models import PullSmsSendStatusByPhoneNumberRequest, SendSmsRequest
from tencentcloud.sms.v20210111.sms_client_async import SmsClient

from services.notify.channels.outcome import NotSent, Result, Submitted, Unclear
from services.notify.channels.sms.account import Fate, SmsTemplate, by_its_words, meaning, settled
from services.notify.channels.sms.by_request import ByRequest
from shared.contracts.notify import DeliveryRequested

REGION = "ap-guangzhou"
DAYS_KEPT = timedelta(days=7)

FATES: dict[str, Fate] = {
    "FailedOperation.InsufficientBalanceInSmsPackage": Fate.OURS,
    "FailedOperation.SignatureIncorrectOrUnapproved": Fate.OURS,
    "FailedOperation.MissingSignature": Fate.OURS,
    "FailedOperation.NotEnterpriseCertification": Fate.OURS,
    "FailedOperation.ProhibitSubAccountUse": Fate.OURS,
    "FailedOperation.QualificationIdNotApproved": Fate.OURS,
    "FailedOperation.SignIdNotExist": Fate.OURS,
    "FailedOperation.TemplateIncorrectOrUnapproved": Fate.LATER,
    "FailedOperation.TemplateUnapprovedOrNotExist": Fate.LATER,
    "FailedOperation.TemplateIdNotExist": Fate.LATER,
    "FailedOperation.TemplateParamSetNotMatchApprovedTemplate": Fate.LATER,
    "FailedOperation.MarketingSendTimeConstraint": Fate.LATER,
    "FailedOperation.ContainSensitiveWord": Fate.NEVER,
    "FailedOperation.PhoneNumberInBlacklist": Fate.NEVER,
    "FailedOperation.PhoneNumberParseFail": Fate.NEVER,
    "FailedOperation.FailResolvePacket": Fate.LATER,
    "FailedOperation.JsonParseFail": Fate.LATER,
    "FailedOperation.ParametersOtherError": Fate.LATER,
    "FailedOperation.OtherError": Fate.UNCLEAR,
    "FailedOperation": Fate.UNCLEAR,
    "InvalidParameterValue.IncorrectPhoneNumber": Fate.NEVER,
    "InvalidParameterValue.ContentLengthLimit": Fate.NEVER,
    "InvalidParameterValue.ProhibitedUseUrlInTemplateParameter": Fate.NEVER,
    "InvalidParameterValue.TemplateParameterFormatError": Fate.NEVER,
    "InvalidParameterValue.TemplateParameterLengthLimit": Fate.NEVER,
    "InvalidParameter.DirtyWordFound": Fate.NEVER,
    "InvalidParameterValue.SdkAppIdNotExist": Fate.OURS,
    "InternalError.RequestTimeException": Fate.OURS,
    "InternalError.RestApiInterfaceNotExist": Fate.OURS,
    "InternalError.JsonParseFail": Fate.LATER,
    "InvalidParameter.AppidAndBizId": Fate.OURS,
    "InvalidParameterValue.SignNameLengthTooLong": Fate.OURS,
    "InvalidParameterValue.QualificationIdNotFound": Fate.OURS,
    "FailedOperation.MissingSignatureList": Fate.OURS,
    "FailedOperation.MissingSignatureToModify": Fate.OURS,
    "InternalError.SigFieldMissing": Fate.OURS,
    "InternalError.SigVerificationFail": Fate.OURS,
    "LimitExceeded.AppCountryOrRegionInBlacklist": Fate.OURS,
    "LimitExceeded": Fate.LATER,
    "InvalidParameterValue": Fate.LATER,
    "InvalidParameter": Fate.LATER,
    "MissingParameter": Fate.LATER,
    "UnsupportedOperation": Fate.LATER,
    "RequestLimitExceeded": Fate.LATER,
    "UnauthorizedOperation": Fate.OURS,
    "AuthFailure": Fate.OURS,
    "IpNotInWhitelist": Fate.OURS,
    "IpInBlacklist": Fate.OURS,
    "InvalidAction": Fate.OURS,
    "NoSuchProduct": Fate.OURS,
    "NoSuchVersion": Fate.OURS,
    "UnsupportedProtocol": Fate.OURS,
    "UnsupportedRegion": Fate.OURS,
    "InternalError": Fate.UNCLEAR,
}
"""From the provider's tables of error codes (cloud.tencent.com/document/product/382/59177, and the SDK's
``errorcodes``); a code that is not listed is judged by what precedes its first dot. What concerns one template is left
to another provider and not held against the account. A code in neither form is judged by the words in it, else it says
nothing."""


def fate(code: str) -> Fate:
    """What an error code means."""
    return FATES.get(code) or by_its_words(code) or FATES.get(code.partition(".")[0], Fate.UNCLEAR)


@dataclass(slots=True)
class TencentTransport(ByRequest):
    """An account with Tencent Cloud."""

    name: str = "tencent"

    def client(self) -> SmsClient:
        """The SDK's client; it must be closed."""
        account = self.account
        http = HttpProfile(
            protocol="http" if account.plain else "https", endpoint=account.endpoint, reqTimeout=self.answer
        )
        profile = ClientProfile(httpProfile=http, retryer=NoopRetryer())
        return SmsClient(Credential(account.key, account.secret), account.region or REGION, profile)

    async def submit(
        self, notice: DeliveryRequested, template: SmsTemplate, variables: Mapping[str, str], out_id: str
    ) -> Result:
        """One SendSms."""
        request = SendSmsRequest()
        request.PhoneNumberSet = [notice.address]
        request.SmsSdkAppId, request.SignName, request.TemplateId = self.account.app, self.account.sign, template.ident
        request.TemplateParamSet = list(variables.values())
        request.SessionContext = out_id
        try:
            async with asyncio.timeout(self.answer), self.client() as client:
                response = await client.SendSms(request)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            return NotSent("connection", type(error).__name__)
        except (TimeoutError, httpx.HTTPError, ValueError, KeyError) as error:
            return Unclear(f"{type(error).__name__} during the request")
        except TencentCloudSDKException as error:
            return meaning(fate(error.code or ""), error.code or "", str(error.message), notice.address)
        if not response.SendStatusSet:
            return Unclear(f"an answer without a status, request {response.RequestId}")
        status = response.SendStatusSet[0]
        if status.Code == "Ok":
            return Submitted((status.SerialNo or out_id,), f"Ok {response.RequestId or ''}".strip())
        return meaning(fate(status.Code or ""), status.Code or "", status.Message or "", notice.address)

    async def query(self, out_id: str, references: tuple[str, ...], address: str, sent_on: datetime) -> Result | None:
        """``Submitted`` where an operator reported on a message to that number under our id (or the provider's). The
        report is kept as a receipt."""
        request = PullSmsSendStatusByPhoneNumberRequest()
        earliest = datetime.now(UTC) - DAYS_KEPT + timedelta(minutes=1)
        request.BeginTime = int(max(sent_on - timedelta(minutes=5), earliest).timestamp())
        request.Offset, request.Limit = 0, 100
        request.PhoneNumber, request.SmsSdkAppId = address, self.account.app
        try:
            async with asyncio.timeout(self.answer), self.client() as client:
                response = await client.PullSmsSendStatusByPhoneNumber(request)
        except (TimeoutError, TencentCloudSDKException, httpx.HTTPError, ValueError, KeyError):
            return None
        for report in response.PullSmsSendStatusSet or []:
            if report.SessionContext == out_id or report.SerialNo in references:
                text = f"PullSmsSendStatusByPhoneNumber: {report.ReportStatus} {report.Description or ''}".strip()
                reference = report.SerialNo or out_id
                await self.on_receipt(settled(reference, report.ReportStatus == "SUCCESS", text, self.name, address))
                return Submitted((reference,), f"PullSmsSendStatusByPhoneNumber: {report.ReportStatus}")
        return None
