"""Who is in a case, the contacts of offices, and subscribers; each with its history, so that it can be read as of an
event."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from services.notify.notices.people import Audience
from services.notify.views.facts import case_events
from services.notify.views.preferences import preferences, stopped_addresses
from shared.contracts import intake as intake_events
from shared.contracts import lifecycle as lifecycle_events
from shared.contracts import notify as events
from shared.contracts import review as review_events
from shared.contracts.core import Envelope, Event
from shared.contracts.intake import FilingRoute, Place, Sealer
from shared.programme.forms import ApplicationForm, Person, Unit
from shared.projections.projection import Key, Projection, Row, View

Entry = dict[str, Any]
"""A person from ``since`` (a seq) on: role, office, name, phone, email, present."""

case_people = View(
    sa.Table(
        "case_people",
        sa.MetaData(),
        sa.Column("case_id", sa.Text, primary_key=True),
        sa.Column("county", sa.Text, nullable=False, default=""),
        sa.Column("county_name", sa.Text, nullable=False, default=""),
        sa.Column("county_unit", sa.Text, nullable=False, default=""),
        sa.Column("key_unit", sa.Text, nullable=False, default=""),
        sa.Column("key_unit_uscc", sa.Text, nullable=False, default=""),
        sa.Column("endorser", sa.Text, nullable=False, default=""),
        sa.Column("endorser_name", sa.Text, nullable=False, default=""),
        sa.Column("people", JSONB, nullable=False, default=list),
    )
)

contacts = View(
    sa.Table(
        "contacts",
        sa.MetaData(),
        sa.Column("office", sa.Text, primary_key=True),
        sa.Column("name", sa.Text, nullable=False, default=""),
        sa.Column("phone", sa.Text, nullable=False, default=""),
        sa.Column("email", sa.Text, nullable=False, default=""),
        sa.Column("registered_by", sa.Text, nullable=False, default=""),
        sa.Column("history", JSONB, nullable=False, default=list),
    )
)

subscriptions = View(
    sa.Table(
        "subscriptions",
        sa.MetaData(),
        sa.Column("subscription_id", sa.Text, primary_key=True),
        sa.Column("channel", sa.Text, nullable=False, default=""),
        sa.Column("address", sa.Text, nullable=False, default=""),
        sa.Column("division", sa.Text, nullable=False, default=""),
        sa.Column("topic", sa.Text, nullable=False, default=""),
        sa.Column("language", sa.Text, nullable=False, default=""),
        sa.Column("since", sa.BigInteger, nullable=False, default=0),
        sa.Column("until", sa.BigInteger),
    )
)


def _case(event: Any, _envelope: Envelope) -> Iterable[Key]:
    return ((event.case_id,),)


@case_people.on(intake_events.DraftOpened, keys=_case)
def _opened(row: Row, event: intake_events.DraftOpened, _envelope: Envelope) -> Row:
    return _placed(row, event.place) | _units(event.county_unit, event.key_unit)


@case_people.on(intake_events.PlaceRerouted, keys=_case)
def _rerouted(row: Row, event: intake_events.PlaceRerouted, _envelope: Envelope) -> Row:
    return _placed(row, event.place)


@case_people.on(intake_events.FormRevised, keys=_case)
def _revised(row: Row, event: intake_events.FormRevised, envelope: Envelope) -> Row:
    return row | {"people": _with_form(row, event.form, envelope.seq)}


@case_people.on(intake_events.CorrectionFiled, review_events.CorrectionReceived, keys=_case)
def _mended(
    row: Row, event: intake_events.CorrectionFiled | review_events.CorrectionReceived, envelope: Envelope
) -> Row:
    known = row | _units(event.county_unit, event.key_unit)
    return known | {"people": _with_form(known, event.form, envelope.seq)}


@case_people.on(
    intake_events.PaperApplicationKeyed,
    intake_events.ApplicationFiled,
    lifecycle_events.DistrictDesignated,
    review_events.CaseOpened,
    keys=_case,
)
def _whole(
    row: Row,
    event: intake_events.PaperApplicationKeyed
    | intake_events.ApplicationFiled
    | lifecycle_events.DistrictDesignated
    | review_events.CaseOpened,
    envelope: Envelope,
) -> Row:
    known = _placed(row, event.place) | _units(event.county_unit, event.key_unit)
    return known | {"people": _with_form(known, event.form, envelope.seq)}


@case_people.on(intake_events.UnitCorrected, keys=_case)
def _corrected(row: Row, event: intake_events.UnitCorrected, _envelope: Envelope) -> Row:
    if event.sealer is Sealer.COUNTY:
        return row | {"county_unit": event.unit.name}
    return row | {"key_unit": event.unit.name, "key_unit_uscc": event.unit.uscc}


@case_people.on(review_events.PanelConvened, keys=_case)
def _panel(row: Row, event: review_events.PanelConvened, envelope: Envelope) -> Row:
    people = row["people"]
    for expert in event.experts:
        people = _changed(people, _expert(expert.expert_id, expert.name, envelope.seq))
    return row | {"people": people}


@case_people.on(review_events.ExpertRecused, keys=_case)
def _recused(row: Row, event: review_events.ExpertRecused, envelope: Envelope) -> Row:
    office = f"expert:{event.expert_id}"
    known = next((entry["name"] for entry in row["people"] if entry["office"] == office), "")
    gone = _expert(event.expert_id, known, envelope.seq) | {"present": False}
    return row | {"people": _changed(row["people"], gone)}


@case_people.on(review_events.ExpertReplaced, keys=_case)
def _replaced(row: Row, event: review_events.ExpertReplaced, envelope: Envelope) -> Row:
    gone = _expert(event.expert_id, "", envelope.seq) | {"present": False}
    come = _expert(event.replacement.expert_id, event.replacement.name, envelope.seq)
    return row | {"people": _changed(_changed(row["people"], gone), come)}


def _placed(row: Row, place: Place) -> Row:
    return row | {
        "county": place.county,
        "county_name": place.county_name,
        "endorser": "" if place.route is FilingRoute.DIRECT else place.endorser,
        "endorser_name": place.endorser_name,
    }


def _units(county_unit: Unit, key_unit: Unit) -> Row:
    return {"county_unit": county_unit.name, "key_unit": key_unit.name, "key_unit_uscc": key_unit.uscc}


def _with_form(row: Row, form: ApplicationForm, since: int) -> list[Entry]:
    county, unit = f"county:{row['county']}", f"unit:{row['key_unit_uscc']}"
    people: list[Entry] = row["people"]
    for role, office, person in (
        (Audience.COUNTY, county, form.county_contact),
        (Audience.COUNTY_HEAD, county, form.county_head),
        (Audience.KEY_UNIT, unit, form.key_unit_head),
    ):
        people = _changed(people, _entry(role.value, office, person, since))
    return people


def _entry(role: str, office: str, person: Person, since: int) -> Entry:
    return {
        "role": role,
        "office": office,
        "name": person.name,
        "phone": person.phone,
        "email": person.email,
        "present": True,
        "since": since,
    }


def _expert(expert_id: str, name: str, since: int) -> Entry:
    return _entry("expert", f"expert:{expert_id}", Person(name=name), since)


def _changed(people: list[Entry], entry: Entry) -> list[Entry]:
    """The history with one more entry, unless it says nothing new. Experts are told apart by their office."""
    same = [earlier for earlier in people if _who(earlier) == _who(entry)]
    if same and same[-1] | {"since": 0} == entry | {"since": 0}:
        return people
    return [*people, entry]


def _who(entry: Entry) -> tuple[str, str]:
    return entry["role"], entry["office"] if entry["role"] == "expert" else ""


def as_of(people: list[Entry], seq: int) -> list[Entry]:
    """Who is present after the event ``seq``, each once, by their latest entry."""
    latest = {_who(entry): entry for entry in people if entry["since"] <= seq}
    return [entry for entry in latest.values() if entry["present"]]


@contacts.on(events.ContactRegistered, keys=lambda event, _envelope: ((event.office,),))
def _registered(row: Row, event: events.ContactRegistered, envelope: Envelope) -> Row:
    now = {"name": event.name, "phone": event.phone, "email": event.email}
    return (
        row
        | now
        | {
            "registered_by": event.registered_by,
            "history": [*row["history"], now | {"since": envelope.seq}],
        }
    )


def _subscription(event: Event, envelope: Envelope) -> Iterable[Key]:
    del event
    return ((envelope.stream.rpartition("/")[2],),)


@subscriptions.on(events.SubscriptionConfirmed, keys=_subscription)
def _confirmed(row: Row, event: events.SubscriptionConfirmed, envelope: Envelope) -> Row:
    return row | {
        "channel": event.channel.value,
        "address": event.address,
        "division": event.division,
        "topic": event.topic,
        "language": event.language.value,
        "since": envelope.seq,
    }


@subscriptions.on(events.SubscriptionEnded, keys=_subscription)
def _over(row: Row, _event: events.SubscriptionEnded, envelope: Envelope) -> Row | None:
    return row | {"until": envelope.seq} if row["since"] else None


PEOPLE = Projection(
    "notify.people",
    version=2,
    categories=("intake", "review", "lifecycle", "notify"),
    views=(case_people, contacts, subscriptions, preferences, stopped_addresses, case_events),
    include_internal=True,
)
