"""Why a notice was not sent, in words for people; notify keeps it in English."""

from __future__ import annotations

import re
from typing import Final

from services.portal.desks.words import Bilingual

_NO_ADDRESS: Final = re.compile(r"no (mail|sms|webhook) address of .* is known")
_WANTING: Final = {
    "mail": Bilingual("没有登记电子邮箱", "no mail address is registered"),
    "sms": Bilingual("没有登记手机号码", "no mobile number is registered"),
    "webhook": Bilingual("没有登记接收系统", "no system is registered to receive it"),
}
_STOPPED: Final = "nothing is sent to this address: "


def reason_in_words(reason: str) -> Bilingual:
    """The reason in both languages; one that is not known here stays as notify says it."""
    if wanting := _NO_ADDRESS.fullmatch(reason):
        return _WANTING[wanting[1]]
    if reason.startswith(_STOPPED):
        return Bilingual("此前发往该地址的通知被退回，已停止向其发送", reason)
    return Bilingual(reason, reason)


def lacks_an_address(reason: str) -> bool:
    """Whether registering an address would help."""
    return _NO_ADDRESS.fullmatch(reason) is not None


__all__ = ["lacks_an_address", "reason_in_words"]
