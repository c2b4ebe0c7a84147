"""What somebody chose is heeded, and what has legal effect is sent all the same."""

from __future__ import annotations

from dataclasses import replace

from services.notify.aggregates import rules
from services.notify.aggregates.preference import PREFERENCE, SetLanguage, SetPreference
from services.notify.aggregates.subscription import SUBSCRIPTION
from services.notify.notices import Choices, People, Subscriber, Topic, notices_for
from services.notify.notices.rendering import UNWANTED, unwanted
from services.notify.telling.recipients import preferences_in
from shared.contracts.core import Role
from shared.contracts.notify import Channel, Language, LanguageSet, PreferenceSet
from shared.contracts.review import CaseOpened, CorrectionNoticeIssued, PublicityStarted
from tests.notify.messages import OPERATOR, SYSTEM, envelope, people
from tests.notify.samples import EVENTS
from tests.notify.test_contacts_and_subscriptions import ASK
from tests.specification import actor, context, given

COUNTY = context(actor("county:220113", Role.COUNTY))
OFF = SetPreference(context=COUNTY, owner="county:220113", channel=Channel.MAIL, kind="case-opened", on=False)
ENGLISH = SetLanguage(context=COUNTY, owner="county:220113", language=Language.ENGLISH)
PUBLIC = (
    Subscriber(subscription_id="all", channel=Channel.MAIL, address="p@example.invalid", division=""),
    Subscriber(
        subscription_id="publicity",
        channel=Channel.SMS,
        address="0000-0000009",
        division="220113",
        topic=Topic.PUBLICITY,
        language=Language.ENGLISH,
    ),
    Subscriber(
        subscription_id="titles", channel=Channel.MAIL, address="t@example.invalid", division="", topic=Topic.TITLES
    ),
    Subscriber(subscription_id="hook", channel=Channel.WEBHOOK, address="https://o.example/hook", division=""),
)


def test_a_kind_is_switched_off_and_on() -> None:
    off = given(PREFERENCE).when(OFF)
    off.then_kinds(PreferenceSet).again().then()
    off.and_then().when(replace(OFF, on=True)).then_kinds(PreferenceSet)
    given(PREFERENCE).when(replace(OFF, kind="")).then_kinds(PreferenceSet)


def test_what_has_legal_effect_stays_on() -> None:
    given(PREFERENCE).when(replace(OFF, kind="correction-notice")).refused(rules.STATUTORY_STAYS, field="kind")
    refusal = given(PREFERENCE).when(replace(OFF, kind="x" * 101)).refused(rules.KIND_KNOWN)
    assert refusal.detail == "x" * 100, "as much as a reader needs of what was sent"


def test_a_language_is_chosen() -> None:
    given(PREFERENCE).when(ENGLISH).then_kinds(LanguageSet).again().then()


def test_preferences_are_ones_own() -> None:
    other = context(actor("county:220122", Role.COUNTY))
    for command in (OFF, ENGLISH):
        given(PREFERENCE).when(replace(command, context=other)).refused(rules.OWN_PREFERENCES)
        for who in (OPERATOR, SYSTEM):
            assert given(PREFERENCE).when(replace(command, context=who)).events
    unknown = replace(OFF, context=OPERATOR, owner="planet:" + "x" * 100)
    assert given(PREFERENCE).when(unknown).refused(rules.OFFICE_KNOWN).detail == "planet:" + "x" * 93


def _people(chosen: Choices) -> People:
    return replace(people(), preferences={"county:220113": chosen}, subscribers=PUBLIC)


def test_what_is_unwanted_is_not_sent_and_says_why() -> None:
    chosen = _people(Choices(None, {(Channel.MAIL, ""): False}))
    opened = {one.role: one for one in notices_for(envelope(EVENTS[CaseOpened]), chosen)}
    assert unwanted(opened["county"], chosen) == UNWANTED
    assert not unwanted(opened["key-unit"], chosen)
    notice = notices_for(envelope(EVENTS[CorrectionNoticeIssued]), chosen)
    assert not any(unwanted(one, chosen) for one in notice)
    assert all(one.statutory for one in notice)


def test_a_choice_of_the_kind_counts_before_one_of_all() -> None:
    chosen = Choices(None, {(Channel.MAIL, ""): False, (Channel.MAIL, "case-opened"): True})
    assert chosen.wants(Channel.MAIL, "case-opened")
    assert not chosen.wants(Channel.MAIL, "draft-opened")
    assert chosen.wants(Channel.SMS, "draft-opened")


def test_each_is_told_in_their_language() -> None:
    told = notices_for(envelope(EVENTS[CorrectionNoticeIssued]), _people(Choices(Language.ENGLISH)))
    found = {one.role: one for one in told if one.channel is Channel.MAIL}
    assert "Notice of all corrections" in found["county"].subject
    assert found["county"].language is Language.ENGLISH
    assert "一次性补正告知" in found["key-unit"].subject


def test_the_public_hears_of_its_topic_by_its_channel_and_may_leave() -> None:
    told = notices_for(envelope(EVENTS[PublicityStarted]), _people(Choices()), lambda _id: "https://n.example/u/x")
    found = {one.recipient: one for one in told if one.role == "subscriber"}
    assert set(found) == {"subscriber:all", "subscriber:publicity", "subscriber:hook"}
    assert found["subscriber:all"].unsubscribe_url == "https://n.example/u/x"
    assert "https://n.example/u/x" in found["subscriber:all"].body
    assert "made public until" in found["subscriber:publicity"].body
    assert not found["subscriber:publicity"].unsubscribe_url
    assert found["subscriber:hook"].body.startswith('{"type":"publicity-started"')
    assert not any(one.statutory for one in found.values())


def test_only_what_may_be_switched_off_says_how() -> None:
    for cause, says in ((CaseOpened, True), (CorrectionNoticeIssued, False)):
        told = notices_for(envelope(EVENTS[cause]), people(), lambda _id: "https://n.example/u/x")
        assert {bool(one.unsubscribe_url) for one in told if one.channel is Channel.MAIL} == {says}


def test_a_subscription_is_to_a_topic_that_exists() -> None:
    given(SUBSCRIPTION).when(replace(ASK, topic="weather")).refused(rules.TOPIC_KNOWN, field="topic")
    assert given(SUBSCRIPTION).when(replace(ASK, topic="titles")).events


def test_choices_are_read_as_of_an_event() -> None:
    history = [
        {"since": 3, "language": "en"},
        {"since": 5, "channel": "mail", "kind": "case-opened", "on": False},
        {"since": 8, "channel": "mail", "kind": "case-opened", "on": True},
    ]
    assert preferences_in(history, 4) == Choices(Language.ENGLISH)
    assert not preferences_in(history, 6).wants(Channel.MAIL, "case-opened")
    assert preferences_in(history).wants(Channel.MAIL, "case-opened")
