"""The rules of review, each named as a sentence, in both languages, with the clause it rests on."""

from __future__ import annotations

from typing import Final

from shared.contracts.core import Rule, RuleKind

CLAUSE: Final = "四（四）"
CONDITIONS: Final = "四（二）"


def _rule(name: str, kind: RuleKind, en: str, zh: str, clause: str = CLAUSE) -> Rule:
    return Rule(name, en, zh, clause, kind)


CASE_IS_KNOWN = _rule("case-is-known", RuleKind.ABSENT, "There is no such case", "没有该案件")
CASE_IS_OPENED_ONCE = _rule(
    "case-is-opened-once", RuleKind.STATE, "A case is opened once, by one packet", "一个案件只能由一份申报材料立案一次"
)
CASE_IS_OPEN = _rule("case-is-open", RuleKind.STATE, "A case that has ended takes no further steps", "案件已办结")

OFFICER_OF_PROVINCE = _rule(
    "officer-of-the-province", RuleKind.SCOPE, "Only an officer of the province may do this", "仅限省科技厅工作人员办理"
)
LEAD_OF_PROVINCE = _rule(
    "lead-of-the-province-approves",
    RuleKind.SCOPE,
    "Only a lead officer of the province approves",
    "批复仅限省科技厅负责人作出",
)
SYSTEM_DOES_THIS = _rule(
    "system-does-this", RuleKind.SCOPE, "This follows from another event; nobody commands it", "该步骤由系统自动办理"
)
NOBODY_DECIDES_OWN_FILING = _rule(
    "nobody-decides-on-their-own-filing",
    RuleKind.SCOPE,
    "Nobody decides on an application that they filed, endorsed or keyed in",
    "本人申报、盖章或代录的申报不得由本人审核",
)
EXPERT_OF_THIS_CASE = _rule(
    "expert-of-this-case",
    RuleKind.SCOPE,
    "Only an expert assigned to this case may do this",
    "仅限本案专家组成员办理",
)

EXAMINATION_IS_UNDER_WAY = _rule(
    "formal-examination-is-under-way",
    RuleKind.STATE,
    "This belongs to the formal examination, which is not under way",
    "该步骤属于形式审查，当前不在形式审查阶段",
)
CORRECTIONS_ARE_TOLD_AT_ONCE = _rule(
    "corrections-are-told-at-once",
    RuleKind.STATE,
    "All corrections are told at once; a notice is still unanswered",
    "补正事项应一次性告知，已发出的补正通知尚未答复",
)
NOTICE_NAMES_A_PART = _rule(
    "correction-names-a-part-of-the-packet",
    RuleKind.INPUT,
    "Every correction names the part of the packet it concerns",
    "每项补正须指明申报材料的具体部分",
)
NOTICE_HAS_ITEMS = _rule(
    "correction-notice-has-items", RuleKind.INPUT, "A correction notice has at least one item", "补正通知至少应有一项"
)
NO_NEW_POINT_ON_UNCHANGED_PART = _rule(
    "no-new-point-on-an-unchanged-part",
    RuleKind.STATE,
    "A later notice may not raise a new point on a part that did not change",
    "再次告知不得就未改动的部分提出新的补正要求",
)
CORRECTION_ANSWERS_A_NOTICE = _rule(
    "correction-answers-a-notice",
    RuleKind.STATE,
    "A correction answers the notice that is open",
    "补正材料须对应尚未答复的补正通知",
)
PACKET_IS_IN_ORDER = _rule(
    "accepted-packet-is-in-order",
    RuleKind.STATE,
    "An application is not accepted while a defect or error is open",
    "申报材料存在未补正的缺陷或错误，不予受理",
)
TIME_TO_CORRECT_RUNS_OUT_FIRST = _rule(
    "time-to-correct-runs-out-first",
    RuleKind.STATE,
    "Acceptance is not refused while the time to correct still runs",
    "补正期限未满，不得作出不予受理决定",
)
REASONS_ARE_GIVEN = _rule(
    "reasons-are-given", RuleKind.INPUT, "A decision against the applicants gives its reasons", "不利决定应说明理由"
)

CASE_IS_ACCEPTED = _rule("case-is-accepted", RuleKind.STATE, "The application must be accepted first", "申报尚未受理")
CONDITION_IS_KNOWN = _rule(
    "condition-is-known", RuleKind.ABSENT, "There is no such condition", "没有该申报条件", CONDITIONS
)
CONDITION_NEEDS_JUDGEMENT = _rule(
    "condition-needs-judgement",
    RuleKind.STATE,
    "Judgement is given only on a condition that no rule decides",
    "仅对需要判断的申报条件作出判断",
    CONDITIONS,
)
JUDGEMENT_PRECEDES_PUBLICITY = _rule(
    "judgement-precedes-publicity",
    RuleKind.STATE,
    "Conditions are judged before publicity begins",
    "申报条件的判断应在公示前作出",
    CONDITIONS,
)
EVERY_CONDITION_IS_MET = _rule(
    "every-condition-is-met",
    RuleKind.STATE,
    "Every condition of 四（二） is met, by rule or by judgement, before publicity",
    "公示前申报条件须全部符合（含判断为符合）",
    CONDITIONS,
)

UNMET_CONDITION_GOES_TO_NO_PANEL = _rule(
    "unmet-condition-goes-to-no-panel",
    RuleKind.STATE,
    "Experts are not asked about a case that does not meet a condition a rule decides",
    "存在不符合的申报条件，不提交专家评审",
    CONDITIONS,
)
PANEL_IS_CONVENED_ONCE = _rule("panel-is-convened-once", RuleKind.STATE, "A panel is convened once", "专家组只组建一次")
PANEL_IS_CONVENED = _rule("panel-is-convened", RuleKind.STATE, "The panel must be convened first", "尚未组建专家组")
PANEL_HAS_ITS_SIZE = _rule(
    "panel-has-its-size",
    RuleKind.INPUT,
    "A panel has the odd number of experts that the policy sets",
    "专家组人数应为规定的单数",
)
EXPERTS_ARE_DISTINCT = _rule(
    "experts-are-distinct", RuleKind.INPUT, "Nobody sits on a panel twice", "专家和候补专家不得重复"
)
CONFLICTED_EXPERT_HAS_A_RESERVE = _rule(
    "conflicted-expert-has-a-reserve",
    RuleKind.STATE,
    "An expert with a conflict of interest is off the panel, and no reserve is left",
    "存在利益冲突的专家不得参加评审，且无候补专家可替补",
)
REPLACEMENT_IS_FREE_OF_CONFLICT = _rule(
    "replacement-is-free-of-conflict",
    RuleKind.STATE,
    "A replacement has no conflict of interest",
    "替补专家不得存在利益冲突",
)
EXPERT_IS_KNOWN = _rule("expert-is-known", RuleKind.ABSENT, "There is no such expert on the panel", "专家组没有该专家")
RECUSAL_PRECEDES_PANEL_CONCLUSION = _rule(
    "recusal-precedes-the-panel-conclusion",
    RuleKind.STATE,
    "The panel changes only until it has concluded",
    "专家组形成结论后不再变更成员",
)
REPLACED_EXPERT_LEFT = _rule(
    "replaced-expert-left-the-panel",
    RuleKind.STATE,
    "Only a recused expert whose seat is empty is replaced",
    "仅可替补已回避且席位空缺的专家",
)
SHEET_IS_GIVEN_ONCE = _rule(
    "sheet-is-given-once", RuleKind.STATE, "An expert gives one score sheet, once", "每位专家只提交一次评分表"
)
SHEETS_ARE_BEING_COLLECTED = _rule(
    "sheets-are-being-collected",
    RuleKind.STATE,
    "Score sheets are taken only during the material review",
    "仅在材料评审期间接收评分表",
)
SHEET_IS_COMPLETE = _rule(
    "sheet-is-complete",
    RuleKind.INPUT,
    "A score sheet scores every criterion of the policy, each once, and no other",
    "评分表须对全部评分项逐一评分",
)
POINTS_ARE_OF_A_HUNDRED = _rule(
    "points-are-of-a-hundred", RuleKind.INPUT, "Points are from 0 to 100", "每项评分为0至100分"
)
ENOUGH_VALID_SHEETS = _rule(
    "enough-valid-sheets", RuleKind.STATE, "Enough valid score sheets are in", "有效评分表份数不足"
)

MATERIAL_REVIEW_PRECEDES_VISIT = _rule(
    "material-review-precedes-the-site-visit",
    RuleKind.STATE,
    "The site visit follows the material review",
    "现场考察应在材料评审结束后进行",
)
VISIT_IS_SCHEDULED_ONCE = _rule(
    "visit-is-scheduled-once",
    RuleKind.STATE,
    "A site visit is scheduled once, then rescheduled",
    "现场考察已安排，变更请改期",
)
VISIT_IS_SCHEDULED = _rule(
    "visit-is-scheduled", RuleKind.STATE, "The site visit must be scheduled first", "尚未安排现场考察"
)
VISIT_IS_SCHEDULED_AHEAD = _rule(
    "visit-is-scheduled-ahead",
    RuleKind.INPUT,
    "The day of the site visit lies in the past or too far ahead",
    "考察日期早于当日或安排过远",
)
VISIT_IS_REPORTED_ONCE = _rule(
    "visit-is-reported-once", RuleKind.STATE, "A site visit is reported once", "现场考察报告只提交一次"
)
VISIT_IS_REPORTED_FOR_ITS_DAY = _rule(
    "visit-is-reported-for-its-day",
    RuleKind.INPUT,
    "A site visit is reported on or after the day it was scheduled for, and for that day",
    "现场考察报告的日期应为安排的考察日期，且不早于该日提交",
)
VISIT_IS_ATTENDED = _rule(
    "visit-is-attended", RuleKind.INPUT, "Somebody visits: the people attending are named", "须列明考察人员"
)
CHECKLIST_IS_COMPLETE = _rule(
    "checklist-is-complete",
    RuleKind.INPUT,
    "A site visit answers every item of the policy's checklist, each once",
    "考察清单各项须逐一填写",
)
PHOTOGRAPH_IS_STORED = _rule(
    "photograph-is-stored",
    RuleKind.INPUT,
    "A photograph is a picture that was uploaded first, described as its upload answered",
    "照片须先上传，且与上传结果一致",
)
VISIT_PRECEDES_PANEL_CONCLUSION = _rule(
    "site-visit-precedes-the-panel-conclusion",
    RuleKind.STATE,
    "The panel concludes after the site visit is reported",
    "专家组结论应在现场考察报告之后形成",
)

PANEL_CONCLUSION_PRECEDES_PUBLICITY = _rule(
    "panel-conclusion-precedes-publicity",
    RuleKind.STATE,
    "Publicity follows the conclusion of the panel",
    "公示应在专家组形成结论后进行",
)
AVERAGE_PASSES = _rule(
    "average-passes", RuleKind.STATE, "The panel's average reaches the pass mark", "专家组平均分须达到规定分数"
)
PANEL_RECOMMENDS = _rule(
    "panel-recommends", RuleKind.STATE, "The majority of the panel recommends", "须经专家组多数推荐"
)
PUBLICITY_STARTS_ONCE = _rule("publicity-starts-once", RuleKind.STATE, "Publicity is started once", "公示只进行一次")
PUBLICITY_STARTS_AHEAD = _rule(
    "publicity-is-not-backdated",
    RuleKind.INPUT,
    "The first day of publicity lies in the past or too far ahead",
    "公示开始日期早于当日或安排过远",
)
OBJECTIONS_ARE_HEARD_DURING_PUBLICITY = _rule(
    "objections-are-heard-during-publicity",
    RuleKind.STATE,
    "Objections are received from the first to the last day of publicity",
    "异议应在公示期内提出",
)
OBJECTION_IS_KNOWN = _rule("objection-is-known", RuleKind.ABSENT, "There is no such objection", "没有该异议")
OBJECTION_IS_ANSWERED_ONCE = _rule(
    "objection-is-answered-once", RuleKind.STATE, "An objection is answered once", "异议只答复一次"
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
TEXT_IS_GIVEN = _rule("text-is-given", RuleKind.INPUT, "A text is given, not an empty line", "内容不得为空")
PUBLICITY_PRECEDES_APPROVAL = _rule(
    "publicity-precedes-approval",
    RuleKind.STATE,
    "Approval follows the whole of publicity",
    "批复应在公示期满后作出",
)
OBJECTIONS_ARE_ANSWERED = _rule(
    "objections-are-answered-before-approval",
    RuleKind.STATE,
    "Every objection is answered before approval",
    "批复前异议须全部答复",
)
NO_OBJECTION_IS_UPHELD = _rule(
    "no-objection-is-upheld",
    RuleKind.STATE,
    "Nothing is approved against an objection that was upheld",
    "异议成立的，不予批复确认",
)
DOCUMENT_NUMBER_IS_WELL_FORMED = _rule(
    "document-number-is-well-formed",
    RuleKind.INPUT,
    "The approval bears a well-formed document number, of the year of its date",
    "批复须有规范的发文字号，且年份与批复日期一致",
)
APPROVAL_IS_DATED_RIGHTLY = _rule(
    "approval-is-dated-rightly",
    RuleKind.INPUT,
    "The approval is dated after publicity ended and not in the future",
    "批复日期应在公示期满之后且不晚于当日",
)
CORRECTED_EVENT_IS_OF_THIS_CASE = _rule(
    "corrected-event-is-of-this-case", RuleKind.ABSENT, "This case has no such event", "本案没有该事件", "-"
)
RECORD_IS_CORRECTED_ON_SOMEBODYS_WORD = _rule(
    "record-is-corrected-with-why-and-on-whose-word",
    RuleKind.INPUT,
    "A correction of the record says what was wrong, what is right, why and on whose word",
    "更正记录应说明原内容、正确内容、理由和依据",
    "-",
)
