"""Bilingual in both languages, as view models carry them to templates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from services.portal.views.todos import WhoseTurn


@dataclass(frozen=True, slots=True)
class Bilingual:
    """The same in Chinese and in English."""

    zh: str
    en: str


STAGES: Final = {
    "draft": Bilingual("填写", "Draft"),
    "endorsing": Bilingual("市（州）审核", "With the city"),
    "declined": Bilingual("市（州）不同意", "Declined by the city"),
    "filed": Bilingual("已报省科技厅", "Filed"),
    "withdrawn": Bilingual("已撤回", "Withdrawn"),
    "examining": Bilingual("形式审查", "Formal examination"),
    "correcting": Bilingual("补正", "Correction"),
    "accepted": Bilingual("已受理", "Accepted"),
    "material-review": Bilingual("材料评审", "Review of the material"),
    "on-site": Bilingual("现场考察", "Site visit"),
    "concluded": Bilingual("评审结束", "Review concluded"),
    "in-publicity": Bilingual("公示", "Publicity"),
    "publicity-over": Bilingual("公示期满", "Publicity over"),
    "approved": Bilingual("已批复", "Approved"),
    "not-yet": Bilingual("暂不确认", "Not yet confirmed"),
    "not-accepted": Bilingual("不予受理", "Not accepted"),
    "designated": Bilingual("建设期", "In its term"),
    "under-assessment": Bilingual("期满考核", "Under assessment"),
    "assessed": Bilingual("已考核", "Assessed"),
    "rectifying": Bilingual("限期整改", "Rectifying"),
    "reassessed": Bilingual("已复核", "Reassessed"),
    "hearing": Bilingual("陈述申辩", "Statement and defence"),
    "revoked": Bilingual("已取消称号", "Revoked"),
}
"""Where a case stands, in the order in which cases get there."""

HOLDERS: Final = {
    WhoseTurn.COUNTY: Bilingual("县（市、区）科技管理部门", "the county"),
    WhoseTurn.APPLICANTS: Bilingual("申报单位", "the applicants"),
    WhoseTurn.CITY: Bilingual("市（州）科技局", "the city"),
    WhoseTurn.PROVINCE: Bilingual("省科技厅", "the province"),
    WhoseTurn.LEAD: Bilingual("省科技厅负责人", "the head at the province"),
    WhoseTurn.EXPERT: Bilingual("评审专家", "the experts"),
    WhoseTurn.PUBLIC: Bilingual("公示期满", "the end of publicity"),
}
"""Whose turn it is."""

__all__ = ["HOLDERS", "STAGES", "Bilingual"]
