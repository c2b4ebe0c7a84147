"""The rules of review, phase by phase: what is wrong where one is broken, its clause, and what to do, in both
languages."""

from __future__ import annotations

from typing import Final

from shared.contracts.core import Rule, RuleKind

CLAUSE: Final = "四（四）"
CONDITIONS: Final = "四（二）"


def _rule(
    name: str, kind: RuleKind, en: str, zh: str, clause: str = CLAUSE, *, remedy: str = "", remedy_zh: str = ""
) -> Rule:
    return Rule(name, en, zh, clause, kind, remedy, remedy_zh)


# The case

CASE_IS_KNOWN = _rule("case-is-known", RuleKind.ABSENT, "There is no such case", "没有该办件")
CASE_IS_OPENED_ONCE = _rule(
    "case-is-opened-once",
    RuleKind.STATE,
    "This case was opened with another packet already",
    "该办件已收到另一份申报材料",
)
CASE_IS_OPEN = _rule("case-is-open", RuleKind.STATE, "This case has ended and takes no further steps", "办件已办结")

# Who may act

OFFICER_OF_PROVINCE = _rule(
    "officer-of-the-province",
    RuleKind.SCOPE,
    "You are no officer of the province",
    "您不是省科技厅工作人员",
    remedy="Ask an officer of the province",
    remedy_zh="请由省科技厅工作人员办理",
)
LEAD_OF_PROVINCE = _rule(
    "lead-of-the-province-approves",
    RuleKind.SCOPE,
    "You are no lead officer of the province",
    "您不是省科技厅负责人",
    remedy="Ask a lead officer of the province",
    remedy_zh="请由省科技厅负责人批复",
)
SYSTEM_DOES_THIS = _rule(
    "system-does-this",
    RuleKind.SCOPE,
    "This follows from another event; nobody commands it",
    "该步骤由系统自动办理，不由个人办理",
    remedy="Wait: it is done by itself",
    remedy_zh="无需操作，系统将自动办理",
)
NOBODY_DECIDES_OWN_FILING = _rule(
    "nobody-decides-on-their-own-filing",
    RuleKind.SCOPE,
    "You filed, endorsed or keyed in this application and cannot decide on it",
    "您曾申报、盖章或代录本申报，不得审核",
    remedy="Let a colleague decide who had no hand in it",
    remedy_zh="请由未参与申报的人员办理",
)
VISITOR_OR_OFFICER = _rule(
    "visitor-or-officer-reports",
    RuleKind.SCOPE,
    "You are neither named to visit the site nor an officer of the province",
    "您不是本次考察的考察人员，也不是省科技厅工作人员",
    remedy="Ask one of the visitors, or an officer",
    remedy_zh="请由考察人员或省科技厅工作人员办理",
)
EXPERT_OF_THIS_CASE = _rule(
    "expert-of-this-case",
    RuleKind.SCOPE,
    "You are no expert of this case",
    "您不是本办件专家组成员",
)

# Who holds the case

CASE_IS_HANDED_OVER_NOT_CLAIMED = _rule(
    "held-case-is-handed-over-not-claimed",
    RuleKind.STATE,
    "A colleague holds this case",
    "该办件已有主办人",
    "-",
    remedy="Ask the colleague named, or a lead, to hand it over",
    remedy_zh="请由所列主办人或负责人移交",
)
HOLDER_OR_LEAD = _rule(
    "holder-or-lead-hands-over",
    RuleKind.SCOPE,
    "You neither hold this case nor lead",
    "您不是该办件的主办人，也不是负责人",
    "-",
    remedy="Ask the holder, or a lead",
    remedy_zh="请由主办人或负责人办理",
)
CASE_IS_HELD_AS_THOUGHT = _rule(
    "case-is-held-by-whom-it-is-taken-from",
    RuleKind.STATE,
    "Somebody else holds this case by now",
    "该办件的主办人已经变更",
    "-",
    remedy="Look at the case again",
    remedy_zh="请重新查看该办件",
)
SUCCESSOR_IS_NAMED = _rule(
    "successor-is-named",
    RuleKind.INPUT,
    "Nobody is named to take the case",
    "未写明接办人",
    "-",
    remedy="Give the account and the name of a colleague",
    remedy_zh="请写明接办同事的账号和姓名",
)

# Formal examination and corrections

EXAMINATION_IS_UNDER_WAY = _rule(
    "formal-examination-is-under-way",
    RuleKind.STATE,
    "The formal examination is not under way",
    "当前不在形式审查阶段",
)
CORRECTIONS_ARE_TOLD_AT_ONCE = _rule(
    "corrections-are-told-at-once",
    RuleKind.STATE,
    "A correction notice is still unanswered",
    "已发出的补正通知尚未答复",
    remedy="Wait for the answer; all corrections are told at once",
    remedy_zh="请等待补正；补正事项应一次性告知",
)
NOTICE_NAMES_A_PART = _rule(
    "correction-names-a-part-of-the-packet",
    RuleKind.INPUT,
    "A correction does not name the part of the packet it concerns",
    "部分补正事项未指明所涉申报材料",
    remedy="Name a field of the form, a document or a seal",
    remedy_zh="请指明字段、附件或印章",
)
NOTICE_HAS_ITEMS = _rule(
    "correction-notice-has-items",
    RuleKind.INPUT,
    "The correction notice has no item",
    "补正通知没有补正事项",
    remedy="Name at least one correction",
    remedy_zh="请至少列出一项",
)
NO_NEW_POINT_ON_UNCHANGED_PART = _rule(
    "no-new-point-on-an-unchanged-part",
    RuleKind.STATE,
    "The notice raises a new point on a part that did not change",
    "就未改动的部分提出了新的补正要求",
    remedy="Leave it out: it should have been told in the first notice",
    remedy_zh="请删去该项；首次通知时应一次性告知",
)
CORRECTION_ANSWERS_A_NOTICE = _rule(
    "correction-answers-a-notice",
    RuleKind.STATE,
    "There is no open notice that this correction answers",
    "没有与该补正材料对应的补正通知",
)
PACKET_IS_IN_ORDER = _rule(
    "accepted-packet-is-in-order",
    RuleKind.STATE,
    "A defect or error of the packet is still open",
    "申报材料仍有未补正的缺陷或错误",
    remedy="Issue a correction notice first",
    remedy_zh="请先发出补正通知",
)
TIME_TO_CORRECT_RUNS_OUT_FIRST = _rule(
    "time-to-correct-runs-out-first",
    RuleKind.STATE,
    "The time to correct is still running",
    "补正期限未满",
    remedy="Wait until it is over",
    remedy_zh="请待补正期满后再作决定",
)
REASONS_ARE_GIVEN = _rule(
    "reasons-are-given",
    RuleKind.INPUT,
    "The reasons are missing",
    "未说明理由",
    remedy="Give the reasons",
    remedy_zh="请写明理由",
)

# Acceptance, and the conditions of 四（二）

CASE_IS_ACCEPTED = _rule(
    "case-is-accepted",
    RuleKind.STATE,
    "The application is not accepted yet",
    "申报尚未受理",
    remedy="Accept it first",
    remedy_zh="请先受理",
)
CONDITION_IS_KNOWN = _rule(
    "condition-is-known",
    RuleKind.ABSENT,
    "There is no such condition",
    "没有该申报条件",
    CONDITIONS,
    remedy="Take its key from the case's conditions",
    remedy_zh="请从申报条件列表中选取",
)
CONDITION_NEEDS_JUDGEMENT = _rule(
    "condition-needs-judgement",
    RuleKind.STATE,
    "This condition is decided by rule and takes no judgement",
    "该申报条件由规则判定，无需人工判断",
    CONDITIONS,
)
JUDGEMENT_PRECEDES_PUBLICITY = _rule(
    "judgement-precedes-publicity",
    RuleKind.STATE,
    "Publicity has begun; conditions are judged no more",
    "公示已开始，不再判断申报条件",
    CONDITIONS,
)
EVERY_CONDITION_IS_MET = _rule(
    "every-condition-is-met",
    RuleKind.STATE,
    "A condition of 四（二） is neither met nor judged to be met",
    "存在不符合或尚未判断的申报条件",
    CONDITIONS,
    remedy="Judge the conditions that are listed, or conclude 'not yet'",
    remedy_zh="请先判断所列条件，或作出暂不确认决定",
)

# The panel and its score sheets

UNMET_CONDITION_GOES_TO_NO_PANEL = _rule(
    "unmet-condition-goes-to-no-panel",
    RuleKind.STATE,
    "The case does not meet a condition that a rule decides, so no experts are asked",
    "存在不符合的申报条件，不提交专家评审",
    CONDITIONS,
    remedy="Conclude 'not yet', with reasons",
    remedy_zh="请作出暂不确认决定并说明理由",
)
PANEL_IS_CONVENED_ONCE = _rule(
    "panel-is-convened-once",
    RuleKind.STATE,
    "The panel was convened already",
    "专家组已经组建",
    remedy="Recuse and replace single experts instead",
    remedy_zh="请以回避和替补方式调整个别专家",
)
PANEL_IS_CONVENED = _rule(
    "panel-is-convened",
    RuleKind.STATE,
    "The panel is not convened yet",
    "尚未组建专家组",
    remedy="Convene the panel first",
    remedy_zh="请先组建专家组",
)
PANEL_HAS_ITS_SIZE = _rule(
    "panel-has-its-size",
    RuleKind.INPUT,
    "The panel has not the odd number of experts that the policy sets",
    "专家组人数不是规定的单数",
    remedy="Name as many experts as the detail says",
    remedy_zh="请按规定人数选派专家",
)
EXPERTS_ARE_DISTINCT = _rule(
    "experts-are-distinct",
    RuleKind.INPUT,
    "Somebody is named twice on the panel",
    "专家或候补专家重复",
    remedy="Name each expert once",
    remedy_zh="请勿重复选派",
)
CONFLICTED_EXPERT_HAS_A_RESERVE = _rule(
    "conflicted-expert-has-a-reserve",
    RuleKind.STATE,
    "An expert has a conflict of interest and no reserve is left",
    "专家存在利益冲突，且无候补专家可替补",
    remedy="Name further reserves without a conflict",
    remedy_zh="请增加无利益冲突的候补专家",
)
REPLACEMENT_IS_FREE_OF_CONFLICT = _rule(
    "replacement-is-free-of-conflict",
    RuleKind.STATE,
    "The replacement has a conflict of interest",
    "替补专家存在利益冲突",
    remedy="Name another expert",
    remedy_zh="请另行选派",
)
EXPERT_IS_OF_A_COUNTY = _rule(
    "county-of-an-expert-is-known",
    RuleKind.INPUT,
    "An expert's county is none of the province",
    "专家所在县（市、区）不是本省的县级单位",
    remedy="Give its code or its name; leave it empty for somebody from outside the province",
    remedy_zh="请填写代码或名称；省外专家留空",
)
IMPARTIALITY_IS_DECLARED_FIRST = _rule(
    "impartiality-is-declared-first",
    RuleKind.STATE,
    "You have not declared yet whether anything ties you to the applicants",
    "您尚未声明与申报单位有无利害关系",
    "-",
    remedy="Declare it first",
    remedy_zh="请先作出声明",
)
EXPERT_IS_KNOWN = _rule("expert-is-known", RuleKind.ABSENT, "There is no such expert on the panel", "专家组没有该专家")
RECUSAL_PRECEDES_PANEL_CONCLUSION = _rule(
    "recusal-precedes-the-panel-conclusion",
    RuleKind.STATE,
    "The panel has concluded and changes no more",
    "专家组已形成结论，不再变更成员",
)
REPLACED_EXPERT_LEFT = _rule(
    "replaced-expert-left-the-panel",
    RuleKind.STATE,
    "This expert's seat is not empty",
    "该专家席位未空缺",
    remedy="Recuse the expert first",
    remedy_zh="请先办理该专家的回避",
)
SHEET_IS_GIVEN_ONCE = _rule(
    "sheet-is-given-once", RuleKind.STATE, "You gave your score sheet already", "您已提交评分表"
)
SHEETS_ARE_BEING_COLLECTED = _rule(
    "sheets-are-being-collected",
    RuleKind.STATE,
    "Score sheets are not being collected now",
    "当前不在材料评审期间，不接收评分表",
)
SHEET_IS_COMPLETE = _rule(
    "sheet-is-complete",
    RuleKind.INPUT,
    "The score sheet leaves out a criterion, or has one twice or one too many",
    "评分表有遗漏、重复或多余的评分项",
    remedy="Score each criterion of the policy once",
    remedy_zh="请对全部评分项逐一评分",
)
POINTS_ARE_OF_A_HUNDRED = _rule(
    "points-are-of-a-hundred",
    RuleKind.INPUT,
    "The points do not lie between 0 and 100",
    "评分不在0至100分之间",
    remedy="Give points from 0 to 100",
    remedy_zh="请填写0至100分",
)
ENOUGH_VALID_SHEETS = _rule(
    "enough-valid-sheets",
    RuleKind.STATE,
    "Too few valid score sheets are in",
    "有效评分表份数不足",
    remedy="Wait for the sheets, or replace an expert",
    remedy_zh="请等待评分表，或替补专家",
)

# The site visit

MATERIAL_REVIEW_PRECEDES_VISIT = _rule(
    "material-review-precedes-the-site-visit",
    RuleKind.STATE,
    "The material review has not ended",
    "材料评审尚未结束",
    remedy="Conclude the material review first",
    remedy_zh="请先结束材料评审",
)
VISIT_IS_SCHEDULED_ONCE = _rule(
    "visit-is-scheduled-once",
    RuleKind.STATE,
    "The site visit is scheduled already",
    "现场考察已安排",
    remedy="Reschedule it instead",
    remedy_zh="请办理改期",
)
VISIT_IS_SCHEDULED = _rule(
    "visit-is-scheduled",
    RuleKind.STATE,
    "The site visit is not scheduled yet",
    "尚未安排现场考察",
    remedy="Schedule it first",
    remedy_zh="请先安排现场考察",
)
VISIT_IS_SCHEDULED_AHEAD = _rule(
    "visit-is-scheduled-ahead",
    RuleKind.INPUT,
    "The site visit's day is none that can be planned",
    "考察日期不在可安排的范围内",
    remedy="Choose a day that the detail names",
    remedy_zh="请在可选范围内选择日期",
)
VISIT_IS_REPORTED_ONCE = _rule(
    "visit-is-reported-once", RuleKind.STATE, "The site visit was reported already", "现场考察报告已提交"
)
VISIT_IS_REPORTED_FOR_ITS_DAY = _rule(
    "visit-is-reported-for-its-day",
    RuleKind.INPUT,
    "The report is not of the day that was scheduled, or comes before it",
    "报告日期不是安排的考察日期，或早于该日提交",
    remedy="Report the scheduled day, on it or later",
    remedy_zh="请按安排的考察日期，在当日或之后报告",
)
VISIT_IS_ATTENDED = _rule(
    "visit-is-attended",
    RuleKind.INPUT,
    "Nobody is named as attending",
    "未列明考察人员",
    remedy="Name the people who attended",
    remedy_zh="请列明考察人员",
)
CHECKLIST_IS_COMPLETE = _rule(
    "checklist-is-complete",
    RuleKind.INPUT,
    "The checklist leaves out an item, or has one twice or one too many",
    "考察清单有遗漏、重复或多余的项目",
    remedy="Answer each item of the policy's checklist once",
    remedy_zh="请逐一填写清单各项",
)
PHOTOGRAPH_IS_STORED = _rule(
    "photograph-is-stored",
    RuleKind.INPUT,
    "A photograph was not uploaded, or is described otherwise than its upload answered",
    "照片尚未上传，或与上传结果不一致",
    remedy="Upload it first, and name it as the upload answered",
    remedy_zh="请先上传照片，并按上传结果填写",
)
VISIT_PRECEDES_PANEL_CONCLUSION = _rule(
    "site-visit-precedes-the-panel-conclusion",
    RuleKind.STATE,
    "The site visit is not reported yet",
    "现场考察尚未报告",
    remedy="Report the site visit first",
    remedy_zh="请先提交现场考察报告",
)

# Publicity, objections and the approval

PANEL_CONCLUSION_PRECEDES_PUBLICITY = _rule(
    "panel-conclusion-precedes-publicity",
    RuleKind.STATE,
    "The panel has not concluded",
    "专家组尚未形成结论",
    remedy="Record the panel's conclusion first",
    remedy_zh="请先记录专家组结论",
)
AVERAGE_PASSES = _rule(
    "average-passes",
    RuleKind.STATE,
    "The panel's average lies below the pass mark",
    "专家组平均分未达到规定分数",
    remedy="Conclude 'not yet', with reasons",
    remedy_zh="请作出暂不确认决定并说明理由",
)
PANEL_RECOMMENDS = _rule(
    "panel-recommends",
    RuleKind.STATE,
    "The majority of the panel does not recommend it",
    "未获专家组多数推荐",
    remedy="Conclude 'not yet', with reasons",
    remedy_zh="请作出暂不确认决定并说明理由",
)
PUBLICITY_STARTS_ONCE = _rule(
    "publicity-starts-once", RuleKind.STATE, "Publicity was started already", "公示已经开始过"
)
PUBLICITY_STARTS_AHEAD = _rule(
    "publicity-is-not-backdated",
    RuleKind.INPUT,
    "Publicity cannot begin on this day",
    "公示开始日期不在可安排的范围内",
    remedy="Choose a day that the detail names",
    remedy_zh="请在可选范围内选择日期",
)
OBJECTIONS_ARE_HEARD_DURING_PUBLICITY = _rule(
    "objections-are-heard-during-publicity",
    RuleKind.STATE,
    "Publicity is not running",
    "当前不在公示期内",
    remedy="Object between its first and its last day",
    remedy_zh="请在公示期内提出异议",
)
OBJECTION_IS_KNOWN = _rule("objection-is-known", RuleKind.ABSENT, "There is no such objection", "没有该异议")
OBJECTION_IS_ANSWERED_ONCE = _rule(
    "objection-is-answered-once", RuleKind.STATE, "The objection was answered otherwise already", "该异议已作出答复"
)
TEXT_IS_GIVEN = _rule(
    "text-is-given", RuleKind.INPUT, "The text is missing", "内容为空", remedy="Write it down", remedy_zh="请填写内容"
)
OBJECTIONS_ARE_WORKED_OFF = _rule(
    "objections-are-worked-off",
    RuleKind.STATE,
    "As many objections of the public wait for an answer as the policy allows; send yours by letter, or come again",
    "待答复的异议已达规定数量，请稍后再提出或书面寄送",
)
OBJECTIONS_ARE_NAMED = _rule(
    "objections-are-named", RuleKind.INPUT, "No open objection is named to be set aside", "未指明需一并处理的异议"
)
CLIENT_IS_KNOWN = _rule(
    "client-of-the-objection-is-known",
    RuleKind.INPUT,
    "It is not known from where this objection came",
    "该异议的来源未记录",
)
PUBLICITY_PRECEDES_APPROVAL = _rule(
    "publicity-precedes-approval",
    RuleKind.STATE,
    "Publicity is not over",
    "公示期未满",
    remedy="Approve after its last day",
    remedy_zh="请在公示期满后批复",
)
OBJECTIONS_ARE_ANSWERED = _rule(
    "objections-are-answered-before-approval",
    RuleKind.STATE,
    "An objection is still unanswered",
    "尚有异议未答复",
    remedy="Answer every objection first",
    remedy_zh="请先答复全部异议",
)
NO_OBJECTION_IS_UPHELD = _rule(
    "no-objection-is-upheld",
    RuleKind.STATE,
    "An objection was upheld",
    "有异议成立",
    remedy="Conclude 'not yet', with reasons",
    remedy_zh="请作出暂不确认决定并说明理由",
)
DOCUMENT_NUMBER_IS_WELL_FORMED = _rule(
    "document-number-is-well-formed",
    RuleKind.INPUT,
    "The document number is not well-formed, or not of the year of its date",
    "发文字号不规范，或年份与批复日期不一致",
    remedy="Write it as 吉科发专〔2018〕76号, with the year of the date",
    remedy_zh="请按“吉科发专〔2018〕76号”的格式填写，年份与日期一致",
)
APPROVAL_IS_DATED_RIGHTLY = _rule(
    "approval-is-dated-rightly",
    RuleKind.INPUT,
    "The approval is dated before publicity ended, or in the future",
    "批复日期早于公示期满或晚于当日",
    remedy="Date it after the last day of publicity, today at the latest",
    remedy_zh="请填写公示期满之后、不晚于当日的日期",
)

# Corrections of the record

CORRECTED_EVENT_IS_OF_THIS_CASE = _rule(
    "corrected-event-is-of-this-case",
    RuleKind.ABSENT,
    "This case has no such event",
    "本办件没有该事件",
    "-",
    remedy="Take the event's id from the timeline",
    remedy_zh="请从办理记录中核对事件编号",
)
RECORD_IS_CORRECTED_ON_SOMEBODYS_WORD = _rule(
    "record-is-corrected-with-why-and-on-whose-word",
    RuleKind.INPUT,
    "The correction leaves out the field, what is right, why, or on whose word",
    "更正未写明字段、正确内容、理由或依据",
    "-",
    remedy="Say what is right, why, and on whose word",
    remedy_zh="请写明正确内容、理由和依据",
)
