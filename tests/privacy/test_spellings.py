"""All spellings of one name, number or address are one person's, to a search and to whoever seals."""

from __future__ import annotations

import pytest

from shared.privacy.identity import Identifier, normal, of_before
from shared.privacy.places import Found
from shared.programme.values.personal import Personal

IDENTIFIER = Identifier(b"s" * 32)
MARKS = {"name": Personal.NAME, "phone": Personal.PHONE, "email": Personal.EMAIL}


def handles(**values: str) -> frozenset[bytes]:
    found = Found(values, {name: MARKS[name] for name in values}, {}, "")
    return frozenset(IDENTIFIER.identify(found, {"case_id": "1"}, "e").handles)


@pytest.mark.parametrize(
    ("kind", "spellings"),
    [
        (Personal.NAME, ["王芳", "王　芳", " 王 芳 ", "王\u200b芳", "\ufeff王芳", "王\u2009芳"]),
        (Personal.NAME, ["买买提·艾力", "买买提•艾力", "买买提・艾力", "买买提．艾力", "买买提 艾力"]),
        (Personal.NAME, ["José María", "Jose\u0301 Mari\u0301a", "JOSÉ MARÍA", "ＪＯＳÉ　ＭＡＲÍＡ"]),
        (
            Personal.PHONE,
            ["13800138000", "+86 138-0013-8000", "0086 13800138000", "１３８００１３８０００"],
        ),
        (Personal.PHONE, ["0431-88955472", "(0431) 88955472", "+86 431 88955472", "0086-0431-88955472"]),
        (Personal.PHONE, ["0431-88955472-801", "0431-88955472转801", "043188955472 ext. 801"]),
        (Personal.EMAIL, ["Li@ZSCQ.cn", "li@zscq.cn ", "\u200bli@zscq.cn", "ｌｉ＠ｚｓｃｑ．ｃｎ"]),
        (Personal.EMAIL, ["li@例子.中国", "li@xn--fsqu00a.xn--fiqs8s", "LI@例子。中国"]),
    ],
)
def test_all_spellings_are_found_and_sealed_as_one(kind: Personal, spellings: list[str]) -> None:
    assert len({IDENTIFIER.trait(kind, text) for text in spellings}) == 1
    name = kind.value
    with_each = [handles(**({"name": "王芳"} | {name: text})) for text in spellings]
    assert frozenset.intersection(*with_each)


def test_different_people_stay_different() -> None:
    assert normal(Personal.NAME, "王芳") != normal(Personal.NAME, "王方")
    assert normal(Personal.PHONE, "0431-88955472") != normal(Personal.PHONE, "0431-88955472-801")
    assert not handles(name="王芳", phone="13800138000") & handles(name="王方", phone="13800138000")


def test_a_person_of_before_is_still_known_by_what_was_noted_then() -> None:
    written = "买买提·艾力"
    assert of_before(Personal.NAME, written) != normal(Personal.NAME, written)
    then = IDENTIFIER._hash("phone", of_before(Personal.NAME, written), "13800138000")
    assert then in handles(name=written, phone="13800138000")
    assert IDENTIFIER._hash("trait", "name", of_before(Personal.NAME, written)) in IDENTIFIER.traits(
        Personal.NAME, written
    )
