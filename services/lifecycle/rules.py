"""The rules of a district's life, each a sentence in both languages with the clause it rests on."""

from __future__ import annotations

from shared.contracts.core import Rule, RuleKind

_REPORT = "五（三）"
_ASSESSMENT = "四（六）"
_RESULT = "四（六）2"

DISTRICT_EXISTS = Rule("district-exists", "There is no such district", "没有这个集聚区", "四（四）", RuleKind.ABSENT)
TITLE_STANDS = Rule(
    "title-stands",
    "The title of this district was revoked",
    "该集聚区称号已被取消",
    _RESULT,
    RuleKind.STATE,
    remedy="Correct the record, where a mistake was made",
    remedy_zh="如记录有误，请办理更正",
)
DESIGNATED_ONCE = Rule(
    "designated-once", "This district is designated already", "该集聚区已经设立", "四（四）", RuleKind.STATE
)
ONLY_THE_SYSTEM = Rule(
    "only-the-system-says-so",
    "This follows from a deadline, never from a person",
    "该事项由系统按期记录，不由个人办理",
    "-",
    RuleKind.SCOPE,
    remedy="Wait: it is done by itself",
    remedy_zh="无需操作，系统将自动办理",
)
OWN_COUNTY = Rule(
    "county-of-this-district",
    "You are not of this district's county department",
    "您不属于该集聚区所在县（区）科技管理部门",
    "五（三）",
    RuleKind.SCOPE,
    remedy="Ask the county department",
    remedy_zh="请由县（区）科技管理部门办理",
)
OWN_APPLICANT = Rule(
    "county-or-key-unit-of-this-district",
    "You are neither of this district's county department nor of its key unit",
    "您不属于该集聚区所在县（区）科技管理部门或服务业重点单位",
    "四（一）",
    RuleKind.SCOPE,
    remedy="Ask the county department or the key unit",
    remedy_zh="请由县（区）科技管理部门或服务业重点单位办理",
)
OWN_CITY_OR_PROVINCE = Rule(
    "city-of-this-district-or-province",
    "You are neither of this district's city bureau nor of the province",
    "您不属于该集聚区所属市（州）科技局或省科技厅",
    "五（一）（三）",
    RuleKind.SCOPE,
    remedy="Ask the city bureau or the province",
    remedy_zh="请由所属市（州）科技局或省科技厅办理",
)
PROVINCE_ONLY = Rule(
    "province-only",
    "You are no officer of the province",
    "您不是省科技厅工作人员",
    _ASSESSMENT,
    RuleKind.SCOPE,
    remedy="Ask an officer of the province",
    remedy_zh="请由省科技厅工作人员办理",
)
LEAD_ONLY = Rule(
    "province-lead-only",
    "You are no responsible head of the province",
    "您不是省科技厅负责人",
    _RESULT,
    RuleKind.SCOPE,
    remedy="Ask a responsible head of the province",
    remedy_zh="请由省科技厅负责人决定",
)
NOT_ONES_OWN = Rule(
    "nobody-decides-on-their-own",
    "You filed this and cannot decide on it",
    "您是报送人，不得办理本事项",
    _ASSESSMENT,
    RuleKind.SCOPE,
    remedy="Let a colleague decide who had no hand in it",
    remedy_zh="请由未参与报送的人员办理",
)

TEXT_GIVEN = Rule(
    "text-is-given",
    "The text is missing",
    "未填写文字说明",
    "-",
    RuleKind.INPUT,
    remedy="Write it down",
    remedy_zh="请填写文字说明",
)
TEXT_FITS = Rule(
    "text-is-not-too-long",
    "The text is longer than the policy allows",
    "文字超出规定长度",
    "-",
    RuleKind.INPUT,
    remedy="Shorten it",
    remedy_zh="请缩短文字",
)
TEXT_PLAIN = Rule(
    "text-is-plain",
    "The text holds control characters",
    "文字含有不可用的控制字符",
    "-",
    RuleKind.INPUT,
    remedy="Remove what cannot be printed",
    remedy_zh="请删除不可见字符",
)
NOT_IN_FUTURE = Rule(
    "not-in-the-future",
    "The date of a thing done lies in the future",
    "已发生事项的日期晚于今日",
    "-",
    RuleKind.INPUT,
    remedy="Give the day on which it was done",
    remedy_zh="请填写实际发生日期",
)
NOT_BEFORE_DESIGNATION = Rule(
    "not-before-designation",
    "The date lies before the district's designation",
    "该日期早于设立之日",
    "四（五）",
    RuleKind.INPUT,
    remedy="Give a day since the designation",
    remedy_zh="请填写设立之日以后的日期",
)

REPORT_IS_OWED = Rule(
    "report-year-of-the-term",
    "This is not a year for which the district reports",
    "该年度不在建设期限内的报送年度",
    _REPORT,
    RuleKind.INPUT,
    remedy="Report for a year that the detail names",
    remedy_zh="请报送所列年度",
)
REPORT_YEAR_BEGUN = Rule(
    "report-year-begun",
    "The year has not begun",
    "该年度尚未开始",
    _REPORT,
    RuleKind.STATE,
    remedy="File it once the year has begun",
    remedy_zh="请在该年度开始后报送",
)
TWO_DOCUMENTS = Rule(
    "summary-and-plan-differ",
    "The summary and the plan are the same document",
    "上年度总结和当年度计划为同一文件",
    _REPORT,
    RuleKind.INPUT,
    remedy="Upload two documents",
    remedy_zh="请上传两份文件",
)
DOCUMENT_STORED = Rule(
    "document-is-uploaded",
    "A document was not uploaded, or is named otherwise than its upload answered",
    "文件尚未上传，或与上传结果不一致",
    _REPORT,
    RuleKind.INPUT,
    remedy="Upload it first, and name it as the upload answered",
    remedy_zh="请先上传文件，并按上传结果填报",
)
REPORTED_ONCE = Rule(
    "report-filed-once", "The report of this year is filed already", "该年度报告已经报送", _REPORT, RuleKind.STATE
)
REPORT_IS_FILED = Rule(
    "report-is-filed",
    "There is no report of this year to acknowledge",
    "该年度报告尚未报送",
    _REPORT,
    RuleKind.STATE,
    remedy="Wait until the county has filed it",
    remedy_zh="请等待县（区）报送",
)

USCC_HOLDS = Rule(
    "uscc-holds",
    "An institution's unified social credit code is not a valid one",
    "机构统一社会信用代码有误",
    "GB 32100-2015",
    RuleKind.INPUT,
    remedy="Copy all 18 characters from the certificate",
    remedy_zh="请按证书核对全部18位",
)
ROSTER_FITS = Rule(
    "roster-fits",
    "The roster has no institution, or more than the policy allows",
    "名录机构数量超出范围",
    "三（二）",
    RuleKind.INPUT,
    remedy="List as many as the detail allows",
    remedy_zh="请按规定数量填报",
)
ROSTER_IN_ORDER = Rule(
    "roster-in-order",
    "A newer roster is on record",
    "已有更新的名录",
    "三（二）",
    RuleKind.STATE,
    remedy="State a roster of that day or later",
    remedy_zh="请填报不早于该日的名录",
)

ASSESSMENT_IN_TIME = Rule(
    "assessment-near-the-end",
    "The time for the assessment has not come",
    "未到期满考核启动时间",
    _ASSESSMENT,
    RuleKind.STATE,
    remedy="Wait until the time set near the end of the term",
    remedy_zh="请在规定时间启动",
)
ASSESSMENT_IS_OPEN = Rule(
    "assessment-is-open",
    "No assessment of this district is open",
    "该集聚区未启动期满考核",
    _ASSESSMENT,
    RuleKind.STATE,
    remedy="Open the assessment first",
    remedy_zh="请先启动期满考核",
)
POINTS_IN_RANGE = Rule(
    "points-between-0-and-100",
    "The points do not lie between 0 and 100",
    "分值不在0至100之间",
    "四（六）1",
    RuleKind.INPUT,
    remedy="Give points from 0 to 100",
    remedy_zh="请填写0至100分",
)
EVIDENCE_NAMED = Rule(
    "evidence-is-named",
    "The assessment names no event, or one that is not of this district",
    "未列明依据，或所列依据不是本集聚区记录",
    "四（六）1",
    RuleKind.INPUT,
    remedy="Name events from the district's timeline",
    remedy_zh="请从本集聚区办理记录中列明依据",
)
RECOMMENDED_IF_EXCELLENT = Rule(
    "recommended-if-excellent",
    "The district was not assessed excellent",
    "该集聚区未评为优秀",
    _RESULT,
    RuleKind.STATE,
)
TITLE_EARNED = Rule(
    "title-kept-if-qualified",
    "There is no qualified assessment and no passed reassessment",
    "考核不合格，整改复核亦未通过",
    _RESULT,
    RuleKind.STATE,
)

UNQUALIFIED_FIRST = Rule(
    "rectification-if-unqualified",
    "The district was not assessed unqualified",
    "该集聚区未评为不合格",
    _RESULT,
    RuleKind.STATE,
)
MONTHS_ALLOWED = Rule(
    "rectification-months-allowed",
    "The time to rectify lies outside the policy's limits",
    "整改期限超出规定范围",
    _RESULT,
    RuleKind.INPUT,
    remedy="Give as many months as the detail allows",
    remedy_zh="请按规定范围填写月数",
)
RECTIFYING = Rule("rectification-runs", "No rectification is running", "该集聚区不在整改期内", _RESULT, RuleKind.STATE)
EXTENDED_ONCE = Rule(
    "rectification-extended-once",
    "The time to rectify was extended already",
    "整改期限已经延长过",
    _RESULT,
    RuleKind.STATE,
)
REASSESSED_AFTER = Rule(
    "reassessed-after-rectification",
    "The district has not reported, and its time is not over",
    "尚未报送整改报告，整改期亦未满",
    _RESULT,
    RuleKind.STATE,
    remedy="Wait for the report or the end of the time",
    remedy_zh="请在报送整改报告或整改期满后复核",
)

HEARD_AFTER_FAILING = Rule(
    "heard-after-failing",
    "The reassessment was not failed",
    "复核未作出不合格结论",
    _RESULT,
    RuleKind.STATE,
)
HEARING_RUNS = Rule(
    "hearing-runs", "No time to state and defend is running", "不在陈述申辩期内", _RESULT, RuleKind.STATE
)
HEARD_FIRST = Rule(
    "heard-before-revoking",
    "The time to be heard is not over",
    "陈述申辩期未满",
    _RESULT,
    RuleKind.STATE,
    remedy="Revoke after its last day",
    remedy_zh="请在陈述申辩期满后作出决定",
)
STATEMENT_WEIGHED = Rule(
    "statement-weighed",
    "The decision does not say how the district's statement was weighed",
    "决定未说明对陈述申辩意见的采纳情况",
    _RESULT,
    RuleKind.INPUT,
    remedy="Say how it was weighed",
    remedy_zh="请说明采纳情况",
)
DOCUMENT_NUMBERED = Rule(
    "document-numbered",
    "The decision bears no valid document number",
    "决定没有规范的发文字号",
    _RESULT,
    RuleKind.INPUT,
    remedy="Write it as 吉科发专〔2018〕76号",
    remedy_zh="请按“吉科发专〔2018〕76号”的格式填写",
)
NUMBER_OF_THE_YEAR = Rule(
    "document-number-is-of-its-year",
    "The document number is not of the year of the decision",
    "发文字号的年份与决定日期不一致",
    _RESULT,
    RuleKind.INPUT,
)
CORRECTS_OWN_EVENT = Rule(
    "corrects-an-event-of-this-district",
    "This district has no such event",
    "本集聚区没有该记录",
    "-",
    RuleKind.INPUT,
    remedy="Take the event's id from the timeline",
    remedy_zh="请从办理记录中核对事件编号",
)
CORRECTION_CHANGES = Rule(
    "correction-changes-something",
    "What was and what is right are the same",
    "更正前后内容相同",
    "-",
    RuleKind.INPUT,
    remedy="Say what is right",
    remedy_zh="请填写正确内容",
)
