"""The answers to a letter and to an objection of the public."""

from __future__ import annotations

from services.notify.templates.form import Template, template
from shared.contracts.office import LetterAnswered
from shared.contracts.review import ObjectionAnswered

LETTER_ANSWER: Template = template(
    "letter-answered",
    LetterAnswered,
    zh="您的来信已有答复",
    zh_text=lambda e, _: (
        f"您的来信（回执编号 {e.letter_id}）答复如下：",
        e.answer,
        "如对答复有不同意见，可再次来信。如您未曾来信，请忽略本邮件，我们不会再向此地址发送。",
    ),
    zh_sms="您的来信已有答复，请凭回执编号在网站查看。如您未曾来信，请忽略。",
    en="Your letter is answered",
    en_text=lambda e, _: (
        f"This is the answer to your letter (receipt {e.letter_id}):",
        e.answer,
        (
            "If you disagree, write again. If you did not write to us, please ignore this mail: "
            "nothing more is sent to this address."
        ),
    ),
    en_sms="Your letter is answered: read it on our web page with the number of your receipt",
)

OBJECTION_ANSWER: Template = template(
    "objection-replied",
    ObjectionAnswered,
    zh="您的异议已有答复",
    zh_text=lambda e, _: (
        f"您在公示期提出的异议（回执编号 {e.objection_id}）经核实{'成立' if e.upheld else '不成立'}，答复如下：",
        e.answer,
        "凭回执编号可在网站查看答复。如您未曾提出异议，请忽略本邮件，我们不会再向此地址发送。",
    ),
    zh_sms="您提出的异议已有答复，请凭回执编号在网站查看。如您未曾提出，请忽略。",
    en="Your objection is answered",
    en_text=lambda e, _: (
        (
            f"Your objection (receipt {e.objection_id}) was looked into and is "
            f"{'upheld' if e.upheld else 'not upheld'}. This is the answer:"
        ),
        e.answer,
        (
            "You can read it on our web page with the number of your receipt. If you did not object, please ignore "
            "this mail: nothing more is sent to this address."
        ),
    ),
    en_sms="Your objection is answered: read it on our web page with the number of your receipt",
)
