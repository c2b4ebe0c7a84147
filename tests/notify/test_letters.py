"""Letters as a good office writes them: to whom, by when, how and where, with which remedies, in whose language."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from services.notify.channels.sms.segments import split
from services.notify.codes import subscription_token
from services.notify.notices import NOTICES, RULES, NoticeRule, Subscriber
from services.notify.notices.answering import answers_a_letter
from services.notify.notices.confirming import confirmation_for
from services.notify.notices.rendering import To, part_of, words
from services.notify.settings import read_enquiries
from services.notify.templates import ENQUIRIES, Enquiries
from shared.contracts.lifecycle import AssessmentConcluded, DistrictReassessed
from shared.contracts.notify import Channel, Language, SubscriptionRequested
from shared.contracts.office import LetterAnswered
from shared.programme.values.personal import ERASED
from shared.programme.vocabulary import Grade
from shared.service.settings import SettingError
from tests.notify.golden_notices import readers, said
from tests.notify.messages import envelope
from tests.notify.samples import EVENTS, PEOPLE

ADVERSE = (
    *("endorsement-declined", "acceptance-refused", "not-yet-confirmed", "rectification-ordered"),
    *("district-reassessed", "title-revoked", "annual-report-missed"),
)
HOW = "办理方式"
READ = [(rule, to) for rule in NOTICES for to in readers(rule)]


def _called(one: NoticeRule | To) -> str:
    return one.name if isinstance(one, NoticeRule) else part_of(one)[0]


def core(rule: NoticeRule, to: To, language: Language = Language.CHINESE) -> str:
    """What a mail says between its greeting and how it is acted upon."""
    body = said(rule, to, language, Channel.MAIL).body
    return re.split(r"\n办理方式|\n联系单位", body.split("\n\n", 1)[1])[0]


@pytest.mark.parametrize("name", ADVERSE)
def test_every_adverse_letter_names_the_remedies_the_organ_and_the_court(name: str) -> None:
    for to in readers(RULES[name]):
        if not isinstance(to, Subscriber):
            body = said(RULES[name], to, Language.ENGLISH, Channel.MAIL).body
            assert "行政复议" in body
            assert "行政诉讼" in body
            assert "reconsideration" in body


def test_a_grade_is_adverse_only_where_it_is_unqualified() -> None:
    rule, to = RULES["assessment-concluded"], readers(RULES["assessment-concluded"])[0]
    concluded = EVENTS[AssessmentConcluded]
    assert isinstance(concluded, AssessmentConcluded)
    told = {}
    for grade in Grade:
        told[grade] = words(
            rule,
            envelope(replace(concluded, grade=grade)),
            PEOPLE,
            to=to,
            language=Language.CHINESE,
            channel=Channel.MAIL,
            enquiries=ENQUIRIES,
        ).body
    assert [grade for grade, body in told.items() if "吉林省人民政府申请行政复议" in body] == [Grade.UNQUALIFIED]


def test_a_reassessment_is_adverse_only_where_it_is_not_passed() -> None:
    reassessed = EVENTS[DistrictReassessed]
    assert isinstance(reassessed, DistrictReassessed)
    template = RULES["district-reassessed"].template
    assert template.adverse(replace(reassessed, passed=False))
    assert not template.adverse(replace(reassessed, passed=True))


@pytest.mark.parametrize(("rule", "to"), READ, ids=_called)
def test_a_letter_that_asks_says_how_where_and_whom_to_call(rule: NoticeRule, to: To) -> None:
    body = said(rule, to, Language.CHINESE, Channel.MAIL).body
    assert "联系单位：" in body
    assert "电话：" in body
    wished = re.sub(r"请(忽略|知悉|将于)|申请|邀请|请督促", "", core(rule, to))
    assert ("请" not in wished) or HOW in body, body


def test_letters_name_the_office_that_is_set() -> None:
    given = read_enquiries(
        {
            "JUQU_ENQUIRIES_CONTACT": "省科技厅\u3000知识产权处",
            "JUQU_ENQUIRIES_TELEPHONE": "0431-88955472",
            "JUQU_PUBLIC_URL": "https://juqu.example/",
        }
    )
    assert given == replace(
        Enquiries(), contact="省科技厅\u3000知识产权处", telephone="0431-88955472", url="https://juqu.example"
    )
    shown = "".join(given.lines(Language.CHINESE, asked=True))
    assert "请登录https://juqu.example " in shown
    assert "联系单位：省科技厅\u3000知识产权处；电话：0431-88955472。" in shown
    with pytest.raises(SettingError, match="JUQU_ENQUIRIES_URL"):
        read_enquiries({"JUQU_ENQUIRIES_URL": "x"})
    with pytest.raises(SettingError, match="JUQU_ENQUIRIES_CONTACT"):
        read_enquiries({"JUQU_ENQUIRIES_CONTACT": "一\nBcc: x"})


NOT_THEIRS = {
    "county": ("请贵局", "签署意见并盖章；", "邀请您"),
    "key-unit": ("请贵局", "邀请您"),
    "province": ("邀请您", "请贵局", "请于"),
    "endorser": ("请报送", "邀请您", "请准备"),
    "expert": ("签署意见",),
    "subscriber": ("请贵", "邀请您"),
}


@pytest.mark.parametrize(("rule", "to"), READ, ids=_called)
def test_nobody_is_asked_for_what_is_anothers(rule: NoticeRule, to: To) -> None:
    if rule.name in {"endorsement-requested", "paper-endorsement-requested"} and part_of(to)[0] == "county":
        assert "该局应于" in core(rule, to)
        return
    for wrong in NOT_THEIRS.get(part_of(to)[0], ()):
        assert wrong not in core(rule, to), core(rule, to)


@pytest.mark.parametrize(("rule", "to"), READ, ids=_called)
def test_a_letter_says_whom_it_addresses_and_greets(rule: NoticeRule, to: To) -> None:
    body = said(rule, to, Language.CHINESE, Channel.MAIL).body
    if not isinstance(to, Subscriber):
        assert body.startswith("主送：")
    assert "您好：\n" in body


@pytest.mark.parametrize(("rule", "to"), READ, ids=_called)
def test_no_letter_shows_a_name_of_the_code(rule: NoticeRule, to: To) -> None:
    for language in Language:
        body = re.sub(r"https?://\S+", "", said(rule, to, language, Channel.MAIL).body)
        assert not re.search(r"[a-z]+_[a-z]+|[a-z]+\.[A-Z][a-z]|@\d", body), body
        chinese = re.sub(r"SHA-256|[0-9a-f]{64}|[0-9a-f-]{36}|e-0\d|[0-9A-Z]{18}", "", body)
        if language is Language.CHINESE:
            assert not re.search(r"[A-Za-z]{3,}", chinese), chinese


@pytest.mark.parametrize("rule", NOTICES, ids=lambda rule: rule.name)
def test_a_last_day_still_counts_and_is_said_so(rule: NoticeRule) -> None:
    told = [said(rule, to, Language.CHINESE, Channel.MAIL).body for to in readers(rule)]
    for text in (*told, said(rule, None, Language.CHINESE, Channel.SMS).body):
        assert not re.search(r"截止\s*\d", text), text
        assert not re.search(r"日前", text), text


@pytest.mark.parametrize("rule", [rule for rule in NOTICES if rule.sms], ids=lambda rule: rule.name)
def test_a_short_message_has_the_day_or_refers_to_the_mail(rule: NoticeRule) -> None:
    text = said(rule, None, Language.CHINESE, Channel.SMS).body
    assert re.search(r"\d{4}年\d{1,2}月\d{1,2}日", text) or "详见邮件" in text or rule.name == "application-accepted"
    if "subscribers" in rule.sms:
        assert "详见邮件" not in text, "whoever subscribed by telephone got no mail"


@pytest.mark.parametrize("rule", [rule for rule in NOTICES if rule.statutory], ids=lambda rule: rule.name)
def test_a_statutory_notice_is_always_also_in_chinese(rule: NoticeRule) -> None:
    zh, en = rule.template.words[Language.CHINESE].subject, rule.template.words[Language.ENGLISH].subject
    for to in readers(rule):
        mail = said(rule, to, Language.ENGLISH, Channel.MAIL)
        assert en in mail.subject
        if not isinstance(to, Subscriber):
            assert mail.subject.index(zh) < mail.subject.index(en)
            assert mail.html.count('role="article"') == 2
            assert "联系单位：" in mail.body
            assert "Contact:" in mail.body
    assert (
        rule.template.sms_key(Language.CHINESE)
        == said(rule, readers(rule)[0], Language.ENGLISH, Channel.SMS).sms_template
    )


@pytest.mark.parametrize("language", Language)
def test_a_code_fits_one_short_message_and_says_where_to_enter_it(language: Language) -> None:
    asked = SubscriptionRequested(
        subscription_id="3f0c1d52-6a0e-5f55-9d0b-2b1f6d3c9a01",
        channel=Channel.SMS,
        address="13800138000",
        division="220113",
        topic="",
        language=language,
    )
    token = subscription_token(b"key", asked.subscription_id)
    body = confirmation_for(envelope(asked), asked, token).body
    assert len(split(body)) == 1
    assert token in body
    assert ("订阅页面" if language is Language.CHINESE else "web page") in body


@pytest.mark.parametrize(
    ("channel", "address", "told"),
    [
        (Channel.MAIL, "p@example.invalid", True),
        (Channel.SMS, "00000000001", True),
        (Channel.MAIL, "", False),
        (Channel.MAIL, ERASED, False),
        (None, "", False),
        (None, "p@example.invalid", False),
    ],
)
def test_whoever_left_an_address_is_told_of_the_answer(channel: Channel | None, address: str, told: bool) -> None:
    answered = LetterAnswered(
        letter_id="l",
        answer="联合申报。",
        channel=channel,
        address=address,
        language=Language.CHINESE,
        public_question="",
        public_answer="",
    )
    assert (answers_a_letter(envelope(answered)) == answered) is told
