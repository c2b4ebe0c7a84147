"""The words of notices: kept as they were published, complete in both languages, escaped, short where they must be."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import pytest

from services.notify.channels.sms.segments import split
from services.notify.notices import NOTICES, NoticeRule, Participant
from services.notify.notices.rendering import expiry, words
from services.notify.templates import ENQUIRIES, TEMPLATES, Rendered
from services.notify.templates.places import ENGLISH_NAMES
from services.notify.templates.rendering import SIGNATURE, place_in
from shared.contracts.intake import ApplicationWithdrawn, DraftOpened
from shared.contracts.notify import Channel, Language
from shared.programme.divisions import counties
from tests.notify.golden_notices import GOLDEN, goldens, readers, said
from tests.notify.messages import envelope
from tests.notify.samples import PEOPLE, cause_of

NOW = goldens()


@pytest.mark.parametrize("name", sorted(NOW))
def test_a_text_changes_only_with_its_version(name: str) -> None:
    kept = GOLDEN / name
    assert kept.exists(), f"{name} is new: `make golden` keeps it"
    assert NOW[name] + "\n" == kept.read_text(encoding="utf-8"), f"the words of {name} differ: give them a new version"


def test_versions_that_were_sent_are_kept() -> None:
    assert {each.name for each in GOLDEN.iterdir()} >= set(NOW)


def test_a_short_message_is_filed_anew_only_when_its_words_are_others() -> None:
    filed: dict[str, set[tuple[str, str]]] = {}
    for file in GOLDEN.iterdir():
        for part in re.findall(r"^##### \S+ sms .*\n(.+)\n(\S+@\S+)\n(.+)$", file.read_text("utf-8"), re.MULTILINE):
            body, key, variables = part
            filed.setdefault(key, set()).add((body, variables))
    spoken = [(rule, one) for rule in NOTICES for one in Language if one is Language.CHINESE or not rule.statutory]
    assert {rule.template.sms_key(language) for rule, language in spoken} <= set(filed)
    assert [key for key, texts in filed.items() if len(texts) > 1] == []


def test_another_look_leaves_the_key_of_the_short_message() -> None:
    newer = replace(NOTICES[0].template, version=99)
    assert newer.ref != NOTICES[0].template.ref
    assert newer.sms_key(Language.CHINESE) == NOTICES[0].template.sms_key(Language.CHINESE)


def test_the_guard_bites() -> None:
    name = min(NOW)
    assert NOW[name].replace("吉林省", "吉林") + "\n" != (GOLDEN / name).read_text(encoding="utf-8")


def test_every_template_has_a_rule_and_its_cause() -> None:
    told = {rule.name: rule for rule in NOTICES}
    assert set(TEMPLATES) - set(told) == {"subscription-confirmation", "letter-answered"}
    assert all(rule.template.cause is rule.cause for rule in NOTICES)


def _said(rule: NoticeRule, language: Language, channel: Channel) -> Rendered:
    return said(rule, readers(rule)[0], language, channel)


@pytest.mark.parametrize("rule", NOTICES, ids=lambda rule: rule.name)
def test_a_short_message_is_what_its_template_says_with_its_variables(rule: NoticeRule) -> None:
    for language in Language:
        spoken = Language.CHINESE if rule.statutory else language
        short = _said(rule, language, Channel.SMS)
        assert short.body == SIGNATURE + rule.template.words[spoken].sms.format(**json.loads(short.variables))
        assert short.sms_template == rule.template.sms_key(spoken)
        assert len(split(short.body)) <= 3


@pytest.mark.parametrize("rule", NOTICES, ids=lambda rule: rule.name)
def test_a_letter_is_complete_in_both_languages(rule: NoticeRule) -> None:
    for language in Language:
        mail = _said(rule, language, Channel.MAIL)
        assert "None" not in mail.body
        assert "\n\n\n" not in mail.body
        assert f'lang="{language}"' in mail.html
        assert mail.subject.isprintable()
    english = rule.template.words[Language.ENGLISH].subject
    assert not re.search(r"[\u4e00-\u9fff]", english + rule.template.words[Language.ENGLISH].sms)


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: set[str] = set()
        self.fetched: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)
        self.fetched += [name for name, _ in attrs if name in {"src", "background", "srcset"}]
        if tag not in {"meta", "br"}:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.mark.parametrize("rule", NOTICES, ids=lambda rule: rule.name)
def test_the_page_is_well_formed_and_fetches_nothing(rule: NoticeRule) -> None:
    for language in Language:
        tags = _Tags()
        page = _said(rule, language, Channel.MAIL).html
        tags.feed(page)
        assert not tags.open
        assert not tags.fetched
        assert tags.seen.isdisjoint({"script", "img", "link"})
        assert not any(each in page for each in ("url(", "@import"))


def test_what_people_wrote_is_text_in_the_page() -> None:
    rule = next(rule for rule in NOTICES if rule.cause is DraftOpened)
    event = cause_of(rule)
    assert isinstance(event, DraftOpened)
    evil = "<script>alert('1')</script>&\"<b>{place}"
    event = replace(event, county_unit=replace(event.county_unit, name=evil))
    people = replace(PEOPLE, case=replace(PEOPLE.case, county="", county_name=evil + "\nBcc: b@example.invalid"))
    reader = Participant(role="county", office="county:220113", name=evil)
    for language in Language:
        told = {
            channel: words(
                rule, envelope(event), people, to=reader, language=language, channel=channel, enquiries=ENQUIRIES
            )
            for channel in (Channel.MAIL, Channel.SMS)
        }
        mail = told[Channel.MAIL]
        assert "<script" not in mail.html
        assert "<b>" not in mail.html
        assert "&lt;script&gt;" in mail.html
        assert evil in mail.body
        assert mail.subject.isprintable()
        assert "{place}" in told[Channel.SMS].body


def test_every_county_has_a_name_in_english_letters() -> None:
    assert {one.code for one in counties()} <= set(ENGLISH_NAMES)
    assert place_in(Language.ENGLISH, "220113", "九台区") == "Jiutai District (九台区)"
    assert place_in(Language.ENGLISH, "220113", "九台区", bare=True) == "Jiutai District"
    assert place_in(Language.ENGLISH, "999999", "某县") == "某县"
    assert place_in(Language.CHINESE, "220113", "九台区") == "九台区"


def test_what_is_only_of_interest_ends_and_what_the_law_demands_does_not() -> None:
    found = {rule.name: expiry(rule, envelope(cause_of(rule))) for rule in NOTICES}
    assert found["correction-notice"] is None
    visit, reminder = found["site-visit-rescheduled"], found["reminder-correction"]
    assert visit is not None
    assert reminder is not None
    assert visit.date() == date(2018, 7, 11)
    assert reminder.date() == date(2018, 7, 10)


def test_a_withdrawn_case_calls_nobody_to_act() -> None:
    calls = {"endorsement-requested", "correction-notice", "site-visit-scheduled", "panel-convened"}
    assert calls <= {rule.name for rule in NOTICES if ApplicationWithdrawn in rule.untrue_after}


def test_the_page_for_operators_names_a_template_as_notices_do() -> None:
    page = (Path(__file__).parents[2] / "docs" / "notices.md").read_text(encoding="utf-8")
    found = re.search(r"`(\{\"correction-notice.*?\}\})`", page)
    assert found is not None
    ((key, told),) = json.loads(found[1]).items()
    short = _said(next(rule for rule in NOTICES if rule.name == "correction-notice"), Language.CHINESE, Channel.SMS)
    assert key == short.sms_template
    assert set(told["variables"]) == set(json.loads(short.variables))
