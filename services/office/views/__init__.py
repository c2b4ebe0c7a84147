"""The read models of office: projections for delegations, letters and feedback, each with a position of its own."""

from __future__ import annotations

from services.office.views.delegations import delegations
from services.office.views.feedback import feedback
from services.office.views.handlings import handlings
from services.office.views.letters import letters
from services.office.views.parties import parties
from shared.projections.projection import Projection

OFFICES = Projection("office.offices", version=1, categories=("office",), views=(delegations,))
"""What is asked about delegations."""
LETTERS = Projection("office.letters", version=1, categories=("office",), views=(letters,))
"""What is asked about letters."""
FEEDBACK = Projection(
    "office.feedback",
    version=1,
    categories=("intake", "review", "lifecycle", "office"),
    views=(parties, handlings, feedback),
)
"""What was handled for whom, and what they said of it."""

__all__ = ["FEEDBACK", "LETTERS", "OFFICES", "delegations", "feedback", "handlings", "letters", "parties"]
