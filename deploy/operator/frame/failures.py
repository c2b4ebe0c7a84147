"""What went wrong, in words for the person at the terminal."""

from __future__ import annotations

from shared.eventlog.errors import LogUnavailable
from shared.notary.refusal import SigningRefused

NO = 1
"""Exit code: done, and the answer is no (digests differ, documents drifted, a release failed, nothing found)."""

UNABLE = 2
"""Exit code: not done (a mistake in the command, no running system, a server that does not answer)."""


class Unable(Exception):
    """The command cannot be done; ``hint`` says what would help."""

    def __init__(self, problem: str, hint: str = "", *, code: int = UNABLE) -> None:
        super().__init__(problem)
        self.problem = problem
        self.hint = hint
        self.code = code


def sentence(error: BaseException) -> str:
    """What an error says, which begins in the middle of a sentence, as a whole one."""
    return f"{str(error)[:1].upper()}{str(error)[1:]}."


def explained(error: BaseException) -> Unable | None:
    """A server's trouble in plain words; ``None`` for what is a fault of this program's."""
    if isinstance(error, Unable):
        return error
    import asyncpg

    match error:
        case asyncpg.InsufficientPrivilegeError():
            return Unable(f"The database refuses: {error}", "Set JUQU_DATABASE_URL to the login of the role that may.")
        case asyncpg.InvalidPasswordError() | asyncpg.InvalidAuthorizationSpecificationError():
            return Unable(f"The database does not accept this login: {error}", "Look at JUQU_DATABASE_URL.")
        case asyncpg.UndefinedTableError() | asyncpg.InvalidCatalogNameError() | asyncpg.InvalidSchemaNameError():
            return Unable(f"This database is not juqu's, or not up to date: {error}", "Bring it up to date: `juqu up`")
        case (
            asyncpg.PostgresConnectionError()
            | asyncpg.CannotConnectNowError()
            | asyncpg.InterfaceError()
            | LogUnavailable()
            | TimeoutError()
            | ConnectionError()
        ):
            why = f": {error}" if str(error) else "."
            return Unable(f"A server does not answer{why}", "Is the system running? Start it: `juqu up`")
        case SigningRefused():
            return Unable(sentence(error), "What else is wrong: `juqu log verify`", code=NO)
        case OSError():
            return Unable(str(error))
        case _:
            within = error.__cause__ or getattr(error, "orig", None)
            return explained(within) if isinstance(within, BaseException) else None


__all__ = ["NO", "UNABLE", "Unable", "explained", "sentence"]
