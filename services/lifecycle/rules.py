"""The rules of a district's life, each a sentence in both languages with the clause it rests on."""

from __future__ import annotations

from shared.contracts.core import Rule, RuleKind

_REPORT = "五（三）"
_ASSESSMENT = "四（六）"
_RESULT = "四（六）2"

DISTRICT_EXISTS = Rule("district-exists", "There is no such district", "没有这个集聚区", "四（四）", RuleKind.ABSENT)
TITLE_STANDS = Rule(
    "title-stands", "The title of this district was revoked", "该集聚区称号已被取消", _RESULT, RuleKind.STATE
)
DESIGNATED_ONCE = Rule(
    "designated-once", "This district is designated already", "该集聚区已经设立", "四（四）", RuleKind.STATE
)
ONLY_THE_SYSTEM = Rule(
    "only-the-system-says-so", "Only the system's own clock may say this", "仅由系统按期记录", "-", RuleKind.SCOPE
)
OWN_COUNTY = Rule(
    "county-of-this-district",
    "Only the county department of this district may do this",
    "仅限该集聚区所在县（区）科技管理部门办理",
    "五（三）",
    RuleKind.SCOPE,
)
OWN_APPLICANT = Rule(
    "county-or-key-unit-of-this-district",
    "Only the county department or the key unit of this district may do this",
    "仅限该集聚区所在县（区）科技管理部门或重点单位办理",
    "四（一）",
    RuleKind.SCOPE,
)
OWN_CITY_OR_PROVINCE = Rule(
    "city-of-this-district-or-province",
    "Only this district's own city bureau or the province may do this",
    "仅限所属市（州）科技局或省科技厅办理",
    "五（一）（三）",
    RuleKind.SCOPE,
)
PROVINCE_ONLY = Rule(
    "province-only", "Only an officer of the province may do this", "仅限省科技厅办理", _ASSESSMENT, RuleKind.SCOPE
)
LEAD_ONLY = Rule(
    "province-lead-only",
    "Only a responsible head of the province may revoke a title",
    "仅限省科技厅负责人决定取消称号",
    _RESULT,
    RuleKind.SCOPE,
)
NOT_ONES_OWN = Rule(
    "nobody-decides-on-their-own",
    "Nobody decides on their own filing",
    "任何人不得处理本人报送的事项",
    _ASSESSMENT,
    RuleKind.SCOPE,
)

TEXT_GIVEN = Rule("text-is-given", "Say it in words", "请填写文字说明", "-", RuleKind.INPUT)
TEXT_FITS = Rule(
    "text-is-not-too-long", "The text is longer than the policy allows", "文字超出规定长度", "-", RuleKind.INPUT
)
TEXT_PLAIN = Rule("text-is-plain", "The text holds control characters", "文字含有不可用的控制字符", "-", RuleKind.INPUT)
NOT_IN_FUTURE = Rule(
    "not-in-the-future", "A thing done cannot lie in the future", "已发生事项的日期不得晚于今日", "-", RuleKind.INPUT
)
NOT_BEFORE_DESIGNATION = Rule(
    "not-before-designation", "The district was not designated yet", "该日期早于设立之日", "四（五）", RuleKind.INPUT
)

REPORT_IS_OWED = Rule(
    "report-year-of-the-term",
    "This is not a year for which the district reports",
    "该年度不在建设期限内的报送年度",
    _REPORT,
    RuleKind.INPUT,
)
REPORT_YEAR_BEGUN = Rule(
    "report-year-begun",
    "The year's plan cannot be filed before the year begins",
    "未到该年度，不能报送当年度工作计划",
    _REPORT,
    RuleKind.STATE,
)
TWO_DOCUMENTS = Rule(
    "summary-and-plan-differ",
    "The summary and the plan are two documents",
    "上年度总结和当年度计划应为两份文件",
    _REPORT,
    RuleKind.INPUT,
)
DOCUMENT_STORED = Rule(
    "document-is-uploaded",
    "A document is uploaded before it is filed, and named as the upload answered",
    "文件须先上传，并按上传结果填报",
    _REPORT,
    RuleKind.INPUT,
)
REPORTED_ONCE = Rule(
    "report-filed-once", "The report of this year is filed already", "该年度报告已经报送", _REPORT, RuleKind.STATE
)
REPORT_IS_FILED = Rule(
    "report-is-filed", "There is no report of this year to acknowledge", "该年度报告尚未报送", _REPORT, RuleKind.STATE
)

USCC_HOLDS = Rule(
    "uscc-holds",
    "Each institution has a valid unified social credit code",
    "机构统一社会信用代码须有效",
    "GB 32100-2015",
    RuleKind.INPUT,
)
ROSTER_FITS = Rule(
    "roster-fits",
    "A roster has at least one institution and no more than the policy allows",
    "名录机构数量超出范围",
    "三（二）",
    RuleKind.INPUT,
)
ROSTER_IN_ORDER = Rule(
    "roster-in-order",
    "A newer roster is on record",
    "已有更新的名录",
    "三（二）",
    RuleKind.STATE,
)

ASSESSMENT_IN_TIME = Rule(
    "assessment-near-the-end",
    "The assessment does not open before the time set near the end of the term",
    "未到期满考核启动时间",
    _ASSESSMENT,
    RuleKind.STATE,
)
ASSESSMENT_IS_OPEN = Rule(
    "assessment-is-open",
    "No assessment of this district is open",
    "该集聚区未启动期满考核",
    _ASSESSMENT,
    RuleKind.STATE,
)
POINTS_IN_RANGE = Rule(
    "points-between-0-and-100", "Points lie between 0 and 100", "分值应在0至100之间", "四（六）1", RuleKind.INPUT
)
EVIDENCE_NAMED = Rule(
    "evidence-is-named",
    "An assessment names the events of this district that it rests on",
    "考核须列明所依据的本集聚区记录",
    "四（六）1",
    RuleKind.INPUT,
)
RECOMMENDED_IF_EXCELLENT = Rule(
    "recommended-if-excellent",
    "Only a district assessed excellent is recommended first",
    "评为优秀的方可优先推荐",
    _RESULT,
    RuleKind.STATE,
)
TITLE_EARNED = Rule(
    "title-kept-if-qualified",
    "The title is kept after a qualified assessment or a passed reassessment",
    "考核合格或整改复核通过后方可保留称号",
    _RESULT,
    RuleKind.STATE,
)

UNQUALIFIED_FIRST = Rule(
    "rectification-if-unqualified",
    "Rectification is ordered after an unqualified assessment",
    "评为不合格的方可责令限期整改",
    _RESULT,
    RuleKind.STATE,
)
MONTHS_ALLOWED = Rule(
    "rectification-months-allowed",
    "The time to rectify lies within the policy's limits",
    "整改期限超出规定范围",
    _RESULT,
    RuleKind.INPUT,
)
RECTIFYING = Rule("rectification-runs", "No rectification is running", "该集聚区不在整改期内", _RESULT, RuleKind.STATE)
EXTENDED_ONCE = Rule(
    "rectification-extended-once",
    "The time to rectify was extended already",
    "整改期限只能延长一次",
    _RESULT,
    RuleKind.STATE,
)
REASSESSED_AFTER = Rule(
    "reassessed-after-rectification",
    "A reassessment follows the district's report or the end of its time",
    "报送整改报告或整改期满后方可复核",
    _RESULT,
    RuleKind.STATE,
)

HEARD_AFTER_FAILING = Rule(
    "heard-after-failing",
    "A hearing is offered when the reassessment is failed",
    "复核仍不合格的方可告知陈述申辩权利",
    _RESULT,
    RuleKind.STATE,
)
HEARING_RUNS = Rule(
    "hearing-runs", "No time to state and defend is running", "不在陈述申辩期内", _RESULT, RuleKind.STATE
)
HEARD_FIRST = Rule(
    "heard-before-revoking",
    "No title is revoked before the time to be heard is over",
    "陈述申辩期满前不得取消称号",
    _RESULT,
    RuleKind.STATE,
)
STATEMENT_WEIGHED = Rule(
    "statement-weighed",
    "A decision says how the district's statement was weighed",
    "决定须说明对陈述申辩意见的采纳情况",
    _RESULT,
    RuleKind.INPUT,
)
DOCUMENT_NUMBERED = Rule(
    "document-numbered", "The decision bears a valid document number", "决定须有规范的发文字号", _RESULT, RuleKind.INPUT
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
    "A correction names an event of this district",
    "更正须指明本集聚区的一条记录",
    "-",
    RuleKind.INPUT,
)
CORRECTION_CHANGES = Rule(
    "correction-changes-something", "What was and what is right are the same", "更正前后内容相同", "-", RuleKind.INPUT
)
