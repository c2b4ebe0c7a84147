"""A provider is paused by the service or an operator, and used again when an operator says so."""

from __future__ import annotations

from dataclasses import replace

import pytest

from services.notify.aggregates import rules
from services.notify.aggregates.provider import PROVIDER, PauseProvider, ResumeProvider
from shared.contracts.core import Actor, Role
from shared.contracts.notify import Channel, ProviderPaused, ProviderResumed
from tests.notify.messages import OPERATOR, SYSTEM
from tests.specification import actor, context, given

PAUSE = PauseProvider(context=SYSTEM, provider="smtp", reason="account closed")
RESUME = ResumeProvider(context=OPERATOR, provider="smtp", reason="paid")
PAUSED = given(PROVIDER).when(PAUSE).and_then()


def test_the_service_pauses_a_provider_once_and_an_operator_resumes_it_once() -> None:
    given(PROVIDER).when(PAUSE).then_kinds(ProviderPaused).again().then()
    PAUSED.when(RESUME).then_kinds(ProviderResumed).again().then()
    given(PROVIDER).when(RESUME).then()


def test_an_operator_pauses_too_and_a_provider_of_short_messages_as_well() -> None:
    (paused,) = given(PROVIDER).when(replace(PAUSE, context=OPERATOR, channel=Channel.SMS)).events
    assert isinstance(paused, ProviderPaused)
    assert (paused.provider, paused.channel) == ("smtp", Channel.SMS)


def test_the_service_never_resumes_one_by_itself() -> None:
    PAUSED.when(replace(RESUME, context=SYSTEM)).refused(rules.OPERATOR_PAUSES)


@pytest.mark.parametrize("who", [actor("province", Role.PROVINCE_LEAD), actor("city:220100", Role.CITY)])
def test_nobody_else_does_either(who: Actor) -> None:
    given(PROVIDER).when(replace(PAUSE, context=context(who))).refused(rules.OPERATOR_PAUSES)
    PAUSED.when(replace(RESUME, context=context(who))).refused(rules.OPERATOR_PAUSES)


def test_what_is_no_provider_of_ours_is_neither_paused_nor_resumed() -> None:
    given(PROVIDER).when(replace(PAUSE, known=False)).refused(rules.PROVIDER_KNOWN)
    PAUSED.when(replace(RESUME, known=False)).refused(rules.PROVIDER_KNOWN)
