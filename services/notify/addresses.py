"""Which telephone numbers, email addresses and webhooks are sent to, and how they are written then.

Email addresses by RFC 5321 and 6531 without a look at DNS; numbers of mainland mobiles, and of other regions where a
route to them is set, in E.164. Reserved example domains and the fictitious numbers ``0000-NNNNNNN`` only where test
addresses are allowed (the demonstration). What is said of an address never repeats it: it is kept in the log.
"""

from __future__ import annotations

import ipaddress
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

import phonenumbers
from email_validator import EmailNotValidError, validate_email

from services.notify.channels.webhook import is_public
from shared.contracts.notify import Channel
from shared.service.settings import SettingError

MAINLAND = "CN"
_RESERVED = re.compile(r"@(?:[a-z0-9-]+\.)*(?:invalid|test|example|example\.(?:com|net|org))$", re.IGNORECASE)
_FICTITIOUS_MAIL = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]{0,63}@(?:[a-z0-9-]{1,63}\.)*[a-z]{2,63}", re.IGNORECASE)
_FICTITIOUS_PHONE = re.compile(r"0000-?([0-9]{7})")
_SPELLED = re.compile(r"\+?[0-9() .-]{5,30}")
_URL = re.compile(r"[!-~]{9,500}")
_MOBILE = {phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE}


class Unusable(ValueError):
    """An address that is not sent to, and why."""


@dataclass(frozen=True, slots=True)
class Gate:
    """Lets addresses through that may be sent to; ``test_addresses`` also lets fictitious and local ones through.
    ``regions`` are those (ISO 3166) that short messages have a route to, besides the mainland."""

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
        """An email address in its normal form; raises ``Unusable``."""
        if _RESERVED.search(text):
            if self.test_addresses and _FICTITIOUS_MAIL.fullmatch(text):
                return text
            raise Unusable("it is of a domain that is reserved for examples")
        try:
            return validate_email(text, check_deliverability=False, allow_smtputf8=False).normalized
        except EmailNotValidError:
            raise Unusable("it is no email address") from None

    def phone(self, text: str) -> str:
        """A mobile number in E.164; full-width digits are read. Raises ``Unusable``."""
        plain = unicodedata.normalize("NFKC", text).strip()
        fictitious = _FICTITIOUS_PHONE.fullmatch(plain)
        if fictitious:
            if self.test_addresses:
                return f"0000{fictitious[1]}"
            raise Unusable("it is a fictitious number")
        if not _SPELLED.fullmatch(plain):
            raise Unusable("it is no telephone number")
        try:
            number = phonenumbers.parse(plain, MAINLAND)
        except phonenumbers.NumberParseException:
            raise Unusable("it is no telephone number") from None
        if not phonenumbers.is_valid_number(number) or number.extension:
            raise Unusable("it is no telephone number that exists")
        region = phonenumbers.region_code_for_number(number)
        if region != MAINLAND and region not in self.regions:
            raise Unusable("it is not a mainland number, and no route to its region is set")
        if phonenumbers.number_type(number) not in _MOBILE:
            raise Unusable("it is not a mobile number, which short messages need")
        return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)

    def webhook(self, text: str) -> str:
        """The URL of another system's endpoint, of https and without a password. Raises ``Unusable``. Where its name
        leads is looked at before each message."""
        try:
            parts = urlsplit(text)
            host = parts.hostname or ""
            bad = parts.username is not None or parts.fragment or parts.port == 0 or not self._may(parts)
        except ValueError:
            raise Unusable("it is no URL") from None
        if bad or not host or not _URL.fullmatch(text):
            raise Unusable("it is no URL of https without a password")
        try:
            address = ipaddress.ip_address(host)
        except ValueError:
            local = "." not in host or host.endswith((".local", ".internal", ".localhost"))
        else:
            local = not is_public(address)
        if local and not self.test_addresses:
            raise Unusable("it is not an address of the Internet")
        return text

    def _may(self, parts: SplitResult) -> bool:
        return parts.scheme == "https" or (self.test_addresses and parts.scheme == "http")


def read_gate(environment: Mapping[str, str]) -> Gate:
    """The gate of ``JUQU_TEST_ADDRESSES`` and ``JUQU_SMS_REGIONS`` (``HK,MO``); raises ``SettingError``."""
    regions = frozenset(
        each.strip().upper() for each in environment.get("JUQU_SMS_REGIONS", "").split(",") if each.strip()
    )
    unknown = sorted(regions - phonenumbers.SUPPORTED_REGIONS)
    if unknown:
        raise SettingError(f"JUQU_SMS_REGIONS takes regions as HK,MO: not {', '.join(unknown)}")
    return Gate(environment.get("JUQU_TEST_ADDRESSES", "") == "1", regions)
