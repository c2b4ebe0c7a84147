"""The rules of filing, each named as a sentence, with the clause it rests on ("-" where the house needs it)."""

from __future__ import annotations

from typing import Final

from shared.contracts.core import Rule, RuleKind

UNKNOWN_DIVISION: Final = Rule(
    "division-is-known",
    "The division code is that of a county-level unit of the province.",
    "行政区划代码应为本省县（区）代码。",
    "四（一）",
    RuleKind.INPUT,
)
BAD_USCC: Final = Rule(
    "credit-code-is-right",
    "The unified social credit code keeps GB 32100, check character included.",
    "统一社会信用代码应符合GB 32100（含校验位）。",
    "附件1",
    RuleKind.INPUT,
)
UNITS_ARE_TWO: Final = Rule(
    "applicants-are-two",
    "The two applicants are two different units.",
    "联合申报的两个单位应为不同单位。",
    "四（一）",
    RuleKind.INPUT,
)
FORM_IS_POSSIBLE: Final = Rule(
    "form-is-possible",
    "A draft may be incomplete, but nothing in it may be impossible.",
    "草稿可以不完整，但所填内容不得出现不可能的数值或代码。",
    "附件1",
    RuleKind.INPUT,
)
FORM_IS_OF_THIS_CASE: Final = Rule(
    "form-is-of-this-application",
    "The form names the county and the two units of its application; a unit is put right by correcting it.",
    "申请书所填县（区）和单位应与本申报一致；单位信息有误的，应办理更正。",
    "附件1",
    RuleKind.INPUT,
)
FORM_HAS_NO_ERRORS: Final = Rule(
    "form-has-no-errors",
    "An application filed online has no errors; every one is listed.",
    "网上申报的申请书不得有错误，全部问题一并列出。",
    "附件1",
    RuleKind.INPUT,
)
FORM_IS_WRITTEN: Final = Rule(
    "form-is-written",
    "There is an application form to seal.",
    "尚未填写申请书。",
    "四（三）1",
    RuleKind.STATE,
)
TEXT_IS_GIVEN: Final = Rule(
    "text-is-given",
    "An opinion, a reason or a change asked for is written down.",
    "意见、理由或修改要求应写明。",
    "四（三）",
    RuleKind.INPUT,
)
TEXT_IS_PLAIN: Final = Rule(
    "text-is-plain",
    "A text holds no control characters and keeps within its length.",
    "文字不得含有控制字符，且不得超过字数上限。",
    "-",
    RuleKind.INPUT,
)
NO_SUCH_APPLICATION: Final = Rule(
    "application-exists", "The application exists.", "没有该申报。", "四（一）", RuleKind.ABSENT
)
ALREADY_OPENED: Final = Rule(
    "application-is-new",
    "An application is opened once.",
    "该申报已经开立。",
    "四（一）",
    RuleKind.STATE,
)
NOT_AN_APPLICANT: Final = Rule(
    "applicant-acts",
    "Only the two joint applicants act on their application.",
    "仅联合申报的两个单位可以办理。",
    "四（一）",
    RuleKind.SCOPE,
)
COUNTY_FILES: Final = Rule(
    "county-files",
    "The county department files the application.",
    "由县（区）科技管理部门提交。",
    "四（三）",
    RuleKind.SCOPE,
)
COUNTY_NAMES_UNITS: Final = Rule(
    "unit-is-corrected-by-its-own",
    "A unit's particulars are corrected by the unit itself or by the county department.",
    "单位信息由本单位或县（区）科技管理部门更正。",
    "附件1",
    RuleKind.SCOPE,
)
NOT_THE_ENDORSER: Final = Rule(
    "endorser-is-of-that-county",
    "A city endorses only the applications of its own counties.",
    "市（州）科技局仅办理本辖区县（区）的申报。",
    "四（三）",
    RuleKind.SCOPE,
)
NOT_AN_OFFICER: Final = Rule(
    "officer-acts",
    "Only an officer of the province, or of the city for its own counties, does this.",
    "仅省科技厅或所属市（州）科技局工作人员可以办理。",
    "四（三）",
    RuleKind.SCOPE,
)
OWN_FILING: Final = Rule(
    "nobody-endorses-own-filing",
    "Nobody endorses a filing that they helped to make.",
    "任何人不得办理本人参与的申报的同意事项。",
    "四（三）",
    RuleKind.SCOPE,
)
SYSTEM_ONLY: Final = Rule(
    "system-follows-events",
    "This follows from a recorded event or a deadline, never from a person.",
    "该事项由系统依据已记录的事件或期限办理。",
    "-",
    RuleKind.SCOPE,
)
PACKET_IS_FROZEN: Final = Rule(
    "packet-is-frozen",
    "The packet is changed only in a draft or in answer to a correction notice.",
    "申报材料仅可在草稿或补正阶段修改。",
    "四（三）",
    RuleKind.STATE,
)
NO_SUCH_ATTACHMENT: Final = Rule(
    "attachment-exists", "The attachment is in the packet.", "申报材料中没有该附件。", "四（三）3", RuleKind.ABSENT
)
ATTACHMENT_KEEPS_ITS_KIND: Final = Rule(
    "attachment-keeps-its-kind",
    "A new version of a document is of the same kind.",
    "附件的新版本应为同一类材料。",
    "四（三）3",
    RuleKind.INPUT,
)
ATTACHMENTS_HAVE_A_LIMIT: Final = Rule(
    "attachments-have-a-limit",
    "A packet holds a limited number of documents.",
    "申报材料附件数量超过上限。",
    "四（三）3",
    RuleKind.INPUT,
)
SEAL_IS_ON_THIS_PACKET: Final = Rule(
    "seal-is-on-this-packet",
    "A seal is set on the packet as it now is, not on an earlier one.",
    "印章应加盖在当前的申报材料上。",
    "四（三）",
    RuleKind.STATE,
)
SEALS_ARE_MADE: Final = Rule(
    "seal-is-made-by-the-seal-service",
    "A seal is a signature made with the sealing unit's own key.",
    "印章应由用章单位的密钥签署。",
    "四（三）",
    RuleKind.INPUT,
)
SEALS_ARE_COMPLETE: Final = Rule(
    "seals-are-complete",
    "Every seal needed stands on the packet as it now is.",
    "当前申报材料上的印章不齐全。",
    "四（三）",
    RuleKind.STATE,
)
NOT_AWAITING_ENDORSEMENT: Final = Rule(
    "endorsement-is-awaited",
    "The city answers an application that waits for its answer.",
    "该申报不在市（州）科技局审核环节。",
    "四（三）",
    RuleKind.STATE,
)
NOT_A_DRAFT: Final = Rule(
    "draft-is-filed",
    "Only a draft is sent on.",
    "仅草稿可以报送。",
    "四（三）",
    RuleKind.STATE,
)
CASE_IS_OVER: Final = Rule(
    "case-is-open",
    "The application is decided, declined or withdrawn; applying again is always open.",
    "该申报已办结、未获同意或已撤回；可另行申报。",
    "四（四）",
    RuleKind.STATE,
)
NOT_IN_CORRECTION: Final = Rule(
    "correction-answers-a-notice",
    "A correction answers a correction notice.",
    "当前没有待补正的告知。",
    "四（四）",
    RuleKind.STATE,
)
SOMETHING_IS_CORRECTED: Final = Rule(
    "something-is-corrected",
    "A correction changes something in the packet or in its seals.",
    "补正应对申报材料或印章作出改动。",
    "四（四）",
    RuleKind.STATE,
)
RECEIVED_BEFORE_KEYED: Final = Rule(
    "paper-is-received-before-keyed",
    "A paper filing is keyed in on or after the day it was received.",
    "纸质申报的收件日期不得晚于录入日期。",
    "四（三）",
    RuleKind.INPUT,
)
RECEIVED_NOT_LONG_AGO: Final = Rule(
    "paper-was-received-within-the-policys-days",
    "The paper filing was received longer ago than the policy allows.",
    "纸质申报的收件日期早于政策允许的补录期限。",
    "四（三）",
    RuleKind.INPUT,
)
CORRECTION_SAYS_SOMETHING: Final = Rule(
    "correction-of-record-differs",
    "A correction of the record says something else than the record, why, and on whose word.",
    "更正记录应与原记录不同，并写明理由和依据。",
    "-",
    RuleKind.INPUT,
)
CORRECTED_EVENT_EXISTS: Final = Rule(
    "corrected-event-exists",
    "A correction names an event of this application.",
    "所更正的事件应为本申报的事件。",
    "-",
    RuleKind.INPUT,
)
