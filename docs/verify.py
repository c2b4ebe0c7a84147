"""Verify an export of juqu's event log with Python's standard library alone: no database, nothing of juqu.

    python verify.py EXPORT VKEY [VKEY ...] [--against EARLIER ...]

EXPORT is what ``juqu log export`` wrote; VKEY a public key that you trust and did not get with EXPORT, of the log (all
of them if it was changed) or of a witness; EARLIER an export or checkpoint that you kept. Exit code 0: proven; 1: not.

Proven of a whole log: these are the events that the holder of the key had when signing each checkpoint, none altered,
dropped, inserted or reordered; and each signed map of streams is that of these events. Proven of a stream: its events
are in the signed tree, unaltered, and all that it had at the checkpoint, if the signed map of streams is right; an
export of the whole log shows whether it is. With a witness's key: it cosigned each checkpoint that a verdict rests on.
With EARLIER: the log grew out of that, no event that it holds is missing, and none was changed since, not even by
whoever holds the log and the key. Not proven: that what was recorded is true, or was recorded in time, what followed
the last checkpoint, and that others see the same log, which witnesses, or comparing checkpoints with them, can tell.

The tree is RFC 9162's, a checkpoint C2SP's tlog-checkpoint in a signed note (Ed25519, RFC 8032), which witnesses sign
by C2SP's cosignature/v1. A leaf's data are the event's columns, each a netstring (``-,`` for null).
"""

import argparse
import hashlib
import json
import re
import sys
from base64 import b64decode, b64encode
from datetime import UTC, datetime
from functools import cache, cached_property, reduce
from heapq import merge
from itertools import accumulate
from operator import attrgetter, itemgetter

COLUMNS = ["seq", "recorded_at", "event_id", "command_id", "causation_id", "effective_on", "version", "schema_version"]
COLUMNS += ["ordinal", "internal", "stream", "type", "actor", "office", "correlation_id", "policy_version", "data"]
columns = itemgetter(*COLUMNS)
LOG = {"event": [{"event", "hash"}], "checkpoint": [{"checkpoint"}]}
STREAM = {"event": [{"event", "hash", "proof"}], "checkpoint": [{"checkpoint"}, {"checkpoint", "end"}]}
FORMS = {"log": LOG, "stream": STREAM | {"complete": [{"complete"}]}}  # kinds of line in their order, and their names
LONGEST_LINE, LONGEST_NOTE, MOST_SIGNATURES = 1 << 26, 1 << 16, 100

UNSEEN = r"\x00- \x7f-\xa0\xad\u061c\u1680\u180e\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ud800-\udfff\ufeff"
NAME = f"[^+{UNSEEN}]{{1,200}}"
NUMBER, BASE64, HASH = "(?:0|[1-9][0-9]{0,17})", "[A-Za-z0-9+/]+={0,2}", re.compile("[0-9a-f]{64}")
HEAD = f"({NAME})\n({NUMBER})\n({BASE64})\nstreams ({BASE64})\n" + r"(?:[^\x00-\x1f\x7f]+\n)*"
NOTE = re.compile(f"({HEAD})\n((?:— {NAME} {BASE64}\n)*)")
VKEY = re.compile(rf"^({NAME})\+([0-9a-f]{{8}})\+({BASE64})\Z")

BUCKETS, P, ORDER = 65536, 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P
LAST_SECOND = 253_402_300_799  # of the year 9999
ZERO = 0, 1, 1, 0  # of the curve, as (X, Y, Z, T)
LOW = (1 << 255) - 1


class Wrong(Exception):
    """The first thing that is wrong, as a sentence."""


def prove(export, earlier):
    """The checkpoints that a verdict rests on, and what is proven; ``earlier`` are the files that were kept."""
    if export[0].kind == "log" and len(export) == 1:
        return check_log(export[0], earlier)
    return check_streams(export, earlier)


def check_log(log, earlier):
    """The whole log, against every checkpoint in the export and in those kept from before."""
    kept = [section for file in earlier for section in file]
    events, tree, streams, good, number, last = log.events(kept), Tree(), Streams(), 0, 0, None
    for checkpoint in merge(*(each.checkpoints() for each in (*kept, log)), key=attrgetter("size")):
        while tree.size < checkpoint.size:
            event, leaf, _ = next(events, (None, b"", []))
            if not event:
                raise Wrong(f"Events {tree.size + 1} to {checkpoint.size} are missing, which {checkpoint} covers.")
            if (seq := int(event["seq"])) != (place := tree.size + 1):
                why = f"{place} was dropped or moved" if seq > place else "it was inserted or moved"
                raise Wrong(f"{named(event)} stands where {place} should: {why}.")
            streams.add(event, leaf)
            tree.add(leaf)
        if checkpoint.root != tree.root():
            what = f"one of events {good + 1} to {tree.size} was altered, dropped, inserted or reordered, with its hash"
            raise Wrong(f"The events do not give {checkpoint}: {what}. --against EARLIER would tell which.")
        if checkpoint.streams != streams.root():
            raise Wrong(f"The events do not give the map of streams in {checkpoint}.")
        good, number, last = tree.size, number + 1, checkpoint if checkpoint.section is log else last
    if not last:
        raise Wrong("There is no checkpoint.")
    check_rest(events, last.size, good, kept)
    found = f"These are all {good} events of the log {shown(log.origin)}; none was altered, dropped, inserted or moved"
    return [last], [f"{found}. They give each of {number} checkpoints and its map of streams; the last is {last}."]


def check_rest(events, covered, good, kept):
    """No event follows what the last checkpoint covers, and none that was kept is beyond."""
    if covered < good:
        raise Wrong(f"No checkpoint of the export covers event {good} and what follows.")
    for event, *_ in events:
        raise Wrong(f"No checkpoint covers {named(event)} and what follows.")
    if beyond := [seq for each in kept for seq in each.leaves if int(seq) > good]:
        raise Wrong(f"Event {beyond[0]} is missing, which EARLIER holds.")


def check_streams(export, earlier):
    """Streams, under checkpoints that are those of one log, which grew out of each that was kept."""
    if len({section.stream for section in export}) < len(export):
        raise Wrong("A stream stands twice in the export.")
    found, proven = zip(*(check_stream(section, earlier) for section in export), strict=True)
    rests = [checkpoints[-1] for checkpoints in found]
    newest = max(rests, key=attrgetter("size"))
    of_newest = [checkpoints for checkpoints in found if checkpoints[-1].head == newest.head]
    grown = {each.size: each.head for checkpoints in of_newest for each in checkpoints}
    grown[0] = sha256(b""), Streams().root()
    for each in (*rests, *(each for file in earlier for each in vouched(file))):
        if grown.get(each.size) != each.head:
            raise Wrong(f"It is not shown that {newest} grew out of {each}; `log export --since` is to show it.")
    return rests, proven


def vouched(file):
    """The checkpoints that a kept file rests on, once it is proven for itself."""
    try:
        return [*file[0].checkpoints()] if file[0].kind == "bare" else prove(file, [])[0]
    except Wrong as error:
        raise Wrong(f"What was kept is not proven itself, {shown(file[0].path)}: {error}") from None


def check_stream(section, earlier):
    """One stream: each event is in the signed tree, none is missing, and that tree begins with each earlier one."""
    stream, streams, seen, (*older, checkpoint) = section.stream, Streams(), set(), section.checkpoints()
    for each in (*older, *([checkpoint] if checkpoint.end else [])):
        leaf, proof = each.end or ("", [])
        if path_roots(leaf, each.size - 1, checkpoint.size, proof) != (each.root, checkpoint.root):
            raise Wrong(f"It is not shown that {checkpoint} grew out of {each}; `log export --since` is to show it.")
    kept = [each for file in earlier for each in file]
    for event, leaf, proof in section.events(kept):
        if event["stream"] != stream:
            raise Wrong(f"{named(event)} is not of {shown(stream)}.")
        if path_roots(leaf.hex(), int(event["seq"]) - 1, checkpoint.size, proof)[1] != checkpoint.root:
            raise Wrong(f"{named(event)} is not under {checkpoint}.")
        streams.add(event, leaf)
        seen.add(event["seq"])
    if missing := {seq for each in kept for seq, (_, name) in each.leaves.items() if name == stream} - seen:
        raise Wrong(f"Event {min(missing, key=int)} of {shown(stream)} is missing, which EARLIER holds.")
    (end,) = (each["complete"] for each in section.read("complete"))
    (version, seq, chain), number = streams.ends[stream], bucket_of(stream)
    entry = {"stream": stream, "version": version, "seq": int(seq), "chain": chain.hex(), "bucket": number}
    if not isinstance(end, dict) or {*end} != {*entry, "index", "size", "bucket_path", "top_path"}:
        raise Wrong(f"What completes {shown(stream)} is not in its form.")
    _, bucket = path_roots(streams.leaf(stream).hex(), end["index"], end["size"], end["bucket_path"])
    _, root = path_roots(sha256(b"\0" + bucket).hex(), number, BUCKETS, end["top_path"])
    alike = all(type(end[name]) is type(each) and end[name] == each for name, each in entry.items())
    if not alike or root != checkpoint.streams:
        raise Wrong(f"These are not all events of {shown(stream)}: under {checkpoint} it has another end.")
    said = f"These are all {version} events of {shown(stream)} under {checkpoint}, unaltered and in order."
    return (*older, checkpoint), said


def sections(path, keys):
    """What a file consists of: one bare checkpoint, or sections in which each line is of a known kind, in its place."""
    with open(path, "rb") as file:
        if file.read(1) != b"{":
            file.seek(0)
            return [Section(path, keys, {"checkpoint": file.read(4 * LONGEST_NOTE).decode()})]
    found = []
    for number, (place, line) in enumerate(lines(path), 1):
        if "export" in line:
            found.append(Section(path, keys, line))
        elif not found or not found[-1].takes(line, place):
            raise Wrong(f"Line {number} of {shown(path)} is of no known kind, in no fit place, or has unhashed names.")
    for each in found:
        if each.kind == "stream" and {*each.places} != {*FORMS["stream"]}:
            raise Wrong(f"The export of {shown(each.stream)} has no events, no checkpoint or no end.")
    return found


def lines(path, place=0):
    """The objects of a file of JSON Lines, from a byte on, and where each begins."""
    with open(path, "rb") as file:
        file.seek(place)
        while raw := file.readline(LONGEST_LINE):
            try:
                each = read_json(raw.decode())
            except (ValueError, RecursionError):
                raise Wrong(f"The line at byte {place} of {shown(path)} cannot be read.") from None
            if not isinstance(each, dict):
                raise Wrong(f"The line at byte {place} of {shown(path)} is no object.")
            yield place, each
            place += len(raw)


class Section:
    """A bare checkpoint; or a header and, below it, events, checkpoints and the end of a stream, in this order."""

    def __init__(self, path, keys, header):
        self.path, self.keys, self.header, self.places, self.number = path, keys, header, {}, 1
        self.kind, self.origin, self.stream = header.get("kind"), header.get("origin"), header.get("stream")
        if "checkpoint" in header and "export" not in header:
            self.kind = "bare"
            return
        names = {"export", "kind", "origin"} | ({"stream"} if self.kind == "stream" else set())
        texts = all(isinstance(each, str) for each in header.values())
        if not texts or {*header} != names or header["export"] != "juqu/1" or self.kind not in FORMS:
            raise Wrong(f"A header of {shown(self.path)} is none of an export of a log, nor of streams.")

    def takes(self, line, place):
        """Whether a line may stand next; remembers where its kind begins."""
        kinds = FORMS[self.kind]
        kind = next((each for each, names in kinds.items() if {*line} in names), None)
        if not kind:
            return False
        later = [*kinds][[*kinds].index(kind) + (kind != "complete") :]
        fits = not {*later} & {*self.places}
        self.places.setdefault(kind, place)
        self.number += kind == "checkpoint"
        return fits

    def read(self, kind):
        """The lines of a kind."""
        if self.kind == "bare":
            yield from [self.header] if kind == "checkpoint" else []
        elif kind in self.places:
            for _, each in lines(self.path, self.places[kind]):
                if kind not in each:
                    return
                yield each

    def checkpoints(self):
        """In the order of their sizes, each size once, and all of one log."""
        before = -1
        for line in self.read("checkpoint"):
            found = Checkpoint(line, self)
            if found.origin != self.origin:
                raise Wrong(f"{shown(self.path)} is of the log {shown(self.origin)}, but not {found}.")
            if found.size <= before:
                raise Wrong(f"After a checkpoint of size {before} follows {found}.")
            before = found.size
            yield found

    def events(self, kept=()):
        """Each event with its leaf hash, which its contents give, and its proof; in ``kept`` it is the same."""
        for event, recorded, proof in self.rows():
            if (leaf := leaf_hash(*columns(event))).hex() != recorded:
                raise Wrong(self.diagnosis(event, recorded))
            if any(each.leaves.get(event["seq"], (leaf,))[0] != leaf for each in kept):
                raise Wrong(f"{named(event)} is not as in EARLIER: it was altered, or put there, since.")
            yield event, leaf, proof

    def rows(self):
        for line in self.read("event"):
            event = line["event"]
            if not isinstance(event, dict) or {*event} != {*COLUMNS}:
                raise Wrong("An event has not the columns of an event.")
            texts = [text for name, text in event.items() if text is not None or name != "causation_id"]
            if not all(isinstance(text, str) for text in texts):
                raise Wrong(f"{named(event)} has columns that are no text.")
            if not (re.fullmatch(NUMBER, event["seq"]) and re.fullmatch(NUMBER, event["version"])):
                raise Wrong(f"{named(event)} has a seq or version that is not written as a number.")
            yield event, line["hash"], line.get("proof", [])

    @cached_property
    def leaves(self):
        """By seq the leaf hash of each event, and its stream."""
        return {event["seq"]: (leaf, event["stream"]) for event, leaf, _ in self.events()}

    def diagnosis(self, event, recorded):
        """What was done to an event that does not give its hash: it is tried at other places, others at its place."""
        seq, went, came = event["seq"], None, None
        for other, known, _ in self.rows():
            went = other["seq"] if leaf_hash(*columns(event | {"seq": other["seq"]})).hex() == known else went
            came = other["seq"] if leaf_hash(*columns(other | {"seq": seq})).hex() == recorded else came
        here = f"what was event {went} stands at {seq}" if went else f"{named(event)} was inserted"
        if went or came:
            return f"The order was changed: {here}, and what was event {seq} {f'at {came}' if came else 'was dropped'}."
        return f"{named(event)} was altered: its contents do not give its hash."


class Checkpoint:
    """A signed tree head. It is wrong unless a trusted key of the log has signed it, and each trusted key rightly."""

    def __init__(self, line, section):
        text, keys, self.section, self.end = line["checkpoint"], section.keys, section, line.get("end")
        form = NOTE.fullmatch(text) if isinstance(text, str) and len(text) <= LONGEST_NOTE else None
        if not form:
            raise Wrong(f"A checkpoint in {shown(section.path)} is not in its form.")
        body, self.origin, size, *roots, signatures = form.groups()
        self.size, self.head = int(size), tuple(map(unbase64, roots))
        self.root, self.streams = self.head
        signed = [(name, unbase64(raw)) for name, raw in (each[2:].split(" ") for each in signatures.splitlines())]
        self.signed = {(name, raw[:4]): raw[4:] for name, raw in signed}
        trusted = sorted(self.signed.keys() & keys)
        if {*map(len, self.head)} != {32} or any(len(raw) < 5 for _, raw in signed):
            raise Wrong(f"The base64 in {self} is not that of hashes and signatures.")
        if len(self.signed) < len(signed) or len(signed) > MOST_SIGNATURES:
            raise Wrong(f"One key has signed {self} twice, or there are more than {MOST_SIGNATURES} signatures.")
        if "end" in line and not (isinstance(self.end, list) and len(self.end) == 2):
            raise Wrong(f"The proof that something grew out of {self} is not in its form.")
        for each in trusted:
            if not keys[each].verifies(body.encode(), self.signed[each]):
                raise Wrong(f"The signature of {shown(each[0])} on {self} is wrong: that was altered, or forged.")
            keys[each].seen = max(keys[each].seen, self.size)
        if all(keys[each].witness for each in trusted):
            raise Wrong(f"No key of the log that you gave has signed {self}.")

    def __str__(self):
        known = {each: "" if each in self.section.keys else "it says " for each in self.signed}
        by = [f", {says}signed by {shown(name)}+{ident.hex()}" for (name, ident), says in known.items()]
        return f"the checkpoint of size {self.size} (root {b64encode(self.root).decode()}{''.join(by[:9])})"


class Tree:
    """A growing tree; of it are kept the roots of its full subtrees."""

    def __init__(self):
        self.size, self.peaks = 0, []

    def add(self, leaf):
        size, self.size = self.size, self.size + 1
        while size & 1:
            leaf, size = sha256(b"\1" + self.peaks.pop() + leaf), size >> 1
        self.peaks.append(leaf)

    def root(self):
        return reduce(lambda right, left: sha256(b"\1" + left + right), self.peaks[::-1] or [sha256(b"")])


class Streams:
    """The map of streams: where each ends, in buckets by the hash of its name, each a tree, and a tree of these."""

    def __init__(self):
        self.ends, self.buckets, self.changed, self.nodes = {}, {}, set(), []
        node, width = sha256(b"\0" + sha256(b"")), BUCKETS
        while width:
            self.nodes[:0] = [node] * width
            node, width = sha256(b"\1" + node + node), width >> 1
        self.nodes[:0] = [b""]

    def add(self, event, leaf):
        stream, number = event["stream"], bucket_of(event["stream"])
        version, seq, chain = self.ends.get(stream, (0, "0", bytes(32)))
        if event["version"] != str(version + 1):
            raise Wrong(f"{named(event)} has version {event['version']} where {version + 1} should be.")
        if int(event["seq"]) <= int(seq):
            raise Wrong(f"{named(event)} stands in the log before the event {seq}, on which it follows in its stream.")
        self.ends[stream] = version + 1, event["seq"], sha256(b"\2" + chain + leaf)
        self.buckets.setdefault(number, set()).add(stream)
        self.changed.add(number)

    def leaf(self, stream):
        version, seq, chain = self.ends[stream]
        return leaf_hash(stream, str(version), seq, chain.hex())

    def root(self):
        """After the nodes above what has changed, of which the node n has the nodes 2 n and 2 n + 1 below it."""
        for number in self.changed:
            tree = Tree()
            for each in sorted(self.buckets[number], key=lambda name: sha256(name.encode())):
                tree.add(self.leaf(each))
            self.nodes[BUCKETS + number] = sha256(b"\0" + tree.root())
        places = {BUCKETS + number for number in self.changed}
        while places := {each >> 1 for each in places if each > 1}:
            for each in places:
                self.nodes[each] = sha256(b"\1" + b"".join(self.nodes[2 * each : 2 * each + 2]))
        self.changed = set()
        return self.nodes[1]


def shown(text):
    """A text out of a file, so that it cannot pass for our words: blanks, and what is not ASCII, by their numbers."""
    return "".join(each if "!" <= each <= "~" else f"\\u{ord(each):04x}" for each in str(text)[:200])


def named(event):
    return f"Event {shown(event['seq'])} ({shown(event['type'])}, {shown(event['stream'])})"


def sha256(data):
    return hashlib.sha256(data).digest()


def bucket_of(stream):
    return int.from_bytes(sha256(stream.encode())[:2])


def unbase64(text):
    """The bytes of a base64 that is written in the one right way; none of any other."""
    try:
        raw = b64decode(text)
    except ValueError:
        return b""
    return raw if b64encode(raw).decode() == text else b""


def once(pairs):
    if len(dict(pairs)) < len(pairs):
        names = ", ".join(shown(name) for name, _ in pairs[:20])
        raise Wrong(f"A name stands twice in one object, of which readers take either: {names}.")
    return dict(pairs)


read_json = json.JSONDecoder(object_pairs_hook=once).decode


def leaf_hash(*texts):
    """The hash of a leaf (RFC 9162, 2.1.1) whose data are netstrings."""
    raw = (None if each is None else each.encode() for each in texts)
    return sha256(b"\0" + b"".join(b"-," if each is None else b"%d:%b," % (len(each), each) for each in raw))


def path_roots(leaf, index, size, path):
    """Where an audit path leads (hex; RFC 9162, 2.1.3.2): the roots of the tree that ends with the leaf, to which
    belongs what is left of it, and of the whole tree. So it shows too that the one grew into the other."""
    right = type(index) is int and type(size) is int and 0 <= index < size and isinstance(path, list) and len(path) < 64
    if not right or not all(isinstance(each, str) and HASH.fullmatch(each) for each in (leaf, *path)):
        raise Wrong("A proof has not the form of one for its place in the tree.")
    one, last = bytes.fromhex(leaf), size - 1
    whole = one
    for other in map(bytes.fromhex, path):
        if not last:
            raise Wrong("A proof is too long for its place in the tree.")
        if index & 1 or index == last:
            one, whole = sha256(b"\1" + other + one), sha256(b"\1" + other + whole)
            while index and not index & 1:
                index, last = index >> 1, last >> 1
        else:
            whole = sha256(b"\1" + whole + other)
        index, last = index >> 1, last >> 1
    if last:
        raise Wrong("A proof is too short for its place in the tree.")
    return one, whole


def point(raw):
    """A point of Ed25519's curve from its 32 bytes (RFC 8032, 5.1.3), as (X, Y, Z, T)."""
    y = int.from_bytes(raw, "little") & LOW
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    roots = [x * pow(square, (P + 3) // 8, P) % P for x in (1, -1, pow(2, (P - 1) // 4, P), -pow(2, (P - 1) // 4, P))]
    x, *_ = (x for x in roots if x * x % P == square and x & 1 == raw[31] >> 7 and y < P)
    return x, y, 1, x * y % P


def affine(points):
    """Their x and y. One inversion serves all: that of the product of their Z."""
    points = [*points]
    *before, product = accumulate((z for _, _, z, _ in points), lambda one, other: one * other % P, initial=1)
    inverse, found = pow(product, -1, P), []
    for (x, y, z, _), others in zip(points[::-1], before[::-1], strict=True):
        found.append((x * inverse * others % P, y * inverse * others % P))
        inverse = inverse * z % P
    return found[::-1]


def term(x, y):
    """A point as ``plus`` adds it: (y - x) / 2, (y + x) / 2 and D x y."""
    return (y - x) * (P + 1 >> 1) % P, (y + x) * (P + 1 >> 1) % P, D * x * y % P


def plus(p, other):
    """The sum of a point (X, Y, Z, T) and a term (RFC 8032, 5.1.4). Modulo P, 2**255 is 19: so 19 times what is above
    may be put to what is LOW, which is quicker than a division, and short enough to go on with."""
    x, y, z, t = p
    minus, both, product = other
    a, b, c = (y - x) * minus, (y + x) * both, t * product
    a, b, c = (a & LOW) + 19 * (a >> 255), (b & LOW) + 19 * (b >> 255), (c & LOW) + 19 * (c >> 255)
    e, f, g, h = b - a, z - c, z + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


@cache
def multiples(x, y, width):
    """A point times each digit of ``width`` bits at each place of a scalar, as terms: a product is a sum of these."""
    rows, base = [], term(x, y)
    for _ in range(0, ORDER.bit_length(), width):
        *row, last = affine(accumulate([base] * (1 << width), plus, initial=ZERO))
        rows.append([term(*each) for each in row])
        base = term(*last)
    return rows


class Key:
    """A verifier key (C2SP signed-note) of a log, type 1, or a witness, type 4; and how far it has signed here."""

    width = 4  # bits of a digit: the more signatures, the larger the table of multiples that pays

    def __init__(self, text):
        self.name, ident, encoded = [*VKEY.split(text.strip()), "", ""][1:4]
        raw = unbase64(encoded)
        if len(raw) != 33 or raw[0] not in {1, 4}:
            raise ValueError("this is no key of a log or witness")
        self.id, self.witness, self.raw, self.seen = bytes.fromhex(ident), raw[0] == 4, raw[1:], -1
        self.point = point(self.raw)
        small = multiples(*self.point[:2], 4)[0][8] == term(0, 1)  # times 8 it is zero: anybody can sign for it
        if small or sha256(self.name.encode() + b"\n" + raw)[:4] != self.id:
            raise ValueError("this is no key of a log or witness")

    def verifies(self, message, signature):
        """Whether it has signed a message (RFC 8032, 5.1.7), a witness with a time (C2SP tlog-cosignature)."""
        if self.witness:
            time, signature = int.from_bytes(signature[:8]), signature[8:]
            message = b"cosignature/v1\ntime %d\n" % time + message
            if time > LAST_SECOND:
                return False
        r, s = signature[:32], int.from_bytes(signature[32:], "little")
        if len(signature) != 64 or s >= ORDER:
            return False
        k = int.from_bytes(hashlib.sha512(r + self.raw + message).digest(), "little") % ORDER
        (x, y, *_), width = self.point, self.width
        tables = (s, multiples(*BASE[:2], width)), (k, multiples(P - x, y, width))
        mask = (1 << width) - 1
        terms = [row[n >> place * width & mask] for n, rows in tables for place, row in enumerate(rows)]
        ((x, y),) = affine([reduce(plus, terms, ZERO)])
        return (y | (x & 1) << 255).to_bytes(32, "little") == r


BASE = point((4 * pow(5, -1, P) % P).to_bytes(32, "little"))


def agreed(export, earlier, keys):
    """Raises ``Wrong`` unless header, checkpoints, keys and what was kept are of one log."""
    if not export or export[0].kind == "bare" or (len(export) > 1 and any(each.kind == "log" for each in export)):
        raise Wrong("This is no export of a log, nor of streams.")
    origin = export[0].origin
    for each in (*export, *(section for file in earlier for section in file)):
        each.origin = each.origin or origin
        if each.origin != origin:
            raise Wrong(f"{shown(each.path)} is of the log {shown(each.origin)}, not of {shown(origin)}.")
    for each in keys.values():
        if not each.witness and each.name != origin:
            raise Wrong(f"The key {shown(each.name)} is not one of the log {shown(origin)}.")


def witnessed(keys, checkpoints):
    """What each witness saw. Raises ``Wrong`` unless it cosigned each of the checkpoints."""
    said = []
    for key, each in ((key, each) for key in keys.values() if key.witness for each in checkpoints):
        if (key.name, key.id) not in each.signed:
            if key.seen < 0:
                raise Wrong(f"The witness {shown(key.name)} has cosigned none of these checkpoints.")
            hint = f"it has up to size {key.seen}: `log export --until {key.seen}`"
            raise Wrong(f"The witness {shown(key.name)} has not cosigned {each}, which this rests on; {hint}.")
        time = datetime.fromtimestamp(int.from_bytes(each.signed[key.name, key.id][:8]), UTC)
        said.append(f"The witness {shown(key.name)} saw it of size {each.size}, at {time}.")
    return list(dict.fromkeys(said))


def main():
    parser = argparse.ArgumentParser(description="Verify an export of juqu's event log.")
    parser.add_argument("export", help="what `juqu log export` wrote")
    parser.add_argument("key", nargs="+", type=Key, help="a public key that you trust")
    parser.add_argument("--against", action="append", default=[], help="an export or checkpoint that was kept")
    given = parser.parse_args()
    keys = {(each.name, each.id): each for each in given.key}
    try:
        export, *earlier = (sections(path, keys) for path in (given.export, *given.against))
        agreed(export, earlier, keys)
        number = sum(section.number for file in (export, *earlier) for section in file)
        Key.width = max(4, min(13, number.bit_length() - 4))
        checkpoints, proven = prove(export, earlier)
        print("\n".join(f"Proven. {each}" for each in (*proven, *witnessed(keys, checkpoints))))
    except (Wrong, OSError, ValueError, LookupError, TypeError, AttributeError, ArithmeticError) as error:
        print("Not proven.", error if isinstance(error, Wrong) else f"The export is not as it should be: {error!a}.")
        sys.exit(1)


if __name__ == "__main__":
    main()
