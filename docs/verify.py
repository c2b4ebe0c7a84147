"""Verify an export of juqu's event log with Python's standard library alone: no database, nothing of juqu.

    python verify.py EXPORT VKEY [VKEY ...] [--against EARLIER ...]

EXPORT is what ``juqu log export`` wrote; VKEY a public key of the log that you trust and did not get with EXPORT, as
``<name>+<key id>+<base64>`` (all of them if it was changed); EARLIER an export that you kept from before or, for an
export of the whole log, a checkpoint. Says what is proven, exit code 0, or the first thing that is wrong, exit code 1.

Proven of a whole log: these are the events that the holder of the key had when signing each checkpoint, none altered,
dropped, inserted or reordered; and each signed map of streams is that of these events. Proven of a stream: its events
are in the signed tree, unaltered, and are all that it had at the checkpoint, if the signed map of streams is right; an
export of the whole log shows whether it is. With EARLIER: what that vouched for was not changed since, not even by
whoever holds the log and the key. Not proven: that what was recorded is true, or was recorded in time; what came after
the last checkpoint; that others are not shown another log, which comparing checkpoints with them would tell.

The tree is RFC 6962's (RFC 9162's), a checkpoint C2SP's tlog-checkpoint in a signed note, the signature Ed25519 (RFC
8032). A leaf's data are the event's columns, each a netstring (``-,`` for null), in the order named here.
"""

import argparse
import base64
import hashlib
import heapq
import json
import sys
from functools import reduce
from itertools import pairwise
from operator import attrgetter, itemgetter

COLUMNS = ["seq", "recorded_at", "event_id", "command_id", "causation_id", "effective_on", "version", "schema_version"]
COLUMNS += ["ordinal", "internal", "stream", "type", "actor", "office", "correlation_id", "policy_version", "data"]
columns = itemgetter(*COLUMNS)
BUCKETS, P, ORDER = 65536, 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P


class Wrong(Exception):
    """The first thing that is wrong, as a sentence."""


def check_log(export, header, earlier):
    """The whole log, against every checkpoint in the export and in those kept from before."""
    events, tree, streams, good, number = export.events(header), Tree(), Streams(), 0, 0
    for checkpoint in heapq.merge(*(each.checkpoints() for each in (export, *earlier)), key=attrgetter("size")):
        while tree.size < checkpoint.size:
            event, leaf, _ = next(events, ({}, b"", []))
            if not event:
                raise Wrong(f"Events {tree.size + 1} to {checkpoint.size} are missing, which {checkpoint} covers.")
            export.check_place(event, tree.size + 1)
            streams.add(event, leaf)
            tree.add(leaf)
        if checkpoint.root != tree.root():
            what = f"one of events {good + 1} to {tree.size} was altered, dropped, inserted or reordered, with its hash"
            raise Wrong(f"The events do not give {checkpoint}: {what}. --against EARLIER would tell which.")
        if checkpoint.streams != streams.root():
            raise Wrong(f"The events do not give the map of streams in {checkpoint}.")
        good, number = tree.size, number + 1
    if not number or (more := next(events, None)):
        raise Wrong(f"No checkpoint covers {named(more[0])} and what follows." if number else "There is no checkpoint.")
    found = f"These are all {good} events of the log {checkpoint.origin}; none was altered, dropped, inserted or moved"
    return f"{found}. They give each of {number} checkpoints and its map of streams; the last is {checkpoint}."


def check_stream(export, header, earlier):
    """One stream: each event is in the signed tree, and none is missing."""
    if any(next(each.read("event"), None) is None for each in earlier):
        raise Wrong("An EARLIER checkpoint can be compared with an export of the whole log only.")
    stream, streams, (checkpoint,) = header["stream"], Streams(), export.checkpoints(header)
    for event, leaf, proof in export.events(header):
        if event["stream"] != stream:
            raise Wrong(f"{named(event)} is not of {stream}.")
        if path_root(leaf, int(event["seq"]) - 1, checkpoint.size, proof) != checkpoint.root:
            raise Wrong(f"{named(event)} is not under {checkpoint}.")
        streams.add(event, leaf)
    (end,) = (each["complete"] for each in export.read("complete", header))
    bucket = path_root(streams.leaf(stream), end["index"], end["size"], end["bucket_path"])
    number = int.from_bytes(sha256(stream.encode())[:2], "big")
    if path_root(sha256(b"\0" + bucket), number, BUCKETS, end["top_path"]) != checkpoint.streams:
        raise Wrong(f"These are not all events of {stream}: under {checkpoint} it has another end.")
    return f"These are all {streams.ends[stream][0]} events of {stream} under {checkpoint}, unaltered and in order."


class Export:
    """A file of JSON Lines from ``juqu log export``; any other file is taken for a checkpoint."""

    def __init__(self, path, keys):
        self.path, self.keys = path, keys

    def read(self, kind, header=None):
        """The objects of a kind, all or those below one header."""
        inside = header is None
        with open(self.path, encoding="utf-8", newline="\n") as file:
            other = file.read(1) != "{"
            file.seek(0)
            for line in [json.dumps({"checkpoint": file.read()})] if other else file:
                each = json.loads(line)
                inside = header is None or each == header if "export" in each else inside
                if inside and kind in each:
                    yield each

    def checkpoints(self, header=None):
        return (Checkpoint(each["checkpoint"], self.keys) for each in self.read("checkpoint", header))

    def events(self, header):
        """Each event with its leaf hash, which its contents give, and its proof."""
        for each in self.read("event", header):
            if set(each["event"]) != set(COLUMNS):
                raise Wrong(f"{named(each['event'])} has not the columns of an event.")
            if (leaf := leaf_hash(*columns(each["event"]))).hex() != each["hash"]:
                raise Wrong(self.diagnosis(each["event"], each["hash"]))
            yield each["event"], leaf, each.get("proof", [])

    def check_place(self, event, expected):
        """The event's place in the log is the next one."""
        if int(event["seq"]) > expected and all(int(each["event"]["seq"]) != expected for each in self.read("event")):
            raise Wrong(f"Event {expected} is missing, it was dropped: the next one is {named(event)}.")
        if int(event["seq"]) != expected:
            raise Wrong(f"{named(event)} stands where {expected} should: it was inserted, or the order was changed.")

    def diagnosis(self, event, recorded):
        """What was done to an event that does not give its hash: it is tried at other places, others at its place."""
        seq, went, came = event["seq"], None, None
        for other, known in ((each["event"], each["hash"]) for each in self.read("event")):
            went = other["seq"] if leaf_hash(*columns(event | {"seq": other["seq"]})).hex() == known else went
            came = other["seq"] if leaf_hash(*columns(other | {"seq": seq})).hex() == recorded else came
        if came and went:
            return f"The order was changed: what was event {went} stands at {seq}, and what was event {seq} at {came}."
        if went:
            return f"Event {seq} was dropped: in its place stands what was event {went}."
        if came:
            return f"{named(event)} was inserted: what was event {seq} stands at {came}."
        return f"{named(event)} was altered: its contents do not give its hash."

    def check_kept(self, earlier):
        """No event differs from the one in an export kept from before."""
        both = heapq.merge(earlier.read("event"), self.read("event"), key=lambda each: int(each["event"]["seq"]))
        for old, new in pairwise(each["event"] for each in both):
            if old["seq"] == new["seq"] and old != new:
                raise Wrong(f"{named(new)} is not as in {earlier.path}: it was altered, or put there, since.")


class Checkpoint:
    """A signed tree head. It is wrong unless a trusted key of the log has signed it."""

    def __init__(self, note, keys):
        text, _, lines = note.rpartition("\n\n")
        self.origin, size, root, streams = text.split("\n")
        self.size, self.root, self.by = int(size), base64.b64decode(root), ""
        self.streams = base64.b64decode(streams.removeprefix("streams "))
        signatures = [line.removeprefix("— ").split(" ") for line in lines.splitlines()]
        signatures = {(name, base64.b64decode(raw)[:4]): base64.b64decode(raw)[4:] for name, raw in signatures}
        for name, key in signatures.keys() & keys.keys():
            if not keys[name, key].verifies(text.encode() + b"\n", signatures[name, key]):
                raise Wrong(f"The signature of {name} on {self} is wrong: that was altered, or forged.")
            self.by += f", signed by {name}+{key.hex()}"
        if not self.by:
            raise Wrong(f"No key that you gave has signed {self}, but {[f'{a}+{b.hex()}' for a, b in signatures]}.")

    def __str__(self):
        return f"the checkpoint of size {self.size} (root {base64.b64encode(self.root).decode()}{self.by})"


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
        self.ends, self.nodes, self.buckets = {}, [b""] * BUCKETS * 2, [{} for _ in range(BUCKETS)]
        self.changed = set(range(BUCKETS))

    def add(self, event, leaf):
        stream, number = event["stream"], int.from_bytes(sha256(event["stream"].encode())[:2], "big")
        version, _, chain = self.ends.get(stream, (0, "", bytes(32)))
        if event["version"] != str(version + 1):
            raise Wrong(f"{named(event)} has version {event['version']} where {version + 1} should be.")
        self.buckets[number][stream] = self.ends[stream] = version + 1, event["seq"], sha256(b"\2" + chain + leaf)
        self.changed.add(number)

    def leaf(self, stream):
        version, seq, chain = self.ends[stream]
        return leaf_hash(stream, str(version), seq, chain.hex())

    def root(self):
        for number in self.changed:
            tree = Tree()
            for each in sorted(self.buckets[number], key=lambda name: sha256(name.encode())):
                tree.add(self.leaf(each))
            self.nodes[BUCKETS + number] = sha256(b"\0" + tree.root())
        places, self.changed = {BUCKETS + number >> 1 for number in self.changed}, set()
        while places - {0}:
            for each in places:
                self.nodes[each] = sha256(b"\1" + self.nodes[2 * each] + self.nodes[2 * each + 1])
            places = {each >> 1 for each in places}
        return self.nodes[1]


def named(event):
    return f"Event {event.get('seq')} ({event.get('type')}, {event.get('stream')})"


def sha256(data):
    return hashlib.sha256(data).digest()


def leaf_hash(*texts):
    """The hash of a leaf (RFC 9162, 2.1.1) whose data are netstrings."""
    raw = (None if each is None else each.encode() for each in texts)
    return sha256(b"\0" + b"".join(b"-," if each is None else b"%d:%b," % (len(each), each) for each in raw))


def path_root(leaf, index, size, path):
    """The root that an audit path (hex) leads to (RFC 9162, 2.1.3)."""
    if not 0 <= index < size or (size == 1) != (not path):
        raise Wrong(f"A proof has not the form for place {index} of {size}.")
    if size == 1:
        return leaf
    half, other = 1 << (size - 1).bit_length() - 1, bytes.fromhex(path[-1])
    if index < half:
        return sha256(b"\1" + path_root(leaf, index, half, path[:-1]) + other)
    return sha256(b"\1" + other + path_root(leaf, index - half, size - half, path[:-1]))


def point(raw):
    """A point of Ed25519's curve from its 32 bytes (RFC 8032, 5.1.3), as (X, Y, Z, T)."""
    y = int.from_bytes(raw, "little") & (1 << 255) - 1
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    roots = [x * pow(square, (P + 3) // 8, P) % P for x in (1, -1, pow(2, (P - 1) // 4, P), -pow(2, (P - 1) // 4, P))]
    x, *_ = (x for x in roots if x * x % P == square and x & 1 == raw[31] >> 7)
    return x, y, 1, x * y % P


def plus(p, q):
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % P, (p[1] + p[0]) * (q[1] + q[0]) % P
    c, d = 2 * D * p[3] * q[3] % P, 2 * p[2] * q[2] % P
    return (b - a) * (d - c) % P, (d + c) * (b + a) % P, (d - c) * (d + c) % P, (b - a) * (b + a) % P


def times(scalar, base):
    return plus(times(scalar >> 1, plus(base, base)), base if scalar & 1 else (0, 1, 1, 0)) if scalar else (0, 1, 1, 0)


class Key:
    """A verifier key of a log (C2SP signed-note, type 1)."""

    def __init__(self, text):
        self.name, ident, encoded = text.split("+", 2)
        raw = base64.b64decode(encoded, validate=True)
        self.id, self.raw, self.point = bytes.fromhex(ident), raw[1:], point(raw[1:])
        if raw[0] != 1 or sha256(self.name.encode() + b"\n" + raw)[:4] != self.id:
            raise ValueError("this is no key of a log")

    def verifies(self, message, signature):
        """Whether it has signed a message (RFC 8032, 5.1.7)."""
        r, s = signature[:32], int.from_bytes(signature[32:], "little")
        k = int.from_bytes(hashlib.sha512(r + self.raw + message).digest(), "little") % ORDER
        base, (x, y, z, t) = point((4 * pow(5, -1, P) % P).to_bytes(32, "little")), self.point
        x, y, z, t = plus(times(s, base), times(k, (P - x, y, z, P - t)))
        x, y = x * pow(z, -1, P) % P, y * pow(z, -1, P) % P
        return len(signature) == 64 and s < ORDER and (y | (x & 1) << 255).to_bytes(32, "little") == r


def main():
    parser = argparse.ArgumentParser(description="Verify an export of juqu's event log.")
    parser.add_argument("export", help="what `juqu log export` wrote")
    parser.add_argument("key", nargs="+", type=Key, help="a public key of the log that you trust")
    parser.add_argument("--against", action="append", default=[], help="an export or checkpoint that was kept")
    given = parser.parse_args()
    keys = {(each.name, each.id): each for each in given.key}
    export, *earlier = (Export(path, keys) for path in (given.export, *given.against))
    try:
        headers = list(export.read("export"))
        if not headers or (len(headers) > 1 and any(each["kind"] == "log" for each in headers)):
            raise Wrong("This is no export of a log, nor of streams.")
        for each in earlier:
            export.check_kept(each)
        for header in headers:
            print("Proven.", (check_log if header["kind"] == "log" else check_stream)(export, header, earlier))
    except (Wrong, OSError, ValueError, LookupError, TypeError, AttributeError) as error:
        print("Not proven.", error if isinstance(error, Wrong) else f"The export is not as it should be: {error!r}.")
        sys.exit(1)


if __name__ == "__main__":
    main()
