"""What people call the fields of events and the conditions of 四（二）; letters use no name of the code."""

from __future__ import annotations

from shared.contracts.notify import Language

FIELDS = {
    "answer": ("答复内容", "the answer"),
    "approved_on": ("批复日期", "the date of the approval"),
    "as_of": ("名册截至日期", "the day of the roster"),
    "attachments": ("附件", "the attachments"),
    "attended_by": ("参加人员", "who attended"),
    "average": ("平均分", "the average"),
    "by_office": ("办理单位", "the office"),
    "changes": ("须修改内容", "what is to be changed"),
    "checklist": ("考察清单", "the checklist"),
    "comment": ("评审意见", "the comment"),
    "condition": ("申报条件", "the condition"),
    "county_unit": ("县（区）科技管理部门", "the county department"),
    "cycle": ("建设期", "the term"),
    "deduction": ("扣分", "points off"),
    "defects": ("记录缺陷", "the defects noted"),
    "designated_on": ("设立日期", "the date of the designation"),
    "dissent": ("不同意见", "the dissent"),
    "document_number": ("发文字号", "the document number"),
    "documents": ("文件", "the documents"),
    "due": ("期限", "the last day"),
    "duty": ("重点任务", "the key task"),
    "ended_on": ("结束日期", "the day it ended"),
    "ends": ("截止日期", "the last day"),
    "endorser": ("签署意见单位", "the endorsing office"),
    "evidence": ("证明材料", "the evidence"),
    "expert": ("专家", "the expert"),
    "experts": ("专家", "the experts"),
    "filed_on": ("报送日期", "the date of filing"),
    "findings": ("情况和意见", "the findings"),
    "first_day": ("起始日期", "the first day"),
    "form": ("申请书", "the application form"),
    "formal_examination_due": ("形式审查期限", "the last day of the formal examination"),
    "grade": ("考核等次", "the grade"),
    "grounds": ("理由", "the grounds"),
    "held_on": ("开展日期", "the day it was held"),
    "institutions": ("机构名册", "the roster of institutions"),
    "invited_on": ("告知日期", "the day of the invitation"),
    "items": ("补正内容", "the corrections"),
    "key_unit": ("服务业重点单位", "the key service unit"),
    "kind": ("类别", "the kind"),
    "last_day": ("届满日期", "the last day of the term"),
    "late_by": ("迟报工作日数", "working days late"),
    "matter": ("事项", "the matter"),
    "met": ("是否符合", "whether it is met"),
    "months": ("月数", "the months"),
    "notice_no": ("补正告知序号", "the number of the notice"),
    "now": ("现期限", "the last day now"),
    "objections": ("异议件数", "the number of objections"),
    "objector": ("异议人", "who objected"),
    "opinion": ("意见", "the opinion"),
    "ordered_on": ("下达日期", "the day of the order"),
    "outcome": ("办理结果", "the outcome"),
    "photographs": ("照片", "the photographs"),
    "place": ("所在地", "the place"),
    "plan": ("年度计划", "the yearly plan"),
    "practice": ("做法和经验得分", "points for practice and experience"),
    "reason": ("理由", "the reason"),
    "reasons": ("理由", "the reasons"),
    "received_on": ("收件日期", "the day of receipt"),
    "receiver": ("签收单位", "the receiving office"),
    "recommended": ("是否建议确认", "whether it is recommended"),
    "remedies": ("救济途径", "the remedies"),
    "reports": ("报送年度", "the years of reports"),
    "requirements": ("整改要求", "the requirements"),
    "revoked_on": ("取消日期", "the day of the revocation"),
    "score": ("得分", "the score"),
    "scores": ("评分", "the scores"),
    "seals": ("印章", "the seals"),
    "starts_on": ("开始日期", "the first day"),
    "statement_considered": ("陈述申辩采纳情况", "how the statement was considered"),
    "statements": ("陈述申辩件数", "the number of statements"),
    "summary": ("年度总结", "the yearly summary"),
    "text": ("内容", "the text"),
    "thinking": ("工作思路和方案得分", "points for thinking and plan"),
    "title": ("称号", "the title"),
    "total": ("总分", "the total"),
    "unit": ("单位", "the unit"),
    "upheld": ("异议是否成立", "whether it was upheld"),
    "valid_sheets": ("有效评分表份数", "the number of valid score sheets"),
    "visit_on": ("考察日期", "the day of the visit"),
    "visited_on": ("考察日期", "the day of the visit"),
    "visitors": ("考察人员", "who visits"),
    "was": ("原期限", "the last day before"),
    "year": ("年度", "the year"),
    "zone": ("国家试验区名称", "the national zone"),
}
_OTHER = ("一项内容", "an entry")
CONDITIONS = {
    "management_body": ("知识产权管理机构", "management body"),
    "development_plan": ("知识产权服务业发展规划", "development plan"),
    "special_fund": ("专项经费", "special fund"),
    "industry_and_innovators": ("产业优势与创新主体", "industry and innovators"),
    "institutions_minimum": ("服务机构数量", "number of institutions"),
    "service_coverage": ("服务需求保障", "coverage of the services needed"),
}
_CONDITION = ("申报条件", "a condition")


def field(name: str, language: Language) -> str:
    """What a field of an event is called; of ``form.staff.total`` its first part."""
    return FIELDS.get(name.partition(".")[0], _OTHER)[language is Language.ENGLISH]


def condition(key: str, language: Language) -> str:
    """What a condition of 四（二） is called."""
    return CONDITIONS.get(key, _CONDITION)[language is Language.ENGLISH]
