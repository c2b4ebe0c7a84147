"""Who holds what there may be once only, as a fold of what three services record; and when looking it up is fenced."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace
from datetime import UTC, date, datetime
from uuid import UUID, uuid4

from shared.contracts import intake, lifecycle, review
from shared.contracts.core import Envelope, Event, event_type, event_types
from shared.contracts.numbered import NUMBERED
from shared.programme.forms import Unit
from shared.projections.projection import project
from shared.service.unique.view import TAKES_A_NUMBER, TAKES_A_PAIR, TAKES_A_TITLE, unique_of
from tests.intake import cases
from tests.intake.cases import ENDINGS

OTHER = "other"
(APPROVED,) = (event for event in ENDINGS.values() if isinstance(event, review.DesignationApproved))
FILED = next(event for event in cases.filed() if isinstance(event, intake.ApplicationFiled))
REVOKED = lifecycle.TitleRevoked(
    case_id=cases.CASE,
    document_number="吉科发专〔2023〕58号",
    revoked_on=date(2023, 7, 20),
    reasons="…",
    statement_considered="",
    remedies="…",
    decided_by="lead",
)


def recorded(events: Sequence[Event]) -> list[Envelope]:
    """The events in the order of the log, each with its place as its id."""
    return [
        Envelope(
            seq=seq,
            event_id=UUID(int=seq),
            stream=f"{event_type(event).service}/x/{event.case_id}",  # type: ignore[attr-defined]
            version=seq,
            type=event_type(event).name,
            schema_version=1,
            event=event,
            actor="a",
            office="o",
            effective_on=date(2018, 6, 20),
            recorded_at=datetime(2018, 6, 20, tzinfo=UTC),
            command_id=uuid4(),
            correlation_id="c",
            causation_id=None,
            policy_version="2018-04-28.1",
        )
        for seq, event in enumerate(events, start=1)
    ]


def held(*events: Event) -> tuple[set[str], set[str], set[str]]:
    """Numbers, counties with a title, and pairs under way."""
    rows = project(unique_of("review"), recorded(events))
    return (
        {row["number"] for row in rows["numbers_used"].values()},
        {row["county"] for row in rows["live_titles"].values()},
        {f"{row['county']} {row['key_uscc']}" for row in rows["live_applications"].values() if row["sent"]},
    )


PAIR = f"{cases.JIUTAI} {cases.KEY_UNIT.uscc}"


def corrected(of: int, field: str, now: str) -> review.RecordCorrected:
    """A correction of the event at a place of the log."""
    return review.RecordCorrected(
        case_id=cases.CASE, corrects=UUID(int=of), field=field, was="…", now=now, why="…", on_word_of="…"
    )


def test_an_application_is_under_way_from_the_day_it_was_sent() -> None:
    assert held(*cases.ready())[2] == set()
    assert held(*cases.awaiting())[2] == held(*cases.filed())[2] == {PAIR}


def test_until_it_is_returned_or_ends_in_any_way() -> None:
    sent = cases.awaiting()
    ends: list[Event] = [
        intake.ApplicationReturned(case_id=cases.CASE, endorser="city:220100", changes="…"),
        intake.EndorsementDeclined(case_id=cases.CASE, endorser="city:220100", reasons="…"),
        intake.ApplicationWithdrawn(case_id=cases.CASE, reason="…", office="county:220113"),
        *ENDINGS.values(),
    ]
    for end in ends:
        assert held(*sent, end)[2] == set(), end
    again = cases.after((*sent, ends[0]), cases.request())
    assert held(*again)[2] == {PAIR}


def test_by_the_unit_as_it_was_corrected() -> None:
    right = Unit(name="另一公司", uscc="91220113DEM0000143")
    said = intake.UnitCorrected(case_id=cases.CASE, sealer=intake.Sealer.KEY_UNIT, unit=right, was=cases.KEY_UNIT)
    assert held(*cases.filed(), said)[2] == {f"{cases.JIUTAI} {right.uscc}"}
    of_the_county = replace(said, sealer=intake.Sealer.COUNTY)
    assert held(*cases.filed(), of_the_county)[2] == {PAIR}


def test_a_title_is_held_from_its_approval_to_its_revocation_under_the_code_of_today() -> None:
    assert held(APPROVED)[1] == {cases.JIUTAI}
    assert held(APPROVED, REVOKED)[1] == set()
    once = replace(APPROVED, place=replace(APPROVED.place, county="220381"))
    assert held(once)[1] == {"220184"}
    assert held(APPROVED, corrected(1, "place.county", "220381"))[1] == {"220184"}


def test_a_number_is_used_by_every_kind_of_decision_and_moves_with_a_correction() -> None:
    assert held(APPROVED, REVOKED)[0] == {APPROVED.document_number, REVOKED.document_number}
    assert held(APPROVED, corrected(1, "document_number", "吉科发专【2018】9号"))[0] == {"吉科发专〔2018〕9号"}
    assert held(APPROVED, corrected(1, "document_number", "（已删除）"))[0] == {APPROVED.document_number}
    assert held(APPROVED, corrected(7, "document_number", "吉科发专〔2018〕9号"))[0] == {APPROVED.document_number}


def test_only_what_lets_go_passes_a_fence() -> None:
    """Whatever event gives somebody more than they held is one that a fence keeps out."""
    histories: list[tuple[Event, ...]] = [
        cases.filed(),
        (APPROVED, REVOKED, corrected(1, "document_number", "吉科发专〔2018〕9号")),
        (APPROVED, corrected(1, "place.county", "220112")),
        (*cases.filed(), *ENDINGS.values()),
    ]
    kept_out = TAKES_A_NUMBER, TAKES_A_TITLE, TAKES_A_PAIR
    for history in histories:
        for length in range(1, len(history) + 1):
            before, after = held(*history[: length - 1]), held(*history[:length])
            name = event_type(history[length - 1]).name
            gained = [bool(are - were) for were, are in zip(before, after, strict=True)]
            for more, types in zip(gained, kept_out, strict=True):
                assert not more or name in types, name


def test_every_event_with_a_number_of_the_provinces_own_is_folded() -> None:
    """One that is added and forgotten would be a number that nobody sees."""
    with_number = {
        kind.cls
        for kind in event_types()
        if kind.service in ("intake", "review", "lifecycle")
        and "document_number" in {field.name for field in fields(kind.cls)}  # type: ignore[arg-type]
        and not kind.name.endswith(".DeadlineRecounted")
    }
    assert with_number == set(NUMBERED)
