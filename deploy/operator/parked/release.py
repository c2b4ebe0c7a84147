"""Taking the events of a held stream in again, by what parked them: a projection, or a service's reactions."""

from __future__ import annotations

from deploy.operator.frame import records
from deploy.operator.frame.definitions import definition
from deploy.operator.frame.failures import Unable
from deploy.operator.frame.system import System, require_login
from deploy.operator.read_models.followers import find_followers
from shared.projections.engine import open_engine
from shared.projections.parking import Released
from shared.projections.projection import Projection
from shared.projections.projector import Projector
from shared.service.definition import Definition
from shared.service.host import Host
from shared.service.settings import read_settings


async def take_in_again(system: System, service: str, follower: str, stream: str) -> Released:
    """What became of it; raises ``Unable`` where the follower cannot do so beside the running service."""
    of = definition(service)
    url = await require_login(system, f"juqu_{service}")
    known = {each.name: each for each in of.follows.kept}
    if follower in known:
        return await _fold_again(system, url, known[follower], service, stream)
    if follower != f"{service}.reactions":
        raise Unable(f"{follower} is a replay, which is made anew rather than released.")
    await _require_same_code(system, of)
    return await _react_again(system, of, url, stream)


async def _fold_again(system: System, url: str, projection: Projection, schema: str, stream: str) -> Released:
    engine = open_engine(url)
    try:
        async with records.opened(url, system) as log:
            return await Projector(engine, projection, schema).release(log, stream)
    finally:
        await engine.dispose()


async def _react_again(system: System, of: Definition, url: str, stream: str) -> Released:
    settings = read_settings(
        of.name,
        {name: value for name, value in system.environment.items() if name.startswith("JUQU_KEY")}
        | {
            "JUQU_DATABASE_URL": url,
            "JUQU_REDIS_URL": system.redis or "redis://127.0.0.1",
            "JUQU_STATE_DIR": str(system.state),
            "JUQU_OIDC_ISSUER": "development",
            "JUQU_KEYS_DIR": str(system.keys),
            "JUQU_CLOCK": system.clock,
        },
    )
    host = Host(of, settings)
    try:
        await host.connect()
        if host.reactions is None:
            raise Unable(f"{of.name} reacts to nothing.")
        return await host.reactions.release(host.service.log, stream)
    finally:
        await host.close()


async def _require_same_code(system: System, of: Definition) -> None:
    """Connecting a service begins projections anew where the code differs: not here, beside the running one."""
    other = [each.name for each in await find_followers(system, services=[of.name]) if each.behind_code]
    if other:
        raise Unable(f"The database has {', '.join(other)} in another version than this code, or not yet.")


__all__ = ["take_in_again"]
