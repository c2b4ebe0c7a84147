"""The county-level units of Jilin, their codes, and who endorses their applications.

They are the sixty of GB/T 2260, and the zones that have a science department of their own: those of 长白山保护开发区
and the development zones. A zone has a name and bounds of its own beside the counties in which it lies.

The notice's addressees are the twelve endorsing authorities. Nine are prefectures. 长白山管委会社会办 ranks as one
(吉政发〔2006〕30号) and endorses 池北, 池西 and 池南. Two file directly (直报): 梅河口市 and 公主岭市. An authority
never endorses its own application.

Competence is effective-dated. The State Council approved on 19 June 2020 that 公主岭市 passes from 四平市
to 长春市; from that day it is 220184 and 长春市 endorses, before it was 220381 and filed directly.
"""

import csv
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from operator import ne
from typing import Final, Literal, TypeAlias

from shared.programme.dates.days import ONE_DAY
from shared.programme.values.writing import half_width

CHANGBAISHAN: Final = "229099"
"""The project's own code of 长白山保护开发区, which has none in GB/T 2260.

GB/T 2260 keeps 9001 upwards for units run directly by a province; Jilin uses none of them, and counting from
the far end keeps clear of any that may come. Its three zones have codes of ours too, and so has 长春新区. The codes of
the other zones are those of the statistical offices.
"""

PROGRAMME_START: Final = date(2018, 4, 28)
_MEIHEKOU: Final = "220581"
_GONGZHULING_BEFORE: Final = "220381"
_SUGGESTIONS: Final = 5


@dataclass(frozen=True, kw_only=True)
class County:
    """A county-level unit as it is on some day: its code, its name, and the prefecture it belongs to.

    ``zone`` says that it is no division of GB/T 2260. Such a unit has a ``short`` name, and ``bounds``: the counties
    in which it lies, where that is known.
    """

    code: str
    name: str
    prefecture_code: str
    prefecture: str
    zone: bool = False
    short: str = ""
    bounds: str = ""


@dataclass(frozen=True, kw_only=True)
class FormerCode:
    """A code that a unit had before, or only a name; `replaced` is the year or the day it ended, ISO 8601."""

    code: str
    name: str
    prefecture_code: str
    replaced: str
    current: str

    def in_force(self, on: date) -> bool:
        """Whether the code was still the unit's code on `on`, a day of the programme."""
        return len(self.replaced) == len("2020-06-19") and on < date.fromisoformat(self.replaced)


@dataclass(frozen=True, kw_only=True)
class EndorsingAuthority:
    """One of the notice's addressees; `until` is the last day of its competence, None while it lasts.

    `direct` authorities are county-level themselves and file without an endorsement.
    """

    code: str
    name: str
    direct: bool
    since: date = PROGRAMME_START
    until: date | None = None


@dataclass(frozen=True, kw_only=True)
class Explanation:
    """Why a code leads where it leads, in plain words."""

    zh: str
    en: str


@dataclass(frozen=True, kw_only=True)
class Endorsed:
    """The way of an application that needs the agreement and seal of its prefecture, clause 四（三）."""

    county: County
    authority: EndorsingAuthority
    code_given: str
    explanation: Explanation | None = None

    @property
    def code(self) -> str:
        """The code in force on the day asked for."""
        return self.county.code


@dataclass(frozen=True, kw_only=True)
class Direct:
    """The way of an application that goes straight to the province (直报), notice's addressees."""

    county: County
    code_given: str
    explanation: Explanation | None = None

    @property
    def code(self) -> str:
        """The code in force on the day asked for."""
        return self.county.code


Route: TypeAlias = Endorsed | Direct


class UnknownDivision(LookupError):
    """The code is no county-level unit of the province; `suggestions` are those that may be meant.

    `reason` is `not_a_code` (not six digits), `other_province`, `prefecture` (a prefecture is no county) or `unknown`.
    """

    def __init__(self, code: str, reason: Literal["not_a_code", "other_province", "prefecture", "unknown"]) -> None:
        self.code = code
        self.reason = reason
        self.suggestions = _suggestions(code)
        zh, en = _REASONS[reason]
        names = "、".join(f"{county.code} {county.name}" for county in self.suggestions)
        self.message_zh = f"“{code}”{zh}" + (f"；是否为：{names}" if names else "")
        self.message_en = f"{code!r} {en}" + (f"; did you mean {names}?" if names else "")
        super().__init__(self.message_en)


_REASONS: Final = {
    "not_a_code": ("不是六位行政区划代码", "is not a division code of six digits"),
    "other_province": ("不是吉林省的行政区划代码", "is not a division of Jilin"),
    "prefecture": ("是市（州）代码，申报主体应为县（区）", "is a prefecture; a county applies"),
    "unknown": ("不是已知的县（区）代码", "is not a known county-level unit"),
}


@cache
def counties() -> tuple[County, ...]:
    """The county-level units as they are today, by code: sixty of GB/T 2260, and the zones."""
    rows = [*_rows("divisions"), *_rows("zones")]
    return tuple(sorted(map(_as_county, rows), key=lambda county: county.code))


def _as_county(row: dict[str, str]) -> County:
    return County(
        code=row["code"],
        name=row["name"],
        prefecture_code=row["prefecture_code"],
        prefecture=row["prefecture"],
        zone="bounds" in row,
        short=row.get("short", ""),
        bounds=row.get("bounds", ""),
    )


@cache
def former_codes() -> tuple[FormerCode, ...]:
    """The codes and names that units had before, by code."""
    return tuple(
        FormerCode(
            code=row["code"],
            name=row["name"],
            prefecture_code=row["prefecture_code"],
            replaced=row["replaced"],
            current=row["current"],
        )
        for row in _rows("former_divisions")
    )


def county_called(text: str) -> County:
    """The unit as it is today that goes by a code, an old code, or a name, with its prefecture's or without.

    Raises `UnknownDivision`, for a name that several have, too.
    """
    written = half_width(text).strip()
    named = [county for county in counties() if written and written in _names_of(county)]
    return named[0] if len(named) == 1 else _county(current_code(written))


def _names_of(county: County) -> tuple[str, ...]:
    return county.name, county.short, f"{county.prefecture}{county.name}"


def current_code(code: str) -> str:
    """The code that `code` became; `code` itself when it never changed or is not known."""
    return next((former.current for former in former_codes() if former.code == code), code)


@cache
def _authorities() -> tuple[EndorsingAuthority, ...]:
    prefectures = dict(sorted({county.prefecture_code: county.prefecture for county in counties()}.items()))
    del prefectures[CHANGBAISHAN]
    moved = date.fromisoformat(_former(_GONGZHULING_BEFORE).replaced)
    return (
        *(EndorsingAuthority(code=code, name=f"{name}科技局", direct=False) for code, name in prefectures.items()),
        EndorsingAuthority(code=CHANGBAISHAN, name="长白山管委会社会办", direct=False),
        EndorsingAuthority(code=_MEIHEKOU, name="梅河口市科技局", direct=True),
        EndorsingAuthority(code=_GONGZHULING_BEFORE, name="公主岭市科技局", direct=True, until=moved - ONE_DAY),
    )


def authorities(on: date) -> tuple[EndorsingAuthority, ...]:
    """The endorsing authorities competent on `on`: twelve until 18 June 2020, eleven since."""
    return tuple(competent for competent in _authorities() if competent.until is None or on <= competent.until)


def authority(code: str, on: date) -> EndorsingAuthority | None:
    """The authority with that code on `on`, None when there is none."""
    return next((competent for competent in authorities(on) if competent.code == code), None)


def codes_of(county: str) -> frozenset[str]:
    """A county's code, with those that it had before or has now."""
    now = current_code(county)
    return frozenset({county, now, *(former.code for former in former_codes() if former.current == now)})


def counties_of(endorser: str, on: date) -> frozenset[str]:
    """The codes, former ones too, of the counties that an authority endorses on a day."""
    ways = {county.code: route(county.code, on) for county in counties()}
    own = [code for code, way in ways.items() if isinstance(way, Endorsed) and way.authority.code == endorser]
    return frozenset().union(*map(codes_of, own))


def route(code: str, on: date) -> Route:
    """Which way an application under `code` goes on `on`; an old code is explained and routed.

    Raises `UnknownDivision`.
    """
    written = half_width(code)
    for former in former_codes():
        if former.in_force(on) and written in (former.code, former.current):
            return _way(_former_county(former), written, on, _not_yet(former) if written == former.current else None)
        if written == former.code != former.current:
            return _way(_county(former.current), written, on, _replaced(former, on))
    return _way(_county(written), written, on, None)


def _way(county: County, written: str, on: date, why: Explanation | None) -> Route:
    own = authority(county.code, on)
    if own is not None and own.direct:
        return Direct(county=county, code_given=written, explanation=why)
    endorser = next(competent for competent in authorities(on) if competent.code == county.prefecture_code)
    return Endorsed(county=county, authority=endorser, code_given=written, explanation=why)


def _replaced(former: FormerCode, on: date) -> Explanation:
    now = _county(former.current)
    way = _way(now, former.code, on, None)
    to_zh = f"由{way.authority.name}审核盖章" if isinstance(way, Endorsed) else "直接报省"
    to_en = f"{way.authority.name} endorses it" if isinstance(way, Endorsed) else "it is filed directly"
    return Explanation(
        zh=f"{former.code}（{former.name}）自{former.replaced}起停用，现为{now.code}（{now.prefecture}{now.name}），{to_zh}",
        en=f"{former.code} ({former.name}) ended in {former.replaced};"
        f" it is now {now.code} ({now.prefecture}{now.name}), and {to_en}",
    )


def _not_yet(former: FormerCode) -> Explanation:
    return Explanation(
        zh=f"{former.current}自{former.replaced}起启用，此前为{former.code}（{former.name}）",
        en=f"{former.current} is in force from {former.replaced}; before, the code was {former.code} ({former.name})",
    )


def _former(code: str) -> FormerCode:
    return next(former for former in former_codes() if former.code == code)


def _former_county(former: FormerCode) -> County:
    prefecture = next(county.prefecture for county in counties() if county.prefecture_code == former.prefecture_code)
    return County(code=former.code, name=former.name, prefecture_code=former.prefecture_code, prefecture=prefecture)


@cache
def _by_code() -> dict[str, County]:
    return {county.code: county for county in counties()}


def _county(code: str) -> County:
    if (county := _by_code().get(code)) is not None:
        return county
    if not (len(code) == 6 and code.isascii() and code.isdigit()):
        raise UnknownDivision(code, "not_a_code")
    if not code.startswith("22"):
        raise UnknownDivision(code, "other_province")
    is_prefecture = any(county.prefecture_code == code for county in counties())
    raise UnknownDivision(code, "prefecture" if is_prefecture or code == "220000" else "unknown")


def _suggestions(text: str) -> tuple[County, ...]:
    """Counties whose name, prefecture or code is near `text`; a slip in one digit comes first."""
    known = _by_code().values()
    named = [county for county in known if _names(text, county.name)]
    once = [_by_code()[former.current] for former in former_codes() if _names(text, former.name)]
    inside = [county for county in known if text == county.prefecture_code]
    one_off = [county for county in known if _differ_in_one_digit(text, county.code)]
    near = [_by_code()[code] for code in get_close_matches(text, list(_by_code()), n=_SUGGESTIONS, cutoff=0.8)]
    return tuple(dict.fromkeys([*named, *once, *inside, *one_off, *near]))[:_SUGGESTIONS]


def _names(text: str, name: str) -> bool:
    return len(text) > 1 and (name in text or text in name)


def _differ_in_one_digit(text: str, code: str) -> bool:
    return len(text) == len(code) and sum(map(ne, text, code)) == 1


def _rows(table: str) -> list[dict[str, str]]:
    text = (files("shared.programme") / "data" / f"{table}.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))
