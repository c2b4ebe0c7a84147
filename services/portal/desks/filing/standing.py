"""Where an application stands, and what comes next, in the words of a page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from services.portal.desks.words import Bilingual
from shared.contracts.core import Actor, Role
from shared.contracts.intake import FilingRoute, Sealer

Row = Mapping[str, Any]
"""An application as intake shows it."""


class StageWords(NamedTuple):
    """What a stage is called, and the colour of its tag."""

    zh: str
    en: str
    kind: str


STAGES: Final = {
    "draft": StageWords("填报中", "Being drawn up", "act"),
    "awaiting-endorsement": StageWords("市（州）审核", "With the city", "soon"),
    "filed": StageWords("已报省厅", "With the province", "done"),
    "correcting": StageWords("待补正", "To be corrected", "late"),
    "declined": StageWords("市（州）不同意", "Not endorsed", "late"),
    "withdrawn": StageWords("已撤回", "Withdrawn", ""),
    "closed": StageWords("已办结", "Closed", ""),
}
OUTCOMES: Final = {
    "approved": Bilingual("已批复确认", "Approved"),
    "not-yet": Bilingual("暂不确认", "Not yet confirmed"),
    "not-accepted": Bilingual("不予受理", "Not accepted"),
}
SEALERS: Final = {
    Sealer.COUNTY: Bilingual("县（区）科技部门", "County department"),
    Sealer.KEY_UNIT: Bilingual("服务业重点单位", "Key service unit"),
    Sealer.CITY: Bilingual("市（州）科技局", "City bureau"),
}
_SEAL_OF: Final = {Role.COUNTY: Sealer.COUNTY, Role.KEY_UNIT: Sealer.KEY_UNIT, Role.CITY: Sealer.CITY}
EDITABLE: Final = frozenset({"draft", "correcting"})


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseHead:
    """The head of every page of an application. ``sealed`` are the seals that stand, ``mine`` the reader's own."""

    case_id: str
    county: str
    unit: str
    stage: str
    stage_words: StageWords
    due_on: str | None
    endorser: str
    sealed: frozenset[Sealer]
    mine: Sealer | None
    version: int

    @property
    def path(self) -> str:
        """The path of the application's page."""
        return f"/applications/{self.case_id}"

    @property
    def editable(self) -> bool:
        """Whether the reader may be offered to change something."""
        return self.stage in EDITABLE and self.mine in (Sealer.COUNTY, Sealer.KEY_UNIT)

    @property
    def is_with_the_province(self) -> bool:
        """Whether there is a case of the review to look at."""
        return self.stage in {"filed", "correcting", "closed"}


def head_of(row: Row, actor: Actor | None) -> CaseHead:
    """The head of an application's pages."""
    return CaseHead(
        case_id=row["case_id"],
        county=row["county_name"],
        unit=row["key_unit"]["name"],
        stage=row["stage"],
        stage_words=STAGES[row["stage"]],
        due_on=row["due_on"],
        endorser=row["endorser_name"],
        sealed=frozenset(seals_standing(row)),
        mine=seal_of(actor),
        version=row["version"],
    )


def seal_of(actor: Actor | None) -> Sealer | None:
    """The seal that a person's office keeps, where it keeps one."""
    return next((sealer for role, sealer in _SEAL_OF.items() if actor is not None and actor.has(role)), None)


def seals_standing(row: Row) -> tuple[Sealer, ...]:
    """Whose seals stand on the packet as it now is."""
    return tuple(Sealer(seal["sealer"]) for seal in row["seals"] if seal["valid"])


def next_step(row: Row) -> Bilingual:
    """What comes next, and who does it."""
    match row["stage"]:
        case "draft":
            return _next_of_draft(row)
        case "awaiting-endorsement":
            late = "（已逾期，不视为同意）" if row["escalated"] else ""
            return Bilingual(f"等{row['endorser_name']}审核盖章{late}", f"{row['endorser_name']} is to endorse it")
        case "filed":
            return Bilingual("省科技厅审查", "The province examines it")
        case "correcting":
            return Bilingual("申报单位按通知补正，重新盖章后报送", "The applicants correct what is listed, seal, send")
        case "closed":
            return OUTCOMES[row["outcome"]]
        case _:
            return Bilingual("可另行申报", "You may apply again")


def _next_of_draft(row: Row) -> Bilingual:
    if row["said"]:
        return Bilingual(
            "申报单位按市（州）意见修改后重新盖章报送",
            "The applicants change it as the city asked, seal, send",
        )
    if row["error_count"] or not row["packet_sha256"]:
        left = row["error_count"]
        return (
            Bilingual(f"申报单位：还有{left}处要填写或更正", f"The applicants: {left} things to fill in or put right")
            if left
            else Bilingual("申报单位填写申请书", "The applicants fill in the form")
        )
    wanting = [SEALERS[each] for each in (Sealer.COUNTY, Sealer.KEY_UNIT) if each not in seals_standing(row)]
    if wanting:
        named = "、".join(words.zh for words in wanting)
        return Bilingual(f"等{named}盖章", f"Seals wanting: {', '.join(words.en for words in wanting)}")
    to = "报省科技厅" if row["route"] == FilingRoute.DIRECT else "报市（州）科技局"
    return Bilingual(f"县（区）科技管理部门可以报送：{to}", "The county may send it")


__all__ = [
    "EDITABLE",
    "OUTCOMES",
    "SEALERS",
    "STAGES",
    "CaseHead",
    "Row",
    "StageWords",
    "head_of",
    "next_step",
    "seal_of",
    "seals_standing",
]
