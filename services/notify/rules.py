"""Every rule of notify that can refuse a command."""

from __future__ import annotations

from shared.contracts.core import Rule, RuleKind

REQUESTED_FIRST = Rule(
    "delivery-is-requested",
    "There is no such notice",
    "没有该通知",
    "-",
    RuleKind.ABSENT,
)
SYSTEM_ONLY = Rule(
    "sent-by-rule",
    "A notice is sent by rule, not by a person's wish",
    "通知由规则触发，不由个人发起",
    "-",
    RuleKind.SCOPE,
)
SENDABLE = Rule(
    "notice-may-be-sent",
    "This notice is not waiting to be sent",
    "该通知不处于待发状态",
    "-",
    RuleKind.STATE,
)
THIS_ATTEMPT = Rule(
    "attempt-is-this-one",
    "This attempt is not the one under way",
    "不是当前的发送尝试",
    "-",
    RuleKind.STATE,
)
KNOWN_REFERENCE = Rule(
    "receipt-is-for-this-notice",
    "The provider gave this notice no such reference",
    "服务商未给出该编号",
    "-",
    RuleKind.INPUT,
)
UNKNOWN_ONLY = Rule(
    "only-unknown-is-resent",
    "Only a notice whose outcome is unknown is asked after, and only that or one that did not arrive is sent again",
    "仅发送结果不明的通知可人工核对；发送结果不明、未送达、被拒绝或已过期的，方可人工重发",
    "-",
    RuleKind.STATE,
)
STATUTORY_ONLY = Rule(
    "only-statutory-is-resent",
    "Only a notice that the law demands is sent again by hand",
    "仅法定通知可人工重发",
    "-",
    RuleKind.STATE,
)
ATTEMPT_OVER = Rule(
    "attempt-is-over",
    "An attempt is under way; its end is waited for",
    "正在发送，请等待发送结束",
    "-",
    RuleKind.STATE,
)
OPERATOR_ONLY = Rule(
    "operator-resends",
    "Only an operator sends a notice again",
    "仅运维人员可人工重发",
    "-",
    RuleKind.SCOPE,
)
OPERATOR_PAUSES = Rule(
    "operator-pauses",
    "Only an operator pauses a provider, or has it used again",
    "仅运维人员可暂停或恢复服务商",
    "-",
    RuleKind.SCOPE,
)
PROVIDER_KNOWN = Rule(
    "provider-is-known",
    "There is no such provider",
    "没有该服务商",
    "-",
    RuleKind.ABSENT,
)
OWN_CONTACT = Rule(
    "contact-is-ones-own",
    "An office's contact is registered by that office, the province or an operator",
    "联系人由本单位、省科技厅或运维人员登记",
    "-",
    RuleKind.SCOPE,
)
OFFICE_KNOWN = Rule(
    "office-is-well-formed",
    "There is no such kind of office",
    "没有该类单位",
    "-",
    RuleKind.INPUT,
)
NAME_PLAIN = Rule(
    "contact-name-is-plain",
    "A contact's name is one line of at most 100 characters",
    "联系人姓名须为一行，不超过100字",
    "-",
    RuleKind.INPUT,
)
REACHABLE = Rule(
    "contact-can-be-reached",
    "A contact needs a telephone number or an email address that can be sent to",
    "联系人须有可用的电话或电子邮箱",
    "-",
    RuleKind.INPUT,
)
ADDRESS_USABLE = Rule(
    "address-can-be-sent-to",
    "This address cannot be sent to",
    "该地址无法发送",
    "-",
    RuleKind.INPUT,
)
DIVISION_KNOWN = Rule(
    "division-is-known",
    "There is no such county",
    "没有该县（市、区）",
    "-",
    RuleKind.INPUT,
)
SUBSCRIPTION_EXISTS = Rule(
    "subscription-exists",
    "There is no such subscription",
    "没有该订阅",
    "-",
    RuleKind.ABSENT,
)
SUBSCRIPTION_STANDS = Rule(
    "subscription-has-not-ended",
    "This subscription has ended",
    "该订阅已结束",
    "-",
    RuleKind.STATE,
)
TOKEN_RIGHT = Rule(
    "token-is-the-subscribers",
    "This is not the code that was sent to the subscriber",
    "验证码不正确",
    "-",
    RuleKind.SCOPE,
)
TOPIC_KNOWN = Rule(
    "topic-is-known",
    "There is no such topic",
    "没有该主题",
    "-",
    RuleKind.INPUT,
)
OWN_PREFERENCES = Rule(
    "preferences-are-ones-own",
    "Preferences are set by the office that they are of, or by an operator",
    "通知偏好由本单位或运维人员设置",
    "-",
    RuleKind.SCOPE,
)
KIND_KNOWN = Rule(
    "kind-of-notice-is-known",
    "There is no such kind of notice",
    "没有该类通知",
    "-",
    RuleKind.INPUT,
)
STATUTORY_STAYS = Rule(
    "statutory-notices-stay-on",
    "A notice that has legal effect cannot be switched off",
    "具有法律效力的通知不可关闭",
    "-",
    RuleKind.INPUT,
)
