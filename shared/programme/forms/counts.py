"""What is counted from the roster. One firm in three categories is one institution, with its code and without."""

from collections.abc import Iterable, Mapping

from shared.programme.forms.values import Institution
from shared.programme.values.firms import identities
from shared.programme.values.uscc import normalised
from shared.programme.vocabulary import ServiceCategory


def distinct_roster(roster: Iterable[Institution]) -> tuple[Institution, ...]:
    """The roster with each firm once, in order, its categories joined and in the form's order.

    A firm without a code is the one of its name that has one, else it stands for itself.
    """
    lines = tuple(roster)
    firms: dict[str, Institution] = {}
    for identity, line in zip(identities(lines), lines, strict=True):
        first = firms.get(identity, line)
        offered = {*first.categories, *line.categories}
        firms[identity] = Institution(
            name=first.name or line.name,
            uscc=normalised(first.uscc) or normalised(line.uscc),
            categories=tuple(category for category in ServiceCategory if category in offered),
        )
    return tuple(firms.values())


def derived_counts(roster: Iterable[Institution]) -> Mapping[ServiceCategory, int]:
    """The five counts of the form, every category present: how many distinct institutions serve in it."""
    distinct = distinct_roster(roster)
    return {category: sum(category in firm.categories for firm in distinct) for category in ServiceCategory}


def category_sum(roster: Iterable[Institution]) -> int:
    """The sum of the five counts, which may exceed the number of institutions and decides nothing."""
    return sum(derived_counts(roster).values())
