"""Whether the database's own definitions still are those that our SQL made: what readers read through, and what keeps
rows as they are. A superuser can put others in their place without touching a row."""

from __future__ import annotations

import re
from typing import TypeAlias

import asyncpg

from deploy.database.bootstrap import FOLDERS, migrations

Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"

SCHEMAS = ["log", "notary"]
INDEXES = {
    "events_pkey": ("seq",),
    "one_event_a_version": ("stream", "version"),
    "one_event_an_id": ("event_id",),
    "one_event_an_ordinal": ("command_id", "ordinal"),
    "events_by_category": ("category", "seq"),
}
"""By which readers find events in ``log.events``, and the columns that they are over."""

_TABLE = re.compile(r"create table (\w+\.\w+) \(")
_FUNCTION = re.compile(
    r"create or replace (?:function|procedure) (\w+\.\w+)\((?P<head>.*?)\bas \$\$(?P<body>.*?)\$\$", re.DOTALL
)
_TRIGGER = re.compile(
    r"create trigger (\w+) before ([\w ]+) on (\w+\.\w+)\s+for each (row|statement) execute function (\w+\.\w+)\(\)"
)
_POLICY = re.compile(r"create policy (\w+) on (\w+\.\w+) for (\w+)\s+to ([\w,\s]+?)\s+using \((.*?)\);", re.DOTALL)
_POLICY_ROLES = re.compile(r"alter policy (\w+) on (\w+\.\w+)\s+to ([\w,\s]+?);")
_WRITER = re.compile(r"\('(juqu_\w+)', '(\w+)'\)")
_COLUMN = re.compile(r"^    (\w+) (bigint|timestamptz|uuid|date|integer|smallint|boolean|text)\b", re.MULTILINE)
_BITS = {"row": 1, "statement": 0, "insert": 4, "delete": 8, "update": 16, "truncate": 32}
_BEFORE = 2
_TYPES = {"timestamptz": "timestamp with time zone"}

_RELATIONS = """
    select format('%s.%s', n.nspname, c.relname), c.relkind::text, c.relrowsecurity, c.relforcerowsecurity,
        exists (select from pg_catalog.pg_inherits as i where i.inhparent = c.oid or i.inhrelid = c.oid),
        exists (select from pg_catalog.pg_rewrite as r where r.ev_class = c.oid)
    from pg_catalog.pg_class as c join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
    where n.nspname = any ($1) and c.relkind in ('r', 'p', 'v', 'm', 'f')"""
_FUNCTIONS = """
    select format('%s.%s', n.nspname, p.proname), p.prosrc, p.prosecdef
    from pg_catalog.pg_proc as p join pg_catalog.pg_namespace as n on n.oid = p.pronamespace
    where n.nspname = any ($1)"""
_TRIGGERS = """
    select format('%s.%s', n.nspname, c.relname) as table, t.tgname as name, t.tgtype::int as type,
        format('%s.%s', f.nspname, p.proname) as function, t.tgenabled::text as enabled,
        t.tgqual is null and t.tgattr::text = '' as always, t.tgisinternal as internal
    from pg_catalog.pg_trigger as t
    join pg_catalog.pg_class as c on c.oid = t.tgrelid
    join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
    join pg_catalog.pg_proc as p on p.oid = t.tgfoid
    join pg_catalog.pg_namespace as f on f.oid = p.pronamespace
    where n.nspname = any ($1)"""
_POLICIES = """
    select format('%s.%s', schemaname, tablename), policyname, permissive, roles::text[], cmd, qual
    from pg_catalog.pg_policies where schemaname = any ($1)"""
_INDEXES = """
    select c.relname, format('%s.%s', n.nspname, t.relname), i.indisvalid and i.indisready and i.indislive,
        i.indpred is null and i.indexprs is null,
        array(select a.attname::text from pg_catalog.unnest(i.indkey) with ordinality as k (number, place)
            join pg_catalog.pg_attribute as a on a.attrelid = i.indrelid and a.attnum = k.number order by k.place)
    from pg_catalog.pg_index as i
    join pg_catalog.pg_class as c on c.oid = i.indexrelid
    join pg_catalog.pg_class as t on t.oid = i.indrelid
    join pg_catalog.pg_namespace as n on n.oid = t.relnamespace
    where n.nspname = any ($1)"""
_COLUMNS = """
    select a.attname, pg_catalog.format_type(a.atttypid, null), a.attgenerated::text,
        pg_catalog.pg_get_expr(d.adbin, d.adrelid)
    from pg_catalog.pg_attribute as a
    left join pg_catalog.pg_attrdef as d on d.adrelid = a.attrelid and d.adnum = a.attnum
    where a.attrelid = 'log.events'::pg_catalog.regclass and a.attnum > 0 and not a.attisdropped order by a.attnum"""
_SETTINGS = """
    select coalesce(r.rolname, 'every role'), setting
    from pg_catalog.pg_db_role_setting as s
    left join pg_catalog.pg_roles as r on r.oid = s.setrole
    cross join pg_catalog.unnest(s.setconfig) as setting
    where (s.setdatabase = 0 or s.setdatabase = (
            select oid from pg_catalog.pg_database where datname = pg_catalog.current_database()))
        and (s.setrole = 0 or r.rolname like 'juqu\\_%')
        and pg_catalog.split_part(setting, '=', 1) in ('search_path', 'session_replication_role', 'row_security')"""


async def differences(connection: Connection) -> list[str]:
    """What in the schemas ``log`` and ``notary`` is not as this version of juqu makes it, a sentence each.

    Takes any login, as it reads the catalogue and ``log.writers`` alone, and a database that is up to date.
    """
    sql = "\n".join(each.sql for each in migrations(FOLDERS))
    judges = (_relations, _columns, _functions, _triggers, _policies, _indexes, _writers, _settings)
    return [sentence for judge in judges for sentence in await judge(connection, sql)]


async def _relations(connection: Connection, sql: str) -> list[str]:
    expected = {name for name in _TABLE.findall(sql) if name.partition(".")[0] in SCHEMAS}
    secured = set(re.findall(r"alter table (\w+\.\w+) enable row level security", sql))
    rows = {row[0]: row for row in await connection.fetch(_RELATIONS, SCHEMAS)}
    findings = [f"The table {name} is not there." for name in sorted(expected - rows.keys())]
    for name, kind, security, forced, inherits, rules in map(tuple, rows.values()):
        if name not in expected:
            findings.append(f"{name} is not one of ours.")
        elif kind != "r" or inherits or rules:
            findings.append(f"{name} is not a plain table: it is parted, inherits, or has rules.")
        elif security != (name in secured) or forced:
            findings.append(f"Row security of {name} is not as it was made.")
    return findings


async def _columns(connection: Connection, sql: str) -> list[str]:
    (table,) = re.findall(r"create table log\.events \((.*?)\n\);", sql, re.DOTALL)
    expected = [(name, _TYPES.get(kind, kind)) for name, kind in _COLUMN.findall(table)]
    rows = await connection.fetch(_COLUMNS)
    findings = []
    if [(row[0], row[1]) for row in rows] != expected:
        findings.append("The columns of log.events are not those that were made.")
    made = {row[0]: _plain(row[3] or "") for row in rows if row[2]}
    if made != {"category": "split_partstream,'/',1"}:
        findings.append("The column category of log.events is not made of the stream any more.")
    return findings


async def _functions(connection: Connection, sql: str) -> list[str]:
    expected = {each[1]: (each["body"], "security definer" in each["head"]) for each in _FUNCTION.finditer(sql)}
    expected = {name: what for name, what in expected.items() if name.partition(".")[0] in SCHEMAS}
    rows = await connection.fetch(_FUNCTIONS, SCHEMAS)
    findings = [f"The function {name} is not there." for name in sorted(expected.keys() - {row[0] for row in rows})]
    for name, body, definer in map(tuple, rows):
        if name not in expected:
            findings.append(f"The function {name} is not one of ours.")
        elif (body, definer) != expected[name]:
            findings.append(f"The function {name} is not as this version of juqu makes it.")
    return findings


async def _triggers(connection: Connection, sql: str) -> list[str]:
    expected = {
        (table, name): (function, _BEFORE + _BITS[each] + sum(_BITS[event] for event in events.split(" or ")))
        for name, events, table, each, function in _TRIGGER.findall(sql)
    }
    rows = await connection.fetch(_TRIGGERS, SCHEMAS)
    there = {(row["table"], row["name"]) for row in rows}
    findings = [f"The trigger {name} of {table} is not there." for table, name in sorted(expected.keys() - there)]
    for row in rows:
        table, name = row["table"], row["name"]
        if row["enabled"] not in "OA":
            findings.append(f"The trigger {name} of {table} is put to sleep.")
        elif row["internal"]:
            continue
        elif (table, name) not in expected:
            findings.append(f"The trigger {name} of {table} is not one of ours.")
        elif (row["function"], row["type"]) != expected[table, name] or not row["always"]:
            findings.append(f"The trigger {name} of {table} is not as it was made.")
    return findings


async def _policies(connection: Connection, sql: str) -> list[str]:
    later = {(table, name): roles for name, table, roles in _POLICY_ROLES.findall(sql)}
    expected = {
        (table, name): ("PERMISSIVE", _names(later.get((table, name), roles)), command.upper(), _plain(condition))
        for name, table, command, roles, condition in _POLICY.findall(sql)
    }
    rows = {(row[0], row[1]): row for row in await connection.fetch(_POLICIES, SCHEMAS)}
    findings = [f"The policy {name} of {table} is not there." for table, name in sorted(expected.keys() - rows.keys())]
    for (table, name), row in rows.items():
        if (row[2], set(row[3]), row[4], _plain(row[5] or "")) != expected.get((table, name)):
            findings.append(
                f"The policy {name} of {table} is not as it was made: who sees which events may be another."
            )
    return findings


async def _indexes(connection: Connection, _sql: str) -> list[str]:
    rows = await connection.fetch(_INDEXES, SCHEMAS)
    findings = [f"The index {row[0]} of {row[1]} is not whole." for row in rows if not row[2]]
    there = {row[0]: tuple(row[4]) for row in rows if row[1] == "log.events" and row[3]}
    findings += [
        f"The index {name} of log.events is not as it was made." for name in INDEXES if there.get(name) != INDEXES[name]
    ]
    return findings


async def _writers(connection: Connection, sql: str) -> list[str]:
    expected = set(_WRITER.findall(sql))
    rows = {tuple(row) for row in await connection.fetch("select role::text, category from log.writers")}
    return [f"log.writers has {each} where it should not, or lacks it." for each in sorted(rows ^ expected)]


async def _settings(connection: Connection, _sql: str) -> list[str]:
    findings = [
        f"The setting {row[1]} is given to {row[0]}: it decides what our statements mean."
        for row in await connection.fetch(_SETTINGS)
    ]
    if await connection.fetchval("select pg_catalog.current_setting('session_replication_role')") != "origin":
        findings.append("Triggers are put to sleep (session_replication_role).")
    return findings


def _names(listed: str) -> set[str]:
    return {name.strip() for name in listed.split(",")}


def _plain(condition: str) -> str:
    """A condition without what PostgreSQL adds when it shows it: brackets, casts, blanks."""
    return re.sub(r"::\w+|[()\s]|\bas\b", "", condition).lower()


__all__ = ["INDEXES", "differences"]
