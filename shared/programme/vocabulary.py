"""The programme's closed lists, each member with its Chinese term of the notice and its English name.

The value is what is stored and sent; reading also accepts the Chinese term and its usual variants.
"""

from enum import StrEnum
from typing import Self


class ClosedList(StrEnum):
    """A member of a closed list: `value` is stored, `zh` and `en` are shown, `clause` is where the notice says it."""

    zh: str
    en: str
    clause: str
    aliases: tuple[str, ...]

    def __new__(cls, value: str, zh: str = "", en: str = "", clause: str = "", *aliases: str) -> Self:
        """A member; `aliases` are further spellings that are read as it."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.zh = zh
        member.en = en
        member.clause = clause
        member.aliases = aliases
        return member

    @classmethod
    def _missing_(cls, value: object) -> Self | None:
        if not isinstance(value, str):
            return None
        plain = value.strip()
        return next((member for member in cls if plain in (member.value, member.zh, *member.aliases)), None)


class ServiceCategory(ClosedList):
    """The five categories in which the form counts institutions, 附件1."""

    INFORMATION = "information", "信息服务", "Information services", "附件1"
    CONSULTING_TRAINING = "consulting_training", "咨询培训服务", "Consulting and training", "附件1", "咨询培训"
    LEGAL = "legal", "法律服务", "Legal services", "附件1"
    AGENCY = "agency", "专利商标代理服务", "Patent and trade mark agency", "附件1", "专利商标代理"
    OTHER = "other", "其他", "Other", "附件1"


class IpKind(ClosedList):
    """The six kinds of intellectual property that 四（二）3 names."""

    PATENT = "patent", "专利", "Patents", "四（二）3"
    TRADE_MARK = "trade_mark", "商标", "Trade marks", "四（二）3"
    COPYRIGHT = "copyright", "版权", "Copyright", "四（二）3"
    GEOGRAPHICAL_INDICATION = "geographical_indication", "地理标志", "Geographical indications", "四（二）3"
    PLANT_VARIETY = "plant_variety", "植物新品种", "New plant varieties", "四（二）3"
    IC_LAYOUT = "ic_layout", "集成电路布图设计", "Layout designs of integrated circuits", "四（二）3"


class ServiceKind(ClosedList):
    """The six kinds of service that 四（二）3 asks to be secured in the main."""

    INFORMATION = "information", "信息咨询", "Information and advice", "四（二）3"
    ENFORCEMENT = "enforcement", "维权", "Enforcement of rights", "四（二）3"
    AGENCY = "agency", "代理", "Agency", "四（二）3"
    VALUATION = "valuation", "评估", "Valuation", "四（二）3"
    LEGAL = "legal", "法律", "Legal services", "四（二）3"
    COMMERCIAL = "commercial", "商用", "Commercial use", "四（二）3"


class EvidenceKind(ClosedList):
    """What a file of the packet shows, 四（三）."""

    APPLICATION_FORM = "application_form", "申请书", "Application form", "四（三）1"
    WORK_PLAN = "work_plan", "建设工作方案", "Work plan", "四（三）2"
    MANAGEMENT_BODY = "management_body", "管理机构证明", "Proof of the management body", "四（三）3"
    DEVELOPMENT_PLAN = "development_plan", "发展规划", "Development plan", "四（三）3"
    SPECIAL_FUND = "special_fund", "专项经费证明", "Proof of the special fund", "四（三）3"
    INNOVATORS = "innovators", "创新主体证明", "Proof of the innovators", "四（三）3"
    INSTITUTIONS = "institutions", "机构证明", "Proof of the institutions", "四（三）3"
    OTHER = "other", "其他证明材料", "Other evidence", "四（三）3", "其他"


class CountyDuty(ClosedList):
    """The five tasks of the county department, each of which can be reported against, 三（一）-（五）."""

    PLANNING = "planning", "编制规划与营造政策环境", "Planning and a policy environment", "三（一）"
    INSTITUTIONS = "institutions", "引进和培育服务机构", "Bringing in and growing institutions", "三（二）"
    MATCHING = "matching", "促进供求对接", "Matching demand and supply", "三（三）"
    TALENT = "talent", "引进和培育人才", "Bringing in and growing talent", "三（四）"
    JOINT_MECHANISM = "joint_mechanism", "建立联合工作机制", "A joint working mechanism", "三（五）"


class ConflictKind(ClosedList):
    """Why an expert may not judge a case, 四（四）."""

    SAME_ORGANISATION = "same_organisation", "同一单位", "Same organisation", "四（四）"
    SAME_COUNTY = "same_county", "同一县（区）", "Same county", "四（四）"
    DECLARED = "declared", "自行申报", "Declared", "四（四）"


class Grade(ClosedList):
    """The three results of the assessment at the end of the term, 四（六）2."""

    EXCELLENT = "excellent", "优秀", "Excellent", "四（六）2"
    QUALIFIED = "qualified", "合格", "Qualified", "四（六）2"
    UNQUALIFIED = "unqualified", "不合格", "Unqualified", "四（六）2"


class TimeLimit(ClosedList):
    """What has a last day that is counted by the working calendar."""

    ENDORSEMENT = "endorsement", "市（州）科技局答复", "the answer of the city", "四（三）"
    FORMAL_EXAMINATION = "formal-examination", "形式审查", "the formal examination", "四（四）"
    CORRECTION = "correction", "补正", "the correction", "四（四）"
    PUBLICITY = "publicity", "公示", "the publicity", "四（四）"
    ANNUAL_REPORT = "annual-report", "年度报告", "the yearly report", "五（三）"
    LATE_REPORT = "late-report", "年度报告补报", "the yearly report, late", "五（三）"
    RECTIFICATION = "rectification", "整改", "the rectification", "四（六）2"
    HEARING = "hearing", "陈述申辩", "the statement and defence", "四（六）2"


class LetterKind(ClosedList):
    """What somebody of the public writes to the department about."""

    QUESTION = "question", "咨询", "Question", "-"
    SUGGESTION = "suggestion", "建议", "Suggestion", "-"
    COMPLAINT = "complaint", "投诉", "Complaint", "-"


class Satisfaction(ClosedList):
    """The five levels in which whoever was served rates it."""

    VERY_SATISFIED = "very_satisfied", "非常满意", "Very satisfied", "国办发〔2019〕51号"
    SATISFIED = "satisfied", "满意", "Satisfied", "国办发〔2019〕51号"
    FAIRLY_SATISFIED = "fairly_satisfied", "基本满意", "Fairly satisfied", "国办发〔2019〕51号"
    DISSATISFIED = "dissatisfied", "不满意", "Dissatisfied", "国办发〔2019〕51号"
    VERY_DISSATISFIED = "very_dissatisfied", "非常不满意", "Very dissatisfied", "国办发〔2019〕51号"

    @property
    def calls_for_an_answer(self) -> bool:
        """Whether it is one of the two (差评) that the office looks into and answers."""
        return self in (Satisfaction.DISSATISFIED, Satisfaction.VERY_DISSATISFIED)


class ServiceStep(ClosedList):
    """The steps in which the programme serves somebody, each of which can be rated once it was handled."""

    FILING = "filing", "申报报送", "Filing", "四（三）"
    ENDORSEMENT = "endorsement", "审核推荐", "Endorsement", "四（三）"
    CORRECTION = "correction", "一次性补正告知", "Correction notice", "四（四）"
    ACCEPTANCE = "acceptance", "受理", "Acceptance", "四（四）"
    VISIT = "visit", "现场考察", "Site visit", "四（四）"
    PUBLICITY = "publicity", "公示", "Publicity", "四（四）"
    DECISION = "decision", "批复", "Decision", "四（四）"
    REPORT = "report", "年度报告签收", "Receipt of a yearly report", "五（三）"
    SUPPORT = "support", "检查、指导、培训", "Inspection, guidance, training", "五（一）（三）"
    ASSESSMENT = "assessment", "期满考核", "Assessment", "四（六）"
    REASSESSMENT = "reassessment", "整改复核", "Reassessment", "四（六）2"
    REVOCATION = "revocation", "取消称号", "Revoking a title", "四（六）2"
    OBJECTION = "objection", "异议答复", "Answer to an objection", "四（四）"
    LETTER = "letter", "来信答复", "Answer to a letter", "-"

    @property
    def by_receipt(self) -> bool:
        """Whether it is rated by whoever has the receipt, with no account."""
        return self in (ServiceStep.OBJECTION, ServiceStep.LETTER)


class ActKind(ClosedList):
    """The kinds of act that a head may let a colleague do; `shared.programme.delegating` says which acts each has."""

    FILING = "filing", "申报填报与报送", "Filling in and sending an application", "四（一）（三）"
    SEALING = "sealing", "加盖单位印章", "Setting the office's seal", "四（三）"
    ENDORSEMENT = "endorsement", "审核推荐", "Endorsing applications", "四（三）"
    EXAMINATION = "examination", "形式审查与受理", "Formal examination and acceptance", "四（四）"
    PANEL = "panel", "专家评审与现场考察", "The panel and the site visit", "四（四）"
    PUBLICITY = "publicity", "公示与异议处理", "Publicity and objections", "四（四）"
    DECISION = "decision", "批复与暂不确认", "Approving, or not yet confirming", "四（四）"
    REPORTS = "reports", "报送年度材料与陈述", "Reporting on a district, and stating its case", "五（三）"
    GUIDANCE = "guidance", "督查指导与年报签收", "Inspection, guidance and receipts of reports", "五（一）（三）"
    ASSESSMENT = "assessment", "期满考核", "The assessment at the end of the term", "四（六）"
    RECTIFICATION = "rectification", "限期整改与复核", "Rectification and reassessment", "四（六）2"
    REVOCATION = "revocation", "听取陈述与取消称号", "Hearings and revoking a title", "四（六）2"
    CORRECTION = "correction", "更正记录", "Correcting the record", "-"
