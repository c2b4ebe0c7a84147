"""Until when a notice is worth sending, who is sent what cannot be switched off, and how long two secrets hold."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from services.notify.aggregates import rules
from services.notify.aggregates.subscription import SUBSCRIPTION, ChangeSecret, Requested
from services.notify.notices import NOTICES, RULES, Choices, Subscriber, notices_for
from services.notify.notices.confirming import confirmation_for
from services.notify.notices.rendering import expiry, law_of, unwanted
from shared.contracts.core import CST, Due
from shared.contracts.notify import Channel, ReminderRaised, SubscriptionRequested
from shared.contracts.review import CaseOpened, CorrectionNoticeIssued, PublicityStarted
from shared.programme.policy import policy, policy_in_force
from tests.notify.messages import envelope, people
from tests.notify.samples import EVENTS, cause_of
from tests.notify.test_contacts_and_subscriptions import ASK, CONFIRM, PUBLIC
from tests.specification import given

MIDNIGHT = datetime(2018, 6, 11, tzinfo=CST)


def test_what_the_law_demands_is_always_worth_sending() -> None:
    for rule in NOTICES:
        if rule.statutory:
            assert expiry(rule, envelope(cause_of(rule))) is None, rule.name


def test_what_is_only_of_interest_is_sent_within_a_month() -> None:
    opened = envelope(EVENTS[CaseOpened], on="2018-06-11")
    assert expiry(RULES["case-opened"], opened) == MIDNIGHT + timedelta(days=30)


def test_a_reminder_is_sent_until_the_end_of_the_last_day_but_within_a_month() -> None:
    rule = RULES["reminder-correction"]
    raised = cause_of(rule)
    assert isinstance(raised, ReminderRaised)
    for days, until in ((0, 1), (29, 30), (90, 30)):
        due = Due((MIDNIGHT + timedelta(days=days)).date())
        told = envelope(replace(raised, due=due), on="2018-06-11")
        assert expiry(rule, told) == MIDNIGHT + timedelta(days=until)


def test_the_question_to_a_subscriber_is_worth_asking_for_two_days() -> None:
    asked = SubscriptionRequested(
        subscription_id="s-1",
        channel=Channel.MAIL,
        address="p@example.invalid",
        division="",
        topic="",
        language=ASK.language,
    )
    seen = envelope(asked)
    notice = confirmation_for(seen, asked, "code")
    assert notice.expires_at == seen.recorded_at + timedelta(days=2)
    assert (notice.statutory, notice.urgent, notice.role) == (False, True, "asker")
    assert (notice.recipient, notice.rule_version) == ("subscriber:s-1", 1)


def test_what_has_legal_effect_is_sent_to_the_parties_whatever_they_chose_and_to_the_public_as_it_likes() -> None:
    off = Choices(None, {(channel, ""): False for channel in Channel})
    reader = Subscriber(subscription_id="s", channel=Channel.MAIL, address="p@example.invalid", division="")
    told = replace(people(), subscribers=(reader,), preferences=dict.fromkeys(("county:220113", "subscriber:s"), off))
    issued = notices_for(envelope(EVENTS[CorrectionNoticeIssued]), told)
    assert not any(unwanted(notice, told) for notice in issued)
    published = notices_for(envelope(EVENTS[PublicityStarted]), told)
    of_the_public = [notice for notice in published if notice.role == "subscriber"]
    assert of_the_public
    assert all(unwanted(notice, told) for notice in of_the_public)
    assert not any(notice.statutory for notice in of_the_public)


def test_a_notice_is_written_under_the_policy_of_its_event() -> None:
    opened = envelope(EVENTS[CaseOpened])
    assert law_of(opened) == policy(opened.policy_version)
    assert law_of(replace(opened, policy_version="of-a-later-build")) == policy_in_force(opened.effective_on)


HOOK = replace(ASK, channel=Channel.WEBHOOK, address="https://o.example/hook")
CHANGE = ChangeSecret(context=PUBLIC, subscription_id="s", token="t", token_right=True)


def test_two_secrets_hold_for_a_day_after_a_change() -> None:
    case = given(SUBSCRIPTION).when(HOOK).and_then().when(CONFIRM).and_then().when(CHANGE).and_then()
    state = SUBSCRIPTION.initial
    for event in case.events:
        state = SUBSCRIPTION.evolve(state, event)
    assert isinstance(state, Requested)
    now = CHANGE.context.now
    assert state.secrets(now) == (1, 0)
    assert state.secrets(now + timedelta(days=1) - timedelta(microseconds=1)) == (1, 0)
    assert state.secrets(now + timedelta(days=1)) == (1,)


def test_only_a_confirmed_webhook_has_a_secret() -> None:
    given(SUBSCRIPTION).when(HOOK).and_then().when(CHANGE).refused(rules.SECRET_OF_A_WEBHOOK)
    by_mail = given(SUBSCRIPTION).when(ASK).and_then().when(CONFIRM).and_then()
    by_mail.when(CHANGE).refused(rules.SECRET_OF_A_WEBHOOK)
