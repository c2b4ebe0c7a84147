"""One firm is one, however its name and its code are written, and with its code or without."""

from __future__ import annotations

from dataclasses import replace

from shared.programme.forms import Institution, ServiceCategory, Unit, derived_counts, distinct_roster, findings
from shared.programme.policy import policy
from shared.programme.values.firms import identities, is_written_as, same_firm
from tests.programme.samples import ALL_EVIDENCE, A, form

CODE, OTHER = "91220702DEM000129G", "91220502DEM000081X"
FULL, HALF = "长春（集团）公司", "长春(集团) 公司"


def test_full_width_and_half_width_brackets_are_one_firm() -> None:
    assert same_firm(Unit(name=FULL), Unit(name=HALF))
    assert same_firm(Unit(name=FULL, uscc=CODE), Unit(name=HALF, uscc=CODE.lower()))
    assert not same_firm(Unit(name=FULL, uscc=CODE), Unit(name=FULL, uscc=OTHER))
    assert same_firm(Unit(name=FULL, uscc=CODE), Unit(name=HALF))
    assert same_firm(Unit(name=FULL), Unit(name=HALF, uscc=CODE))
    assert not same_firm(Unit(name=FULL, uscc=CODE), Unit(name="别的公司"))
    assert not same_firm(Unit(), Unit())


def test_a_form_may_write_its_unit_in_any_way_but_not_another_one() -> None:
    own = Unit(name=FULL, uscc=CODE)
    for given in (Unit(), Unit(name=HALF), Unit(uscc=f" {CODE.lower()}"), Unit(name=HALF, uscc=CODE.lower())):
        assert is_written_as(given, own)
    for given in (Unit(name="别的公司", uscc=CODE), Unit(name=FULL, uscc=OTHER), Unit(uscc=OTHER)):
        assert not is_written_as(given, own)


def test_a_firm_with_and_without_its_code_counts_once_in_any_order() -> None:
    bare = Institution(name=HALF, categories=(ServiceCategory.LEGAL,))
    coded = Institution(name=FULL, uscc=CODE, categories=(ServiceCategory.AGENCY,))
    for lines in ((bare, coded), (coded, bare)):
        (one,) = distinct_roster(lines)
        assert (one.uscc, set(one.categories)) == (CODE, {ServiceCategory.LEGAL, ServiceCategory.AGENCY})
        assert derived_counts(lines)[ServiceCategory.LEGAL] == 1
    assert len(distinct_roster((bare, Institution(name="另一公司")))) == 2
    assert identities((coded, replace(coded, uscc=OTHER))) == [CODE, OTHER]


def test_a_firm_that_stands_twice_in_a_roster_is_shown() -> None:
    first = form(A).institutions[0]
    changed = replace(form(A), institutions=(*form(A).institutions, replace(first, uscc="")))
    found = findings(changed, ALL_EVIDENCE, policy("2018-04-28.1"))
    (twice,) = (one for one in found if one.rule == "duplicate_institution")
    assert first.uscc in twice.message_zh
