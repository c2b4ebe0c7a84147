"""The province as tiles: a prefecture a block, a county a tile. A zone has one where there is something to show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from services.portal.window.register.entries import (
    PublicRegister,
    RegisteredDistrict,
    Standing,
    code_today,
    prefectures,
)
from shared.programme.divisions import County, counties

_ENDINGS = "市县区"
_LONGEST = 4
"""Characters of a short name. Longer ones are those of autonomous counties, known by their first two."""


@dataclass(frozen=True, slots=True)
class CountyTile:
    """A county: ``style`` is the style's name of where it stands; ``path`` leads to its entry, or is empty."""

    name: str
    short: str
    style: str
    zh: str
    en: str
    path: str


@dataclass(frozen=True, slots=True)
class PrefectureBlock:
    """A prefecture and its counties."""

    code: str
    name: str
    tiles: Sequence[CountyTile]

    @property
    def held(self) -> int:
        """How many of its counties hold a title."""
        return sum(tile.style in {"kept", "term", "under"} for tile in self.tiles)


def province(register: PublicRegister, in_publicity: Mapping[str, str]) -> tuple[PrefectureBlock, ...]:
    """The blocks of the province. ``in_publicity`` is the case that is in publicity, by county."""
    public = {code_today(code): case_id for code, case_id in in_publicity.items()}
    shown = [each for each in counties() if not each.zone or each.code in public or each.code in register.of_county]
    blocks = (
        PrefectureBlock(
            code,
            name,
            tuple(
                _tile(each, register.of_county.get(each.code), public) for each in shown if each.prefecture_code == code
            ),
        )
        for code, name in prefectures()
    )
    return tuple(block for block in blocks if block.tiles)


def _tile(county: County, entry: RegisteredDistrict | None, public: Mapping[str, str]) -> CountyTile:
    short = short_name(county)
    if county.code in public and (entry is None or entry.standing is Standing.GONE):
        return CountyTile(county.name, short, "open", "公示中", "in publicity", f"/publicity/{public[county.code]}")
    if entry is None:
        return CountyTile(county.name, short, "none", "无称号", "no title", "")
    standing = entry.standing
    return CountyTile(county.name, short, standing.style, standing.zh, standing.en, f"/register/{entry.case_id}")


def short_name(county: County) -> str:
    """A county's name as a tile has room for: 九台, 前郭; whole where it would read as its prefecture's. A zone's
    is its usual one: 净月高新."""
    if county.zone:
        return county.short
    name = county.name.rstrip(_ENDINGS) if len(county.name) > 2 else county.name
    if len(name) > _LONGEST or name.endswith("自治"):
        name = county.name[:2]
    return county.name if name == county.prefecture.rstrip("市州") else name


__all__ = ["CountyTile", "PrefectureBlock", "province", "short_name"]
