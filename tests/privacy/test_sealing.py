"""What the log stores, what it gives back, and to whom."""

from __future__ import annotations

import asyncio
import json
import pickle
from dataclasses import replace
from datetime import date
from pathlib import Path
from uuid import UUID, uuid4

import asyncpg
import jsonschema
import msgspec
import pytest

from deploy.database.roles import KEYS, beside
from deploy.operator.frame.vocabulary import vocabulary
from shared.contracts.core import Actor, Context, Event, EventType, Role
from shared.contracts.intake import FormRevised, RecordCorrected
from shared.contracts.notify import Channel, ContactRegistered, Language, SubscriptionRequested
from shared.contracts.review import Expert, PanelConvened, SiteVisitScheduled
from shared.eventlog.codec import RawEvent, encode
from shared.eventlog.errors import CommandReused, UnreadableEvent
from shared.eventlog.log import EventLog, StoredEvent
from shared.messaging.schemas import schemas
from shared.privacy.keystore import OtherMaster, PersonUnknown
from shared.privacy.opening import personal_data
from shared.privacy.places import find, groups
from shared.programme.forms import ApplicationForm
from shared.programme.forms import Person as Named
from shared.programme.values.personal import ERASED
from tests.contracts.samples import samples
from tests.privacy.conftest import OpenLog, Personal
from tests.servers import Database
from tests.specification import context

CLERK = Actor("clerk", "clerk", "city:220100", frozenset({Role.CITY}))
WANG = ContactRegistered(
    office="city:220100", name="王独特", phone="+8613800138123", email="wang.unique@example.com", registered_by="clerk"
)
PERSONAL = [kind for kind in vocabulary() if groups(kind.cls)]


def by(on: str = "2018-06-11") -> Context:
    """A context of a command of its own."""
    return replace(context(CLERK, on), command_id=uuid4())


def persons_in(data: str) -> set[UUID]:
    """The persons whose values a stored text holds sealed."""
    persons: set[UUID] = set()

    def note(value: dict[str, object]) -> dict[str, object]:
        if value.keys() == {"person", "sealed"}:
            persons.add(UUID(str(value["person"])))
        return value

    json.loads(data, object_hook=note)
    return persons


def is_sealed(row: StoredEvent, cls: type[Event]) -> bool:
    """Whether every personal value of a stored text is sealed, or was empty."""
    values = [found.holder[place] for found in find(cls, json.loads(row.data)) for place in found.sealed]
    return all(value == "" or value.keys() == {"person", "sealed"} for value in values)


@pytest.mark.parametrize("kind", PERSONAL, ids=lambda kind: kind.name)
async def test_every_personal_event_is_stored_sealed_and_read_as_it_was(sealing: OpenLog, kind: EventType) -> None:
    log = await sealing(kind.service)
    events = list(samples(kind.cls))
    await log.append(f"{kind.service}/thing/1", 0, events, by())
    rows = await log.read_raw(0, include_internal=True)
    assert len(rows) == len(events)
    assert all(is_sealed(row, kind.cls) for row in rows)
    assert persons_in(rows[0].data)
    assert [each.event for each in await log.read_stream(f"{kind.service}/thing/1")] == events
    other = await sealing(kind.service)
    assert [each.event for each in await other.read_all(0, include_internal=True)] == events


async def test_the_same_command_again_gives_its_first_result_from_any_process(sealing: OpenLog) -> None:
    command = by()
    log, other = await sealing("notify"), await sealing("notify")
    first = await log.append("notify/contact/1", 0, [WANG], command)
    assert (await log.append("notify/contact/1", 0, [WANG], command)) == msgspec.structs.replace(first, replayed=True)
    assert (await other.append("notify/contact/1", 0, [WANG], command)) == msgspec.structs.replace(first, replayed=True)
    with pytest.raises(CommandReused):
        await other.append("notify/contact/1", 0, [replace(WANG, phone="+8613800138124")], command)


async def test_the_same_text_in_another_event_is_another_ciphertext(sealing: OpenLog) -> None:
    log = await sealing("notify")
    await log.append("notify/contact/1", 0, [WANG, WANG], by())
    one, two = [json.loads(row.data) for row in await log.read_raw(0, include_internal=True)]
    assert one["phone"]["person"] == two["phone"]["person"]
    assert one["phone"]["sealed"] != two["phone"]["sealed"]


async def test_a_ciphertext_that_was_moved_is_refused(sealing: OpenLog, personal: Personal) -> None:
    log = await sealing("notify")
    await log.append("notify/contact/1", 0, [WANG, replace(WANG, phone="+8613800138124")], by())
    one, two = await log.read_raw(0, include_internal=True)
    access = personal("notify")
    for moved in (
        msgspec.structs.replace(one, data=two.data),
        msgspec.structs.replace(one, event_id=uuid4()),
        msgspec.structs.replace(
            one, data=one.data.replace('"name":', '"email":', 1).replace('"email":{"p', '"name":{"p')
        ),
        msgspec.structs.replace(one, data=one.data.replace('"sealed":"', '"sealed":"A', 1)),
    ):
        assert list(await access.open([moved])) == [moved]
    (opened,) = await access.open([one])
    assert json.loads(opened.data)["phone"] == WANG.phone


async def test_a_reader_without_keys_sees_the_sealed_form_and_cannot_decode_it(
    sealing: OpenLog, database: Database
) -> None:
    await (await sealing("notify")).append("notify/contact/1", 0, [WANG], by())
    async with await EventLog.open(database.url("operator")) as log:
        (row,) = await log.read_raw(0, include_internal=True)
        assert set(json.loads(row.data)["phone"]) == {"person", "sealed"}
        with pytest.raises(UnreadableEvent):
            await log.read_all(0, include_internal=True)
        (kept,) = await log.read_all(0, include_internal=True, keep_unknown=True)
        assert isinstance(kept.event, RawEvent)


async def test_events_of_before_are_read_as_they_are(database: Database, sealing: OpenLog) -> None:
    async with await EventLog.open(database.url("notify")) as plain:
        await plain.append("notify/contact/1", 0, [WANG], by())
    log = await sealing("notify")
    await log.append("notify/contact/1", 1, [WANG], by())
    assert [each.event for each in await log.read_stream("notify/contact/1")] == [WANG, WANG]


async def test_an_event_without_personal_data_asks_no_key_store(database: Database, tmp_path: Path) -> None:
    nowhere = personal_data("postgresql://nobody:x@127.0.0.1:1/x", tmp_path, {})
    async with await EventLog.open(database.url("review"), sealer=nowhere) as log:
        kind = next(each for each in vocabulary() if each.name == "review.ApplicationAccepted")
        await log.append("review/case/1", 0, list(samples(kind.cls)), by())
        assert len(await log.read_stream("review/case/1")) == len(samples(kind.cls))
    async with await EventLog.open(database.url("intake"), sealer=nowhere) as log:
        empty = FormRevised(case_id="1", form=ApplicationForm(), office="o", revised_by="r")
        await log.append("intake/application/1", 0, [empty], by())
        assert [each.event for each in await log.read_stream("intake/application/1")] == [empty]


async def people_of(log: EventLog, *events: Event, service: str = "notify") -> list[set[UUID]]:
    """The people that each event is sealed for."""
    head = await log.head()
    await log.append(f"{service}/thing/{uuid4()}", 0, events, by())
    return [persons_in(row.data) for row in await log.read_raw(head, include_internal=True)]


async def test_one_person_has_one_key_across_events_and_services(sealing: OpenLog) -> None:
    notify, intake = await sealing("notify"), await sealing("intake")
    form = ApplicationForm(
        county_contact=Named(name="王 独特", post="科长", phone="138 0013 8123"),
        county_head=Named(name="李独特", phone="13800138123"),
        key_unit_head=Named(name="王独特", email="Wang.Unique@example.com", phone="0431-88888888"),
    )
    (wang,) = await people_of(notify, WANG)
    (found,) = await people_of(
        intake, FormRevised(case_id="1", form=form, office="o", revised_by="r"), service="intake"
    )
    assert wang < found
    # Two names at one telephone are two people; one name at two telephones, with one mail address, is one.
    assert len(found) == 2


async def test_all_spellings_of_one_name_are_one_person(sealing: OpenLog) -> None:
    log = await sealing("notify")
    spelled = [
        replace(WANG, name=" 王\u3000独特", phone="+86 138-0013-8123", email=""),
        replace(WANG, name="王\u200b独特", phone="", email="Wang.Unique@EXAMPLE.com "),
    ]
    (wang, *others) = await people_of(log, WANG, *spelled)
    assert others == [wang, wang]


async def test_an_expert_goes_by_the_id_wherever_it_stands(sealing: OpenLog) -> None:
    expert = Expert(expert_id="e1", name="专独特", organisation="某校", organisation_uscc="", division="220100")
    review, notify = await sealing("review"), await sealing("notify")
    (panel,) = await people_of(
        review, PanelConvened(case_id="1", experts=(expert,), reserves=(), declare_first=True), service="review"
    )
    (contact,) = await people_of(notify, replace(WANG, office="expert:e1", name="专独特"))
    assert panel == contact


async def test_names_alone_are_people_of_their_case(sealing: OpenLog) -> None:
    log = await sealing("review")
    here = SiteVisitScheduled(case_id="1", visit_on=date(2018, 8, 1), visitors=("甲", "乙"))
    one, again, other = await people_of(log, here, here, replace(here, case_id="2"), service="review")
    assert (len(one), one, one & other) == (2, again, set())


async def test_empty_and_erased_texts_stay_as_they_are_beside_sealed_ones(sealing: OpenLog) -> None:
    log = await sealing("review")
    mixed = SiteVisitScheduled(case_id="1", visit_on=date(2018, 8, 1), visitors=("", ERASED, "甲"))
    await log.append("review/case/1", 0, [mixed], by())
    (row,) = await log.read_raw(0)
    assert json.loads(row.data)["visitors"][:2] == ["", ERASED]
    assert [each.event for each in await log.read_stream("review/case/1")] == [mixed]


async def test_an_erased_person_is_marked_in_every_process_once_the_lease_is_over(
    sealing: OpenLog, personal: Personal
) -> None:
    log, operator = await sealing("notify"), personal("operator")
    other = replace(WANG, name="赵别人", phone="+8613900139000", email="")
    await log.append("notify/contact/1", 0, [WANG, other], by())
    before = await log.read_raw(0, include_internal=True)
    (person,) = persons_in(before[0].data)
    assert await operator.store.destroy(person, "个人信息保护法第四十七条")
    assert not await operator.store.destroy(person, "again")
    await asyncio.sleep(2 * operator.store.lease)
    first, second = [each.event for each in await log.read_stream("notify/contact/1")]
    assert first == replace(WANG, name=ERASED, phone=ERASED, email=ERASED)
    assert second == other
    assert await log.read_raw(0, include_internal=True) == before
    # Somebody who comes again is somebody new.
    ((again,),) = await people_of(log, WANG)
    assert person != again


async def test_what_comes_of_an_erased_delivery_stays_erased(sealing: OpenLog, personal: Personal) -> None:
    log, operator = await sealing("notify"), personal("operator")
    asked = SubscriptionRequested(
        subscription_id="s1",
        channel=Channel.MAIL,
        address="once@example.com",
        division="",
        topic="",
        language=Language.CHINESE,
    )
    ended = next(each for each in vocabulary() if each.name == "notify.SubscriptionEnded").cls
    late = ended(subscription_id="s1", reason="我 once@example.com 不要了")  # type: ignore[call-arg]
    (one,), (two,) = await people_of(log, asked, late)
    assert one == two
    await operator.store.destroy(one, "basis")
    await asyncio.sleep(2 * operator.store.lease)
    head = await log.head()
    await log.append(f"notify/thing/{uuid4()}", 0, [late], by())
    (row,) = await log.read_raw(head, include_internal=True)
    assert (json.loads(row.data)["reason"], "once" in row.data) == (ERASED, False)


async def test_only_services_make_keys_and_only_operators_destroy_them(database: Database) -> None:
    may = {
        "intake": {"resolve_all", "keys_of"},
        "notify": {"resolve_all", "keys_of"},
        "operator": {"keys_of", "destroy", "having"},
        "relay": set(),
    }
    calls = {
        "resolve_all": "select keys.resolve_all('{}')",
        "keys_of": "select keys.keys_of('{}')",
        "destroy": "select keys.destroy(gen_random_uuid(), 'x')",
        "having": "select keys.having('')",
    }
    for role, allowed in may.items():
        connection = await asyncpg.connect(beside(database.url(role), KEYS))
        for name, call in calls.items():
            refused = False
            try:
                await connection.fetch(call)
            except asyncpg.InsufficientPrivilegeError:
                refused = True
            assert refused == (name not in allowed), (role, name)
        for table in ("persons", "wrapped", "handles", "traits"):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await connection.fetch(f"select * from keys.{table}")
        await connection.close()


async def test_a_store_that_does_not_belong_is_said_loudly(
    sealing: OpenLog, personal: Personal, database: Database, tmp_path_factory: pytest.TempPathFactory
) -> None:
    log = await sealing("notify")
    await log.append("notify/contact/1", 0, [WANG], by())
    stranger = personal_data(database.url("notify"), tmp_path_factory.mktemp("other"), {})
    with pytest.raises(OtherMaster):
        await stranger.open(await log.read_raw(0, include_internal=True))
    await stranger.close()
    with pytest.raises(PersonUnknown):
        await personal("notify").store.keys([uuid4()])


async def test_two_processes_that_meet_somebody_new_make_one_person(sealing: OpenLog) -> None:
    logs = [await sealing("notify") for _ in range(6)]
    event = replace(WANG, phone="", email=f"{uuid4().hex}@example.com")
    await asyncio.gather(*(log.append(f"notify/contact/{n}", 0, [event], by()) for n, log in enumerate(logs)))
    rows = await logs[0].read_raw(0, include_internal=True)
    assert len({person for row in rows for person in persons_in(row.data)}) == 1


async def test_access_can_be_sent_to_another_process(sealing: OpenLog, personal: Personal) -> None:
    log = await sealing("notify")
    await log.append("notify/contact/1", 0, [WANG], by())
    sent = pickle.loads(pickle.dumps(personal("notify")))
    (row,) = await sent.open(await log.read_raw(0, include_internal=True))
    assert json.loads(row.data)["email"] == WANG.email
    await sent.close()


async def test_a_correction_is_sealed_for_whose_word_it_is(sealing: OpenLog) -> None:
    log = await sealing("intake")
    said = RecordCorrected(
        case_id="1", corrects=uuid4(), field="phone", was="1", now="2", why="typing error", on_word_of="孙独特"
    )
    ((person,),) = await people_of(log, said, service="intake")
    assert isinstance(person, UUID)


@pytest.mark.parametrize("kind", [each for each in PERSONAL if not each.internal], ids=lambda kind: kind.name)
async def test_the_published_form_fits_the_published_schema(sealing: OpenLog, kind: EventType) -> None:
    log = await sealing(kind.service)
    await log.append(f"{kind.service}/thing/1", 0, list(samples(kind.cls)), by())
    schema = schemas()[f"{kind.name}.v{kind.version}"]
    check = jsonschema.Draft202012Validator(schema)
    for row in await log.read_raw(0):
        assert list(check.iter_errors(json.loads(row.data))) == []
    for event in samples(kind.cls):
        assert list(check.iter_errors(json.loads(encode(event)))) == []
    assert "Sealed" in schema["$defs"]
