"""What the experts judge, who they are, and their score sheets, which stay closed until all are in."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Boolean, Column, Date, MetaData, Table, Text
from sqlalchemy.dialects.postgresql import JSONB

from shared.contracts import review as events
from shared.contracts.core import Envelope
from shared.contracts.review import Expert
from shared.programme.values.json_values import as_json, as_object
from shared.projections.projection import Row, View

conditions = View(
    Table(
        "conditions",
        MetaData(),
        Column("case_id", Text, primary_key=True),
        Column("key", Text, primary_key=True),
        Column("clause", Text, nullable=False),
        Column("title_zh", Text, nullable=False),
        Column("title_en", Text, nullable=False),
        Column("outcome", Text, nullable=False),
        Column("reason_zh", Text, nullable=False),
        Column("reason_en", Text, nullable=False),
        Column("evidence", JSONB, nullable=False, default=list),
        Column("remedy_zh", Text, nullable=False),
        Column("remedy_en", Text, nullable=False),
        Column("judged_met", Boolean),
        Column("judgement", Text),
        Column("judged_by", Text),
        Column("judged_on", Date),
    )
)
"""The conditions of 四（二）, explained, each with the judgement that holds where one was needed."""


@conditions.on(
    events.EligibilityAssessed,
    keys=lambda event, envelope: [(event.case_id, condition.key) for condition in event.conditions],
)
def _assessed(row: Row, event: events.EligibilityAssessed, envelope: Envelope) -> Row:
    condition = next(condition for condition in event.conditions if condition.key == row["key"])
    return row | as_object(condition)


@conditions.on(events.JudgementGiven, keys=lambda event, envelope: [(event.case_id, event.condition)])
def _judged(row: Row, event: events.JudgementGiven, envelope: Envelope) -> Row:
    return row | {
        "judged_met": event.met,
        "judgement": event.reason,
        "judged_by": event.given_by,
        "judged_on": envelope.effective_on,
    }


members = View(
    Table(
        "panel_members",
        MetaData(),
        Column("case_id", Text, primary_key=True),
        Column("expert_id", Text, primary_key=True),
        Column("name", Text, nullable=False),
        Column("organisation", Text, nullable=False),
        Column("organisation_uscc", Text, nullable=False),
        Column("division", Text, nullable=False),
        Column("standing", Text, nullable=False),
        Column("replaces", Text),
        Column("conflict", Text),
        Column("reason", Text),
        Column("declared_on", Date),
        Column("sheet_received_on", Date),
    )
)
"""``standing`` is member, reserve, recused, or conflict (found before the panel was convened). An expert declared
their impartiality on ``declared_on``."""


def _expert(row: Row, expert: Expert, standing: str) -> Row:
    return row | {
        "name": expert.name,
        "organisation": expert.organisation,
        "organisation_uscc": expert.organisation_uscc,
        "division": expert.division,
        "standing": standing,
    }


@members.on(events.ConflictFound, keys=lambda event, envelope: [(event.case_id, event.expert.expert_id)])
def _conflict(row: Row, event: events.ConflictFound, envelope: Envelope) -> Row:
    return _expert(row, event.expert, "conflict") | {"conflict": event.kind.value, "reason": event.reason}


def _everybody(event: events.PanelConvened, envelope: Envelope) -> Iterable[tuple[str, str]]:
    return [(event.case_id, expert.expert_id) for expert in (*event.experts, *event.reserves)]


@members.on(events.PanelConvened, keys=_everybody)
def _convened(row: Row, event: events.PanelConvened, envelope: Envelope) -> Row:
    seats = {expert.expert_id: (expert, "reserve") for expert in event.reserves}
    seats |= {expert.expert_id: (expert, "member") for expert in event.experts}
    return _expert(row, *seats[row["expert_id"]])


@members.on(events.ImpartialityDeclared, keys=lambda event, envelope: [(event.case_id, event.expert_id)])
def _declared(row: Row, event: events.ImpartialityDeclared, envelope: Envelope) -> Row:
    return row | {"declared_on": envelope.effective_on}


@members.on(events.ExpertRecused, keys=lambda event, envelope: [(event.case_id, event.expert_id)])
def _recused(row: Row, event: events.ExpertRecused, envelope: Envelope) -> Row:
    return row | {"standing": "recused", "conflict": event.kind.value, "reason": event.reason}


@members.on(events.ExpertReplaced, keys=lambda event, envelope: [(event.case_id, event.replacement.expert_id)])
def _replaced(row: Row, event: events.ExpertReplaced, envelope: Envelope) -> Row:
    return _expert(row, event.replacement, "member") | {"replaces": event.expert_id}


@members.on(events.ScoreSheetReceived, keys=lambda event, envelope: [(event.case_id, event.expert_id)])
def _received(row: Row, event: events.ScoreSheetReceived, envelope: Envelope) -> Row:
    return row | {"sheet_received_on": envelope.effective_on}


def _named(event: events.PanelConvened | events.ConflictFound | events.ExpertReplaced) -> tuple[Expert, ...]:
    match event:
        case events.PanelConvened(experts=experts, reserves=reserves):
            return (*experts, *reserves)
        case events.ConflictFound(expert=expert):
            return (expert,)
        case events.ExpertReplaced(replacement=replacement):
            return (replacement,)


experts = View(
    Table(
        "experts",
        MetaData(),
        Column("expert_id", Text, primary_key=True),
        Column("name", Text, nullable=False),
        Column("organisation", Text, nullable=False),
        Column("organisation_uscc", Text, nullable=False),
        Column("division", Text, nullable=False),
    ),
    keys=lambda event, envelope: [(expert.expert_id,) for expert in _named(event)],
)
"""Everybody who was named on a panel, as they were named last."""


@experts.on(events.PanelConvened, events.ConflictFound, events.ExpertReplaced)
def _known(
    row: Row, event: events.PanelConvened | events.ConflictFound | events.ExpertReplaced, envelope: Envelope
) -> Row:
    expert = next(expert for expert in _named(event) if expert.expert_id == row["expert_id"])
    names = ("expert_id", "name", "organisation", "organisation_uscc", "division")
    return row | {name: getattr(expert, name) for name in names}


sheets = View(
    Table(
        "sheets",
        MetaData(),
        Column("case_id", Text, primary_key=True),
        Column("open", Boolean, nullable=False, default=False),
        Column("sheets", JSONB, nullable=False, default=list),
    )
)
"""A case's score sheets; ``open`` from the end of the material review on. Closed, nobody reads another's."""


@sheets.on(events.ScoreSheetSubmitted)
def _submitted(row: Row, event: events.ScoreSheetSubmitted, envelope: Envelope) -> Row:
    sheet = {
        "expert_id": event.expert_id,
        "scores": as_json(event.scores),
        "total": str(event.total),
        "recommended": event.recommended,
        "comment": event.comment,
        "submitted_on": envelope.effective_on.isoformat(),
        "valid": True,
    }
    return row | {"sheets": [*row["sheets"], sheet]}


@sheets.on(events.ExpertRecused)
def _void(row: Row, event: events.ExpertRecused, envelope: Envelope) -> Row:
    marked = [sheet | {"valid": sheet["valid"] and sheet["expert_id"] != event.expert_id} for sheet in row["sheets"]]
    return row | {"sheets": marked}


@sheets.on(events.MaterialReviewConcluded)
def _open(row: Row, event: events.MaterialReviewConcluded, envelope: Envelope) -> Row:
    return row | {"open": True}


@sheets.on(events.MaterialReviewReopened)
def _close(row: Row, event: events.MaterialReviewReopened, envelope: Envelope) -> Row:
    return row | {"open": False}
