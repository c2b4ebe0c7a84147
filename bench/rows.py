"""Every row of the bench, in the order of the table: the bars, and what a reader must know to judge them."""

from __future__ import annotations

from bench import line_up
from bench.line_up import EVENTSOURCE_PY, EVENTSOURCING, FASTAPI_EVENTSOURCING
from bench.row import YARDSTICK, Asked, Bar, Figure, Row


def _faster_than(work: str, *peers: str) -> tuple[Bar, ...]:
    return tuple(Bar(work=work, against=peer) for peer in peers)


def _at_most_thrice(work: str, ours: str, against: str) -> tuple[Bar, ...]:
    return (Bar(work=f"{work}, 10,000 cases", ours=ours, against=against, bar=1 / 3, figure=Figure.P95),)


_BARE = (
    "The bare table has the columns, checks, primary key and unique constraints of `log.events` (their four indexes), the generated column included, but not the log's fifth index, its triggers, its row "
    "security, versions, command ids or order: its numbers come from a sequence, with gaps, in an order that no reader may trust."
)

ROWS: tuple[Row, ...] = (
    Row(
        name="append",
        unit="events",
        build=line_up.one_caller,
        bars=(
            Bar(work="append, one caller, one event a commit", against="asyncpg insert", bar=0.6),
            *_faster_than("append, one caller, one event a commit", EVENTSOURCING, EVENTSOURCE_PY),
        ),
        notes=f"One event of 553 bytes and some 220 of metadata, each to a new stream, committed by itself; asyncpg with a prepared insert into a bare table. {_BARE}",
    ),
    Row(
        name="append-32",
        unit="events",
        build=line_up.many_callers,
        bars=(
            Bar(work="append, 32 callers in one process", against=YARDSTICK, bar=1.4),
            Bar(
                work="append, 4 processes x 8 callers",
                ours="juqu, 4 processes x 8 callers",
                against=YARDSTICK,
                bar=0.8,
            ),
            *_faster_than("append, 32 callers in one process", EVENTSOURCING, EVENTSOURCE_PY),
        ),
        notes="pgbench is the one of the server's own version: 32 clients on two threads, prepared, the event's text sent by the client, ids made by the server, into the bare table of the row above. "
        "Ours takes the callers of a process together into one commit; four processes take turns. `eventsourcing` has 32 threads and locks its table for each commit; `eventsource-py` has 32 connections.",
    ),
    Row(
        name="append-100",
        unit="events",
        build=line_up.batches,
        bars=(
            Bar(work="append, batches of 100", against="asyncpg unnest", bar=0.7),
            Bar(work="append, batches of 100", against="asyncpg binary COPY", bar=0.7),
            *_faster_than("append, batches of 100", EVENTSOURCING, EVENTSOURCE_PY),
        ),
        notes="One caller, a hundred events a command and a commit, each to a new stream. Raw is one statement of arrays (`unnest`), and one binary COPY, into the bare table, their rows made before the clock starts.",
    ),
    Row(
        name="publish",
        unit="entries",
        build=line_up.publish,
        bars=(
            Bar(work="publish a backlog to Redis", against="redis-py, pipelined XADD", bar=0.6),
            *_faster_than("publish a backlog to Redis", EVENTSOURCE_PY),
        ),
        notes="40,000 events from the log into two empty streams, `events.all` and `events.intake`: two entries an event, and entries are what is counted on both sides. Ours reads the log, makes the CloudEvents, takes the leadership and "
        "checks where each stream ends; redis-py (its blocking client, the faster one) pipelines 1,000 `XADD` of the very same fields, without MULTI, made before the clock starts. `eventsource-py` reads its store and publishes to its one stream, 500 at a time.",
    ),
    Row(
        name="notary",
        unit="events",
        build=line_up.notary,
        bars=(Bar(work="notary: read, hash and grow the tree, backlog", against=Asked(100_000.0)),),
        notes="200,000 events from nothing: read, RFC 6962 leaf hashes, each stream's chain, the tree, its tiles stored durably. Beside it the same rows read in the same pages with one SHA-256 each. No peer has such a thing.",
    ),
    Row(
        name="load",
        unit="aggregates",
        build=line_up.load,
        bars=(
            Bar(work="load an aggregate of 100 events", against="asyncpg + msgspec", bar=0.6),
            *_faster_than("load an aggregate of 100 events", EVENTSOURCING, EVENTSOURCE_PY),
        ),
        notes="One caller, through the runner that commands use: read, decoded into classes with all their metadata, folded by the same trivial fold on every side. Raw reads the same columns on one connection and decodes the event alone. "
        "No snapshots anywhere.",
    ),
    Row(
        name="rebuild",
        unit="events",
        build=line_up.rebuild,
        bars=(
            Bar(work="rebuild a projection of one table from a million events", against=Asked(150_000.0)),
            *_faster_than("rebuild a projection of one table from a million events", EVENTSOURCING),
        ),
        notes="*juqu* is intake's deadlines from a million events of 100,000 applications, ten events and one row each; *five tables* is notify's deliveries from a million events of 200,000 mails, of which each event also adds a row: "
        "eight rows a mail, the widest of 24 columns, the one that each event rewrites of 18 with seven indexes. Both go into their real tables with their indexes beside the live ones, are compared with these by digest, and switched, all within the time. The bar is for one table; five have none. "
        "`eventsourcing` catches up with 1,500 events by its projection runner into a table of one row a case. COPY is the log's text out, unparsed.",
        warm=0,
    ),
    Row(
        name="latency",
        unit="commands",
        build=line_up.latency,
        bars=(
            Bar(work="command to another service's projection at 200/s, p50", against=Asked(4.0), figure=Figure.P50),
            Bar(work="command to another service's projection at 200/s, p99", against=Asked(10.0), figure=Figure.P99),
        ),
        notes="From the call of `append` (so with the append's own time) to the commit of a row in another service's schema, over log, relay, Redis, subscription and projector: four processes besides the servers, 200 commands a second at even "
        "distances, whether or not those before are done. `eventsourcing` has its runner in the process that saves, and no broker between.",
    ),
    Row(
        name="http",
        unit="commands",
        build=line_up.http,
        bars=(
            Bar(work="HTTP command, 32 connections", against="the same without database", bar=0.5),
            Bar(work="HTTP command, 32 connections", against="FastAPI without anything", bar=0.5),
            Bar(work="HTTP command, 32 connections", against=FASTAPI_EVENTSOURCING, bar=5.0),
        ),
        notes="Drafts opened and withdrawn in turn: half the commands find no stream, half one of one event. *juqu* is intake's app with all its layers (correlation, signed tokens, validation, rules, JSON logs); *the same without database* has a "
        "dictionary in place of the log and nothing else changed; *FastAPI without anything* validates the same bodies and answers an id: no identity, no rules, no logs; that one says what the layers cost. *With its read models* "
        "also keeps intake's projections, deadlines and reactions in the process that serves, as `juqu up` does. One process serves; the load generator takes a share of the same cores.",
    ),
    Row(
        name="mail",
        unit="mails",
        build=line_up.mail,
        bars=(Bar(work="mails through the whole engine, 48 connections", against=Asked(300.0)),),
        notes="From drafts that are appended to intake's streams to the last mail's acceptance in the log: notify, as `juqu up` runs it but over 48 connections (`JUQU_SMTP_AT_ONCE`; 24 unless set), finds whom each concerns, freezes and seals two mails a draft, claims each, sends it to aiosmtpd and records the answer, three "
        "events a mail, all committed, its read models kept. *aiosmtplib alone* sends the same octets to another aiosmtpd over as many connections, and keeps nothing. Peers, servers and load share the machine's cores.",
    ),
    Row(
        name="sms",
        unit="messages",
        build=line_up.sms,
        bars=(Bar(work="short messages through the whole engine, with receipts", against=Asked(500.0)),),
        notes="From publicity that is appended to review's streams to the last delivery receipt in the log: twenty subscribers each, five events a message, over one SMPP session to a centre that answers and sends a receipt; the three mails of each publicity are "
        "frozen too and wait, as no mail server is set. *The SMPP session alone* submits the same message over the same session class and counts receipts.",
    ),
    Row(
        name="pages",
        unit="pages",
        build=line_up.pages,
        bars=(
            *_at_most_thrice("an officer's desk", "juqu", line_up.EMPTY_PAGE),
            *_at_most_thrice("an officer's queue of cases", "the queue", line_up.EMPTY_PAGE),
            *_at_most_thrice("the register for everybody", "the register", line_up.EMPTY_PUBLIC),
            *_at_most_thrice("the register of an earlier day", "the register of an earlier day", line_up.EMPTY_PUBLIC),
        ),
        notes="Ten thousand cases and two hundred thousand events are behind them: each case waits for its panel at the province, every other one is a district besides. One reader asks the portal for one page after the other, without pictures or styles; the portal asks the services. "
        "An empty page has the frame of every page and three lines of text.",
    ),
    Row(
        name="lists",
        unit="lists",
        build=line_up.lists,
        bars=tuple(
            Bar(
                work=f"{name}: {line_up.MANY}, beside {line_up.FEW}",
                ours=f"{name}, {line_up.MANY}",
                against=f"{name}, {line_up.FEW}",
                bar=1 / 1.5,
                figure=Figure.P95,
            )
            for name in line_up.LISTS
        ),
        notes="Two systems of the same build, with five events a case. One reader asks a service over HTTP for its first page, with an officer's token.",
    ),
)
