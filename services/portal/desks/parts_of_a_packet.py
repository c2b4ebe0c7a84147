"""What the parts of a packet are called: the fields of the form, the documents, the seals."""

from __future__ import annotations

from functools import cache
from typing import Final

from shared.programme.forms.catalogue import FIELDS
from shared.programme.vocabulary import EvidenceKind

SEALS: Final = {
    "county": ("县（市、区）科技部门", "County department"),
    "key-unit": ("服务业重点单位", "Key unit"),
    "city": ("市（州）科技局", "City bureau"),
}
_MORE: Final = {
    "county_unit": ("申报单位1（全部信息）", "Unit 1, the county department: everything"),
    "key_unit": ("申报单位2（全部信息）", "Unit 2, the key service unit: everything"),
    "county_contact": ("县（区）科技部门联系人（全部信息）", "County contact: everything"),
    "institutions": ("知识产权服务机构名册", "Roster of institutions"),
    "declared_counts": ("填报的机构数量", "Number of institutions as stated"),
    "staff": ("专业工作人员", "Professional staff"),
    "county_head": ("县（区）科技部门负责人（全部信息）", "Head of the county department: everything"),
    "key_unit_narrative": ("服务业重点单位工作基础", "The key unit’s work"),
    "key_unit_head": ("服务业重点单位负责人（全部信息）", "Head of the key unit: everything"),
    "coverage": ("服务覆盖情况", "Services covered"),
}


@cache
def parts() -> dict[str, tuple[str, str]]:
    """The name of every part that a correction may concern, in the packet's order."""
    named = {field.path: (field.zh, field.en) for field in FIELDS} | _MORE
    named |= {f"evidence.{kind.value}": (kind.zh, kind.en) for kind in EvidenceKind}
    return named | {f"seals.{who}": (f"{zh}印章", f"Seal: {en}") for who, (zh, en) in SEALS.items()}


def name_of_part(path: str) -> tuple[str, str]:
    """What a part is called, in both languages; of an unknown one its path."""
    known = parts()
    steps = path.replace("[", ".").replace("]", "").removeprefix("form.").split(".")
    for length in range(len(steps), 0, -1):
        found = known.get(".".join(steps[:length])) or known.get(".".join(steps[:length]).replace("_", "-"))
        if found:
            return found
    return path, path


__all__ = ["SEALS", "name_of_part", "parts"]
