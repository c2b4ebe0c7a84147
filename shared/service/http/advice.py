"""What to do about a problem (its ``remedy``), where its rule does not say."""

from __future__ import annotations

from typing import NamedTuple


class Advice(NamedTuple):
    """What to do, in English and Chinese."""

    en: str
    zh: str


_BY_STATUS = {
    400: Advice("Send a whole request whose body can be read", "请发送完整、可读取的请求"),
    401: Advice("Sign in again and send the token as 'Authorization: Bearer'", "请重新登录，并随请求发送身份令牌"),
    403: Advice("Ask the office whose task it is", "请由有权办理的单位或人员办理"),
    404: Advice("Check the address or the id", "请核对地址或编号"),
    405: Advice("Use a method that the header Allow names", "请使用应答所列的方法"),
    408: Advice("Send the request faster", "请加快发送后重试"),
    409: Advice("Read it again: its state says what can be done now", "请刷新后查看当前状态可办理的事项"),
    412: Advice("Read it again, then decide on what it says now", "请刷新后，依据最新内容重新办理"),
    413: Advice("Send less", "请缩减内容后重试"),
    415: Advice("Send one of the types that the document of this API names", "请按接口文档列出的类型发送"),
    422: Advice("Mend what is named and send it again", "请更正所列内容后重新提交"),
    429: Advice("Wait as long as Retry-After says", "请按应答所示时间等待后重试"),
    431: Advice("Send shorter headers", "请缩短请求标头"),
    503: Advice(
        "Wait a moment and send the same again, with the same Idempotency-Key",
        "请稍候，以相同的幂等键重发同一请求",
    ),
}
_UNFORESEEN = Advice("Tell the operator the X-Correlation-Id of this answer", "请将本应答的关联编号告知运维人员")


def advice_on(status: int) -> Advice:
    """What to do about any problem of a status."""
    return _BY_STATUS.get(int(status), _UNFORESEEN)


__all__ = ["Advice", "advice_on"]
