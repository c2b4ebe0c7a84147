"""Reading: who was shown personal data. Every deciding service records its own answers.

个人信息保护法 第五十一、五十四条: whoever handles personal data limits who may see it, and audits that.
"""

from __future__ import annotations

from shared.contracts.core import Event, event


@event("查阅个人信息", clause="-", internal=True)
class PersonalDataRead(Event):
    """Somebody was answered with personal data; who, the envelope says, and what it said, nobody.

    ``case_id`` is the case that it stood in. Where it stood in none, ``whose`` is the office that it is kept for, or
    the id of the letter that it is. ``kinds`` are those of ``shared.programme.values.personal.Personal`` that stood
    there, and ``document`` for a file.
    Recorded once a day for the same reader, case and kinds.
    """

    case_id: str
    whose: str
    kinds: tuple[str, ...]
