"""Whether somebody without an account can be told by the way that they leave."""

from __future__ import annotations

from shared.contracts.core import Refusal, Rule
from shared.contracts.notify import Channel
from shared.contracts.refusing import first, unless
from shared.programme.values.email_address import EmailAddress, EmailError
from shared.programme.values.telephone import PhoneError, Telephone
from shared.programme.values.writing import is_blank


def unreachable(channel: Channel | None, address: str, by: Rule) -> Refusal | None:
    """Refuses, by a rule, one of channel and address without the other, and an address that nothing can be sent to.
    Nobody need leave either."""
    both = (channel is None) == is_blank(address)
    return first(
        unless(channel is not Channel.WEBHOOK, by, field="channel"),
        unless(both, by, field="channel" if channel is None else "address"),
        _unusable(channel, address, by),
    )


def _unusable(channel: Channel | None, address: str, by: Rule) -> Refusal | None:
    try:
        match channel:
            case Channel.MAIL:
                EmailAddress.parse(address)
            case Channel.SMS:
                return _no_mobile(Telephone.parse(address), by)
    except (EmailError, PhoneError) as error:
        return Refusal(by, error.message_en, "address", detail_zh=error.message_zh)
    return None


def _no_mobile(number: Telephone, by: Rule) -> Refusal | None:
    reached = bool(number.mobile) or number.is_fictitious
    why, why_zh = "short messages go to mobile numbers of the mainland", "短信只能发送至大陆手机号码"
    return unless(reached, by, why, field="address", detail_zh=why_zh)


__all__ = ["unreachable"]
