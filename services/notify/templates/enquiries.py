"""Whom a letter names for questions, and how and where what it asks for is done."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from shared.contracts.notify import Language


@dataclass(frozen=True, slots=True, kw_only=True)
class Enquiries:
    """The office that answers questions on its telephone, and the address of the system's pages (may be empty)."""

    contact: str = "吉林省科学技术厅集聚区工作联系处"
    contact_en: str = "Cluster District Office, Department of Science and Technology of Jilin Province"
    telephone: str = "12345（政务服务便民热线）"
    url: str = ""

    def lines(self, language: Language, *, asked: bool) -> Iterator[str]:
        """The last paragraphs of a letter: how and where, where it asks for something; then whom to ask."""
        english = language is Language.ENGLISH
        if asked:
            yield self._how_en() if english else self._how()
        yield f"Contact: {self.contact_en}; telephone {self.telephone}." if english else self._contact()

    def _contact(self) -> str:
        return f"联系单位：{self.contact}；电话：{self.telephone}。"

    def _how(self) -> str:
        if self.url:
            return f"办理方式：请登录{self.url} 在线办理；不便在线办理的，请与联系单位联系，书面办理。"
        return "办理方式：请以本单位账户登录本系统在线办理；不便在线办理的，请与联系单位联系，书面办理。"

    def _how_en(self) -> str:
        where = self.url or "this system, with your office's account"
        return f"How to proceed: online at {where}; if you cannot do so, in writing through the contact below."


ENQUIRIES = Enquiries()
"""Where nobody is named."""
