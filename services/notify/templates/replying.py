"""The answer to a letter of the public."""

from __future__ import annotations

from services.notify.templates.form import Template, template
from shared.contracts.office import LetterAnswered

ANSWER: Template = template(
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
