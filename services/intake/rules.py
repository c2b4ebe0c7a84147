"""The rules of filing, each named as a sentence, with the clause it rests on ("-" where the house needs it)."""

from __future__ import annotations

from typing import Final

from shared.contracts.core import Rule, RuleKind

UNKNOWN_DIVISION: Final = Rule(
    "division-is-known",
    "There is no such county-level unit in the province",
    "本省没有该县（区）行政区划代码",
    "四（一）",
    RuleKind.INPUT,
    remedy="Take a code from GET /divisions",
    remedy_zh="请从行政区划列表中选取代码",
)
BAD_USCC: Final = Rule(
    "credit-code-is-right",
    "The unified social credit code is not a valid one (GB 32100)",
    "统一社会信用代码有误（GB 32100，含校验位）",
    "附件1",
    RuleKind.INPUT,
    remedy="Copy all 18 characters from the certificate",
    remedy_zh="请按证书核对全部18位",
)
UNITS_ARE_TWO: Final = Rule(
    "applicants-are-two",
    "Both applicants are the same unit",
    "联合申报的两个单位为同一单位",
    "四（一）",
    RuleKind.INPUT,
    remedy="Name two different units",
    remedy_zh="请填写两个不同的单位",
)
FORM_IS_POSSIBLE: Final = Rule(
    "form-is-possible",
    "Something in the form is impossible",
    "申请书中的数值或代码有误",
    "附件1",
    RuleKind.INPUT,
    remedy="Put the listed fields right; a draft may stay incomplete",
    remedy_zh="请更正所列字段；草稿可暂不填全",
)
FORM_IS_OF_THIS_CASE: Final = Rule(
    "form-is-of-this-application",
    "The form names another county or unit than its application",
    "申请书所填县（区）或单位与本申报不一致",
    "附件1",
    RuleKind.INPUT,
    remedy="Leave these fields empty, or correct the unit of the application",
    remedy_zh="请留空，或先办理单位信息更正",
)
FORM_HAS_NO_ERRORS: Final = Rule(
    "form-has-no-errors",
    "The application still has errors; every one is listed",
    "申请书仍有错误，已全部列出",
    "附件1",
    RuleKind.INPUT,
    remedy="Put right what is listed, then send it again",
    remedy_zh="请更正所列问题后重新提交",
)
FORM_IS_WRITTEN: Final = Rule(
    "form-is-written",
    "The application form is not written yet",
    "尚未填写申请书",
    "四（三）1",
    RuleKind.STATE,
    remedy="Save the form first",
    remedy_zh="请先填写并保存申请书",
)
TEXT_IS_GIVEN: Final = Rule(
    "text-is-given",
    "The text is missing",
    "未填写意见、理由或修改要求",
    "四（三）",
    RuleKind.INPUT,
    remedy="Write it down",
    remedy_zh="请填写文字说明",
)
TEXT_IS_PLAIN: Final = Rule(
    "text-is-plain",
    "The text holds control characters or is too long",
    "文字含有控制字符或超过字数上限",
    "-",
    RuleKind.INPUT,
    remedy="Remove what cannot be printed, or shorten it",
    remedy_zh="请删除不可见字符或缩短文字",
)
NO_SUCH_APPLICATION: Final = Rule(
    "application-exists", "There is no such application", "没有该申报", "四（一）", RuleKind.ABSENT
)
ALREADY_OPENED: Final = Rule(
    "application-is-new",
    "This application was opened already",
    "该申报已经开立",
    "四（一）",
    RuleKind.STATE,
    remedy="Go on with the application that there is",
    remedy_zh="请在已开立的申报上办理",
)
NOT_AN_APPLICANT: Final = Rule(
    "applicant-acts",
    "You are of neither of the two applicants",
    "您不属于联合申报的两个单位",
    "四（一）",
    RuleKind.SCOPE,
    remedy="Ask the county department or the key unit of this application",
    remedy_zh="请由联合申报单位办理",
)
COUNTY_FILES: Final = Rule(
    "county-files",
    "You are not of this application's county department",
    "您不属于该申报的县（区）科技管理部门",
    "四（三）",
    RuleKind.SCOPE,
    remedy="Ask the county department to file it",
    remedy_zh="请由县（区）科技管理部门提交",
)
COUNTY_NAMES_UNITS: Final = Rule(
    "unit-is-corrected-by-its-own",
    "You are neither of this unit nor of the county department",
    "您不属于该单位或县（区）科技管理部门",
    "附件1",
    RuleKind.SCOPE,
    remedy="Ask the unit itself or the county department",
    remedy_zh="请由本单位或县（区）科技管理部门更正",
)
NOT_THE_ENDORSER: Final = Rule(
    "endorser-is-of-that-county",
    "Your city does not endorse for this county",
    "该县（区）不属于您所在市（州）办理范围",
    "四（三）",
    RuleKind.SCOPE,
    remedy="Ask the city bureau that the application names",
    remedy_zh="请由申报所列市（州）科技局办理",
)
NOT_AN_OFFICER: Final = Rule(
    "officer-acts",
    "You are no officer of the province or of this application's city",
    "您不是省科技厅或所属市（州）科技局工作人员",
    "四（三）",
    RuleKind.SCOPE,
    remedy="Ask the province or the city of this application",
    remedy_zh="请由省科技厅或所属市（州）科技局办理",
)
OWN_FILING: Final = Rule(
    "nobody-endorses-own-filing",
    "You helped to make this filing and cannot endorse it",
    "您参与了本申报，不得办理同意事项",
    "四（三）",
    RuleKind.SCOPE,
    remedy="Let a colleague decide who had no hand in it",
    remedy_zh="请由未参与申报的人员办理",
)
SYSTEM_ONLY: Final = Rule(
    "system-follows-events",
    "This follows from an event or a deadline, never from a person",
    "该事项由系统依据事件或期限办理，不由个人办理",
    "-",
    RuleKind.SCOPE,
    remedy="Wait: it is done by itself",
    remedy_zh="无需操作，系统将自动办理",
)
PACKET_IS_FROZEN: Final = Rule(
    "packet-is-frozen",
    "The packet cannot be changed at this stage",
    "当前阶段不能修改申报材料",
    "四（三）",
    RuleKind.STATE,
    remedy="Ask the city to return it, or wait for a correction notice",
    remedy_zh="请由市（州）退回修改，或等待补正通知",
)
NO_SUCH_ATTACHMENT: Final = Rule(
    "attachment-exists",
    "There is no such document in the packet",
    "申报材料中没有该附件",
    "四（三）3",
    RuleKind.ABSENT,
    remedy="Take its id from the list of attachments",
    remedy_zh="请从附件列表中核对编号",
)
ATTACHMENT_KEEPS_ITS_KIND: Final = Rule(
    "attachment-keeps-its-kind",
    "The new version is of another kind than the document",
    "附件新版本的材料类别与原件不同",
    "四（三）3",
    RuleKind.INPUT,
    remedy="Add it as a document of its own, or name the same kind",
    remedy_zh="请另行上传，或填写相同类别",
)
ATTACHMENTS_HAVE_A_LIMIT: Final = Rule(
    "attachments-have-a-limit",
    "The packet holds as many documents as it may",
    "附件数量已达上限",
    "四（三）3",
    RuleKind.INPUT,
    remedy="Take one out, or join several into one file",
    remedy_zh="请移除或合并附件",
)
SEAL_IS_ON_THIS_PACKET: Final = Rule(
    "seal-is-on-this-packet",
    "The packet changed since: this is not its hash",
    "申报材料已变动，所盖材料不是当前版本",
    "四（三）",
    RuleKind.STATE,
    remedy="Read the packet again and seal what it is now",
    remedy_zh="请刷新材料后在当前版本上盖章",
)
SEALS_ARE_MADE: Final = Rule(
    "seal-is-made-by-the-seal-service",
    "No seal was made with your unit's key",
    "未取得以本单位密钥签署的印章",
    "四（三）",
    RuleKind.INPUT,
    remedy="Try again; tell the operator if it stays so",
    remedy_zh="请重试；仍不成功的请联系运维人员",
)
SEALS_ARE_COMPLETE: Final = Rule(
    "seals-are-complete",
    "Seals are missing on the packet as it is now",
    "当前申报材料上的印章不齐全",
    "四（三）",
    RuleKind.STATE,
    remedy="Let each unit that is listed set its seal",
    remedy_zh="请由所列单位分别盖章",
)
NOT_AWAITING_ENDORSEMENT: Final = Rule(
    "endorsement-is-awaited",
    "This application does not wait for the city's answer",
    "该申报不在市（州）科技局审核环节",
    "四（三）",
    RuleKind.STATE,
)
NOT_A_DRAFT: Final = Rule(
    "draft-is-filed",
    "This application is no draft, so it cannot be sent on",
    "该申报不是草稿，不能报送",
    "四（三）",
    RuleKind.STATE,
)
CASE_IS_OVER: Final = Rule(
    "case-is-open",
    "This application has ended",
    "该申报已办结、未获同意或已撤回",
    "四（四）",
    RuleKind.STATE,
    remedy="Open a new application; that is always possible",
    remedy_zh="可另行申报",
)
NOT_IN_CORRECTION: Final = Rule(
    "correction-answers-a-notice",
    "There is no correction notice to answer",
    "当前没有待补正的通知",
    "四（四）",
    RuleKind.STATE,
    remedy="Wait for the notice",
    remedy_zh="请等待补正通知",
)
SOMETHING_IS_CORRECTED: Final = Rule(
    "something-is-corrected",
    "Nothing was changed since the notice",
    "补正通知后申报材料和印章均未改动",
    "四（四）",
    RuleKind.STATE,
    remedy="Change what the notice lists, and seal it again",
    remedy_zh="请按通知修改材料并重新盖章",
)
RECEIVED_BEFORE_KEYED: Final = Rule(
    "paper-is-received-before-keyed",
    "The paper is said to have arrived after it was keyed in",
    "收件日期晚于录入日期",
    "四（三）",
    RuleKind.INPUT,
    remedy="Give the day on the receipt stamp",
    remedy_zh="请按收件章填写日期",
)
RECEIVED_NOT_LONG_AGO: Final = Rule(
    "paper-was-received-within-the-policys-days",
    "The paper filing was received longer ago than the policy allows",
    "纸质申报的收件日期早于政策允许的补录期限",
    "四（三）",
    RuleKind.INPUT,
)
CORRECTION_SAYS_SOMETHING: Final = Rule(
    "correction-of-record-differs",
    "The correction changes nothing, or leaves out what is right, why or on whose word",
    "更正内容与原记录相同，或未写明正确内容、理由或依据",
    "-",
    RuleKind.INPUT,
    remedy="Say what is right, why, and on whose word",
    remedy_zh="请写明正确内容、理由和依据",
)
CORRECTED_EVENT_EXISTS: Final = Rule(
    "corrected-event-exists",
    "This application has no such event",
    "本申报没有该事件",
    "-",
    RuleKind.INPUT,
    remedy="Take the event's id from the timeline",
    remedy_zh="请从办理记录中核对事件编号",
)
