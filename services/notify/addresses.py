"""Which telephone numbers and email addresses are sent to, and how they are written then.

Email addresses by RFC 5321 and 6531 without a look at DNS; numbers of mainland mobiles only, in E.164. Reserved example
domains and the fictitious numbers ``0000-NNNNNNN`` only where test addresses are allowed (the demonstration).
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

import phonenumbers
from email_validator import EmailNotValidError, validate_email

from shared.contracts.notify import Channel

_RESERVED = re.compile(r"@(?:[a-z0-9-]+\.)*(?:invalid|test|example|example\.(?:com|net|org))$", re.IGNORECASE)
_FICTITIOUS_MAIL = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]{0,63}@(?:[a-z0-9-]{1,63}\.)*[a-z]{2,63}", re.IGNORECASE)
_FICTITIOUS_PHONE = re.compile(r"0000-?(\d{7})")
_SPELLED = re.compile(r"\+?[\d() .-]{5,30}")


class Unusable(ValueError):
    """An address that is not sent to, and why."""


@dataclass(frozen=True, slots=True)
class Gate:
    """Lets addresses through that may be sent to; ``test_addresses`` also lets fictitious ones through."""

    test_addresses: bool = False

    def check(self, channel: Channel, text: str) -> str:
        """The address as it is sent to; raises ``Unusable``."""
        return self.email(text) if channel is Channel.MAIL else self.phone(text)

    def email(self, text: str) -> str:
        """An email address in its normal form; raises ``Unusable``."""
        if _RESERVED.search(text):
            if self.test_addresses and _FICTITIOUS_MAIL.fullmatch(text):
                return text
            raise Unusable(f"{text!r} is of a domain that is reserved for examples")
        try:
            return validate_email(text, check_deliverability=False, allow_smtputf8=False).normalized
        except EmailNotValidError as error:
            raise Unusable(f"{text!r} is no email address: {error}") from None

    def phone(self, text: str) -> str:
        """A mobile number in E.164; full-width digits are read. Raises ``Unusable``."""
        plain = unicodedata.normalize("NFKC", text).strip()
        fictitious = _FICTITIOUS_PHONE.fullmatch(plain)
        if fictitious:
            if self.test_addresses:
                return f"0000{fictitious[1]}"
            raise Unusable(f"{text!r} is a fictitious number")
        if not _SPELLED.fullmatch(plain):
            raise Unusable(f"{text!r} is no telephone number")
        try:
            number = phonenumbers.parse(plain, "CN")
        except phonenumbers.NumberParseException as error:
            raise Unusable(f"{text!r} is no telephone number: {error}") from None
        mobile = phonenumbers.number_type(number) == phonenumbers.PhoneNumberType.MOBILE
        if number.country_code != 86 or not mobile or not phonenumbers.is_valid_number(number):
            raise Unusable(f"{text!r} is not a mainland mobile number, which SMS needs")
        return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
