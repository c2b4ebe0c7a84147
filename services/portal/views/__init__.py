"""The portal's read models: pure folds over what is published, without personal data."""

from __future__ import annotations

from services.portal.views.cases import cases
from services.portal.views.names import names
from services.portal.views.numbers import numbers
from services.portal.views.story import SERVICES, story
from services.portal.views.todos import todos
from shared.projections.projection import Projection

CASES = Projection("portal.cases", version=5, categories=(*SERVICES, "notify"), views=(cases, names, todos, story))
"""Where each case stands, by what it is found, what it waits for, and what happened: under one position, so that a page
is of one moment."""

NUMBERS = Projection("portal.numbers", version=1, categories=SERVICES, views=(numbers,))
"""What happened in each year, for everybody."""

__all__ = ["CASES", "NUMBERS", "cases", "names", "numbers", "story", "todos"]
