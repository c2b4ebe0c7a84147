"""From a template and an event to the words that leave by a channel. Pure: the same input gives the same output."""

from __future__ import annotations

import json
from dataclasses import dataclass
from hashlib import sha256

from services.notify.templates.enquiries import Enquiries
from services.notify.templates.form import About, Template
from services.notify.templates.layout import Article, Letterhead, letter, page, plain
from services.notify.templates.places import ENGLISH_NAMES
from shared.contracts.core import Event
from shared.contracts.notify import Channel, Language
from shared.programme.policy import Policy
from shared.programme.remedies import remedies, remedies_en
from shared.programme.values.writing import as_line

SIGNATURE = "【吉林省科技厅】"
"""The signature that every short message begins with, in either language: it is registered with the providers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    """A notice's words for one channel. ``variables`` is a JSON object of texts, empty where there are none."""

    subject: str
    body: str
    html: str = ""
    sms_template: str = ""
    variables: str = ""

    @property
    def sha256(self) -> str:
        """The digest of all that a reader may see: the SHA-256 (hex) of these parts as a JSON array in UTF-8."""
        parts = [self.subject, self.body, self.html, self.sms_template, self.variables]
        return sha256(json.dumps(parts, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()


def render(
    template: Template,
    event: Event,
    head: Letterhead,
    *,
    county: str,
    place: str,
    role: str,
    law: Policy,
    language: Language,
    channel: Channel,
    enquiries: Enquiries,
    statutory: bool = False,
) -> Rendered:
    """The words of a template in a language for a channel; ``county`` is the division's code, ``place`` its name,
    ``role`` the reader's part. What is ``statutory`` is always in Chinese too, and its short message in Chinese
    only."""
    if channel is Channel.SMS:
        spoken = Language.CHINESE if statutory else language
        return _short(template, event, About(place_in(spoken, county, place, bare=True), spoken, role, law))
    languages = (Language.CHINESE, language) if statutory and language is not Language.CHINESE else (language,)
    abouts = [About(place_in(spoken, county, place), spoken, role, law) for spoken in languages]
    articles = [_article(template, event, about, enquiries) for about in abouts]
    subject = " / ".join(dict.fromkeys(article.subject for article in articles))
    if channel is Channel.WEBHOOK:
        text = plain(articles[0].text)
        return Rendered(subject=subject, body=_payload(template, head, abouts[0], subject, text, county=county))
    return Rendered(subject=subject, body=letter(articles, head), html=page(subject, articles, head))


def _article(template: Template, event: Event, about: About, enquiries: Enquiries) -> Article:
    words = template.words[about.language]
    colon = "：" if about.language is Language.CHINESE else ": "
    paragraphs = words.text(event, about)
    text = (paragraphs,) if isinstance(paragraphs, str) else paragraphs
    if template.adverse(event) and about.role != "subscriber":
        text = (*text, (remedies if about.language is Language.CHINESE else remedies_en)(about.law))
    text = (*text, *enquiries.lines(about.language, asked=about.role in template.asks))
    return Article(about.language, f"{about.place}{colon}{words.subject}" if about.place else words.subject, text)


def place_in(language: Language, county: str, place: str, *, bare: bool = False) -> str:
    """A district's name on one line; in English in Latin letters, followed by the Chinese one unless ``bare``."""
    name = " ".join(as_line(place).split())
    english = ENGLISH_NAMES.get(county, "") if language is Language.ENGLISH else ""
    if not english:
        return name
    return english if bare or not name else f"{english} ({name})"


def _short(template: Template, event: Event, about: About) -> Rendered:
    variables = template.variables(event, about)
    text = template.words[about.language].sms.format_map(variables)
    return Rendered(
        subject="",
        body=SIGNATURE + text,
        sms_template=template.sms_key(about.language),
        variables=json.dumps(dict(variables), ensure_ascii=False, separators=(",", ":"), sort_keys=True),
    )


def _payload(template: Template, head: Letterhead, about: About, subject: str, text: str, *, county: str) -> str:
    """What another system is told: JSON in the form of Standard Webhooks, its ``type`` the rule's name."""
    data = {
        "case_id": head.case_id,
        "county": county,
        "cause_id": str(head.cause_id),
        "cause_type": head.cause_type,
        "cause_seq": head.cause_seq,
        "effective_on": head.on.isoformat(),
        "rule": head.rule,
        "template": template.ref,
        "language": about.language.value,
        "subject": subject,
        "text": text,
    }
    payload = {"type": template.name, "timestamp": head.at.isoformat(), "data": data}
    return json.dumps(payload, ensure_ascii=False, separators=(",", ":"))
