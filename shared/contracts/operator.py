"""Operators: what the command line did that must be answered for. The notice of 2018 is silent on this."""

from __future__ import annotations

from datetime import datetime

from shared.contracts.core import Event, event


@event("决定删除个人信息", clause="-")
class ErasureOrdered(Event):
    """From here on a person's key is to be destroyed, whatever fails on the way. The id says nothing of the person,
    and neither may ``legal_basis``: the article, and the office's own number of the request."""

    person_id: str
    legal_basis: str


@event("个人信息已删除", clause="-")
class PersonErased(Event):
    """Nobody can read the person's data any more: the key is destroyed (``destroyed_at``, the machine's time), and the
    read models were made anew. Whoever keeps a copy of what they could read before is to erase it now, too."""

    person_id: str
    legal_basis: str
    destroyed_at: datetime
    read_models: tuple[str, ...]


@event("更换主密钥", clause="-", internal=True)
class MasterKeyChanged(Event):
    """From here on the persons' keys are wrapped under another master key. Ids (hex) say nothing of the keys."""

    former: str
    master: str


@event("旧主密钥停用", clause="-", internal=True)
class MasterKeyRetired(Event):
    """No person's key is wrapped under the former master key any more; ``persons`` are under the one in force."""

    former: str
    master: str
    persons: int


@event("查阅记录", clause="-", internal=True)
class RecordsRead(Event):
    """Somebody at the command line was shown what events hold, personal data perhaps among it.

    ``command`` is what was typed; ``cases`` are those shown, ``seqs`` the events (at most the first thousand),
    ``count`` how many there were. Internal: it concerns nobody outside.
    """

    command: str
    cases: tuple[str, ...]
    seqs: tuple[int, ...]
    count: int


@event("确认日志历史", clause="-")
class HistoryAccepted(Event):
    """A person had the notary go on although the log is not the history that it signed last: after a failover that lost
    what was signed, or a restored backup.

    ``former_size`` and ``former_root`` (hex) are of the checkpoint that it remembered, ``size`` and ``root`` of the one
    that it goes on from; the size is -1, and the root empty, where there was none. ``reason`` is why, and names nobody.
    """

    reason: str
    former_size: int
    former_root: str
    size: int
    root: str
