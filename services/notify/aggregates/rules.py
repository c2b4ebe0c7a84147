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
    remedy="Wait: it is sent by itself",
    remedy_zh="无需操作，系统将自动发送",
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
    "This notice neither failed nor is its outcome unknown",
    "该通知发送结果明确，且不属于未到达、被拒绝或已过期",
    "-",
    RuleKind.STATE,
)
STATUTORY_ONLY = Rule(
    "only-statutory-is-resent",
    "The law does not demand this notice, so it is not sent again by hand",
    "该通知不是法定通知，不可人工重发",
    "-",
    RuleKind.STATE,
)
ATTEMPT_OVER = Rule(
    "attempt-is-over",
    "An attempt is under way",
    "正在发送",
    "-",
    RuleKind.STATE,
    remedy="Wait for its end",
    remedy_zh="请等待发送结束",
)
OPERATOR_ONLY = Rule(
    "operator-resends",
    "You are no operator",
    "您不是运维人员",
    "-",
    RuleKind.SCOPE,
    remedy="Ask an operator",
    remedy_zh="请由运维人员办理",
)
OPERATOR_PAUSES = Rule(
    "operator-pauses",
    "You are no operator",
    "您不是运维人员",
    "-",
    RuleKind.SCOPE,
    remedy="Ask an operator",
    remedy_zh="请由运维人员办理",
)
PROVIDER_KNOWN = Rule(
    "provider-is-known",
    "There is no such provider",
    "没有该服务商",
    "-",
    RuleKind.ABSENT,
    remedy="Take its name from GET /providers",
    remedy_zh="请从服务商列表中选取",
)
OWN_CONTACT = Rule(
    "contact-is-ones-own",
    "This is not your office's contact",
    "这不是本单位的联系人",
    "-",
    RuleKind.SCOPE,
    remedy="Ask that office, the province or an operator",
    remedy_zh="请由该单位、省科技厅或运维人员登记",
)
OFFICE_KNOWN = Rule(
    "office-is-well-formed",
    "There is no such kind of office",
    "没有该类单位",
    "-",
    RuleKind.INPUT,
    remedy="Write it as county:220113, unit:<USCC>, city:220100, province or expert:<id>",
    remedy_zh="请按“county:220113”“city:220100”等格式填写",
)
NAME_PLAIN = Rule(
    "contact-name-is-plain",
    "The contact's name is empty, too long, or not one line",
    "联系人姓名为空、过长或包含换行",
    "-",
    RuleKind.INPUT,
    remedy="Write one line of at most 100 characters",
    remedy_zh="请填写一行，不超过100字",
)
REACHABLE = Rule(
    "contact-can-be-reached",
    "There is no telephone number or e-mail address that can be sent to",
    "没有可用的电话或电子邮箱",
    "-",
    RuleKind.INPUT,
    remedy="Give a telephone number or an e-mail address",
    remedy_zh="请填写可用的电话或电子邮箱",
)
ADDRESS_USABLE = Rule(
    "address-can-be-sent-to",
    "This address cannot be sent to",
    "该地址无法发送",
    "-",
    RuleKind.INPUT,
    remedy="Check the address",
    remedy_zh="请核对地址",
)
DIVISION_KNOWN = Rule(
    "division-is-known",
    "There is no such county",
    "没有该县（市、区）",
    "-",
    RuleKind.INPUT,
    remedy="Take a code from the list of divisions",
    remedy_zh="请从行政区划列表中选取代码",
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
    remedy="Subscribe again",
    remedy_zh="请重新订阅",
)
SECRET_OF_A_WEBHOOK = Rule(
    "secret-is-of-a-confirmed-webhook",
    "This subscription is no confirmed webhook, so it has no secret",
    "该订阅不是已确认的回调订阅，没有密钥",
    "-",
    RuleKind.STATE,
)
TOKEN_RIGHT = Rule(
    "token-is-the-subscribers",
    "This is not the code that was sent to the subscriber",
    "验证码不正确",
    "-",
    RuleKind.SCOPE,
    remedy="Copy the newest code that was sent",
    remedy_zh="请填写最近收到的验证码",
)
TOPIC_KNOWN = Rule(
    "topic-is-known",
    "There is no such topic",
    "没有该主题",
    "-",
    RuleKind.INPUT,
    remedy="Take one from GET /topics",
    remedy_zh="请从主题列表中选取",
)
OWN_PREFERENCES = Rule(
    "preferences-are-ones-own",
    "These are not your office's preferences",
    "这不是本单位的通知偏好",
    "-",
    RuleKind.SCOPE,
    remedy="Ask that office or an operator",
    remedy_zh="请由该单位或运维人员设置",
)
KIND_KNOWN = Rule(
    "kind-of-notice-is-known",
    "There is no such kind of notice",
    "没有该类通知",
    "-",
    RuleKind.INPUT,
    remedy="Take one from GET /kinds",
    remedy_zh="请从通知类别列表中选取",
)
STATUTORY_STAYS = Rule(
    "statutory-notices-stay-on",
    "This notice has legal effect and cannot be switched off",
    "该通知具有法律效力，不可关闭",
    "-",
    RuleKind.INPUT,
)
