"""Which telephone numbers, email addresses and webhooks may be sent to, and how they are then written.

Email addresses and numbers follow the programme's own rules, as in forms and contacts; DNS is not asked. Mobiles of
other regions need a route. Reserved example domains and the fictitious numbers ``0000-NNNNNNN`` are for where test
addresses are allowed (the demonstration). A refusal never repeats the address: it is kept in the log.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

import phonenumbers

from services.notify.channels.public_address import is_public
from shared.contracts.notify import Channel
from shared.programme.values.email_address import EmailAddress, EmailError
from shared.programme.values.telephone import PhoneError, Telephone, clean_phone
from shared.service.settings import SettingError, read_switch

_URL = re.compile(r"[!-~]{9,500}")
_MOBILE = {phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE}


class Unusable(ValueError):
    """An address that is not sent to, and why, in English and in Chinese."""

    def __init__(self, message: str, message_zh: str) -> None:
        super().__init__(message)
        self.message_zh = message_zh


@dataclass(frozen=True, slots=True)
class AddressRules:
    """Which addresses may be sent to. ``test_addresses`` allows fictitious and local ones too; ``regions`` (ISO 3166)
    have a route for short messages, besides the mainland."""

    test_addresses: bool = False
    regions: frozenset[str] = frozenset()

    def check(self, channel: Channel, text: str) -> str:
        """The address as it is sent to; raises ``Unusable``."""
        match channel:
            case Channel.MAIL:
                return self.email(text)
            case Channel.SMS:
                return self.phone(text)
            case Channel.WEBHOOK:
                return self.webhook(text)

    def email(self, text: str) -> str:
        """An email address as it is written, half-width and without blanks around it; raises ``Unusable``."""
        try:
            address = EmailAddress.parse(text)
        except EmailError as error:
            raise Unusable(error.message_en, error.message_zh) from None
        if address.is_reserved and not self.test_addresses:
            raise Unusable("it is of a domain that is reserved for examples", "该域名仅供示例使用")
        return str(address)

    def callable(self, text: str) -> str:
        """A number to be called by: a mobile in E.164, any other as it is written. Raises ``Unusable``."""
        number = _number(text)
        return self.phone(text) if number.is_fictitious else number.mobile or clean_phone(text)

    def phone(self, text: str) -> str:
        """A mobile number in E.164, however it is written. Raises ``Unusable``."""
        number = _number(text)
        if number.is_fictitious:
            if self.test_addresses:
                return number.digits
            raise Unusable("it is a fictitious number", "该号码为虚构号码")
        if number.is_abroad:
            return self._abroad(number)
        if not number.mobile:
            raise _no_mobile()
        return number.mobile

    def _abroad(self, number: Telephone) -> str:
        mobile = phonenumbers.parse(number.digits)
        region = phonenumbers.region_code_for_number(mobile)
        if not phonenumbers.is_valid_number(mobile):
            raise Unusable("it is no telephone number that exists", "该电话号码不存在")
        if region not in self.regions:
            raise Unusable(
                "it is not a mainland number, and no route to its region is set", "非大陆号码，且未开通该地区"
            )
        if phonenumbers.number_type(mobile) not in _MOBILE:
            raise _no_mobile()
        return phonenumbers.format_number(mobile, phonenumbers.PhoneNumberFormat.E164)

    def webhook(self, text: str) -> str:
        """The URL of another system's endpoint, of https and without a password. Raises ``Unusable``. What its name
        resolves to is checked before each message."""
        try:
            parts = urlsplit(text)
            host = parts.hostname or ""
            bad = parts.username is not None or parts.fragment or parts.port == 0 or not self._may(parts)
        except ValueError:
            raise Unusable("it is no URL", "不是有效的网址") from None
        if bad or not host or not _URL.fullmatch(text):
            raise Unusable("it is no URL of https without a password", "应为不含密码的https网址")
        try:
            address = ipaddress.ip_address(host)
        except ValueError:
            local = "." not in host or host.endswith((".local", ".internal", ".localhost"))
        else:
            local = not is_public(address)
        if local and not self.test_addresses:
            raise Unusable("it is not an address of the Internet", "不是互联网地址")
        return text

    def _may(self, parts: SplitResult) -> bool:
        return parts.scheme == "https" or (self.test_addresses and parts.scheme == "http")


def _no_mobile() -> Unusable:
    return Unusable("it is not a mobile number, which short messages need", "短信只能发送至手机号码")


def _number(text: str) -> Telephone:
    try:
        return Telephone.parse(text)
    except PhoneError as error:
        raise Unusable(error.message_en, error.message_zh) from None


def read_address_rules(environment: Mapping[str, str]) -> AddressRules:
    """The rules of ``JUQU_TEST_ADDRESSES`` and ``JUQU_SMS_REGIONS`` (``HK,MO``); raises ``SettingError``."""
    regions = frozenset(
        region.strip().upper() for region in environment.get("JUQU_SMS_REGIONS", "").split(",") if region.strip()
    )
    unknown = sorted(regions - phonenumbers.SUPPORTED_REGIONS)
    if unknown:
        raise SettingError(f"JUQU_SMS_REGIONS takes regions as HK,MO: not {', '.join(unknown)}")
    return AddressRules(read_switch(environment, "JUQU_TEST_ADDRESSES"), regions)
