"""Verify an export of juqu's event log with Python's standard library alone: no database, nothing of juqu.

    python verify.py EXPORT VKEY [VKEY ...] [--against EARLIER ...]

EXPORT is what ``juqu log export`` wrote; VKEY a public key that you trust and did not get with EXPORT, of the log (all
of them if it was changed) or of a witness; EARLIER an export or checkpoint that you kept. Exit code 0: proven; 1: not.

Proven of a whole log: these are the events that the holder of the key had when signing each checkpoint, none altered,
dropped, inserted or reordered; and each signed map of streams is that of these events. Proven of a stream: its events
are in the signed tree, unaltered, and all that it had at the checkpoint, if the signed map of streams is right; an
export of the whole log shows whether it is. With EARLIER: what that vouched for was not changed since, not even by
whoever holds the log and the key. Not proven: that what was recorded is true, or was recorded in time, what followed
the last checkpoint, and that others see the same log, which witnesses, or comparing checkpoints with them, can tell.
The tree is RFC 9162's, a checkpoint C2SP's tlog-checkpoint in a signed note (Ed25519, RFC 8032), which witnesses sign
by C2SP's cosignature/v1. A leaf's data are the event's columns, each a netstring (``-,`` for null).
"""

import argparse
import hashlib
import json
import sys
from base64 import b64decode, b64encode
from datetime import UTC, datetime
from functools import reduce
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
    for checkpoint in sorted((c for file in (export, *earlier) for c in file.checkpoints()), key=attrgetter("size")):
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
        good, number = tree.size, number + 1
    if not number or (more := next(events, [])):
        raise Wrong(f"No checkpoint covers {named(more[0])} and what follows." if number else "There is no checkpoint.")
    found = f"These are all {good} events of the log {checkpoint.origin}; none was altered, dropped, inserted or moved"
    return f"{found}. They give each of {number} checkpoints and its map of streams; the last is {checkpoint}."


def check_stream(export, header, earlier):
    """One stream: each event is in the signed tree, none is missing, and that tree begins with each earlier one."""
    stream, streams, (*older, checkpoint) = header["stream"], Streams(), export.checkpoints(header)
    ends = {each.size: each.end for each in (*older, checkpoint) if each.end}
    for each in (*older, *(kept for file in earlier if not any(file.read("event")) for kept in file.checkpoints())):
        leaf, proof = ends.get(each.size, ("", []))
        if not leaf or path_roots(leaf, each.size - 1, checkpoint.size, proof) != (each.root, checkpoint.root):
            raise Wrong(f"It is not shown that {checkpoint} grew out of {each}; `log export --since` is to show it.")
    for event, leaf, proof in export.events(header):
        if event["stream"] != stream:
            raise Wrong(f"{named(event)} is not of {stream}.")
        if path_roots(leaf.hex(), int(event["seq"]) - 1, checkpoint.size, proof)[1] != checkpoint.root:
            raise Wrong(f"{named(event)} is not under {checkpoint}.")
        streams.add(event, leaf)
    (end,) = (each["complete"] for each in export.read("complete", header))
    _, bucket = path_roots(streams.leaf(stream).hex(), end["index"], end["size"], end["bucket_path"])
    number = int.from_bytes(sha256(stream.encode())[:2])
    if path_roots(sha256(b"\0" + bucket).hex(), number, BUCKETS, end["top_path"])[1] != checkpoint.streams:
        raise Wrong(f"These are not all events of {stream}: under {checkpoint} it has another end.")
    return f"These are all {streams.ends[stream][0]} events of {stream} under {checkpoint}, unaltered and in order."


class Export:
    """A file of JSON Lines from ``juqu log export``; any other file is taken for a checkpoint."""

    def __init__(self, path, keys):
        self.path, self.keys, self.earlier = path, keys, []

    def read(self, kind, header=None):
        """The objects of a kind, all or those below one header."""
        inside = header is None
        with open(self.path, encoding="utf-8", newline="\n") as file:
            other = file.read(1) != "{"
            file.seek(0)
            for line in [json.dumps({"checkpoint": file.read()})] if other else file:
                each = json.loads(line, object_pairs_hook=once)
                inside = header is None or each == header if "export" in each else inside
                if inside and kind in each:
                    yield each

    def checkpoints(self, header=None):
        return (Checkpoint(each, self.keys) for each in self.read("checkpoint", header))

    def events(self, header=None):
        """Each event with its leaf hash, which its contents give, and its proof."""
        for each in self.read("event", header):
            if set(each["event"]) != set(COLUMNS):
                raise Wrong(f"{named(each['event'])} has not the columns of an event.")
            if (leaf := leaf_hash(*columns(each["event"]))).hex() != each["hash"]:
                raise Wrong(self.diagnosis(each["event"], each["hash"]))
            if any(known.get(each["event"]["seq"], leaf) != leaf for known in self.earlier):
                raise Wrong(f"{named(each['event'])} is not as in EARLIER: it was altered, or put there, since.")
            yield each["event"], leaf, each.get("proof", [])

    def diagnosis(self, event, recorded):
        """What was done to an event that does not give its hash: it is tried at other places, others at its place."""
        seq, went, came = event["seq"], None, None
        for other, known in ((each["event"], each["hash"]) for each in self.read("event")):
            went = other["seq"] if leaf_hash(*columns(event | {"seq": other["seq"]})).hex() == known else went
            came = other["seq"] if leaf_hash(*columns(other | {"seq": seq})).hex() == recorded else came
        here = f"what was event {went} stands at {seq}" if went else f"{named(event)} was inserted"
        if went or came:
            return f"The order was changed: {here}, and what was event {seq} {f'at {came}' if came else 'was dropped'}."
        return f"{named(event)} was altered: its contents do not give its hash."


class Checkpoint:
    """A signed tree head. It is wrong unless a trusted key of the log has signed it, and each trusted key rightly."""

    def __init__(self, line, keys):
        text, _, lines = line["checkpoint"].rpartition("\n\n")
        self.origin, size, root, streams = text.split("\n")
        self.size, self.root, self.end = int(size), b64decode(root), line.get("end")
        self.streams = b64decode(streams.removeprefix("streams "))
        parted = [each.removeprefix("— ").split(" ") for each in lines.splitlines()]
        signed = {(name, b64decode(raw)[:4]): b64decode(raw)[4:] for name, raw in parted}
        self.by = "".join(f", {'' if e in keys else 'it says '}signed by {e[0]}+{e[1].hex()}" for e in signed)
        for each in sorted(signed.keys() & keys):
            if not keys[each].verifies(text.encode() + b"\n", signed[each]):
                raise Wrong(f"The signature of {each[0]} on {self} is wrong: that was altered, or forged.")
            keys[each].seen = max(keys[each].seen, (self.size, int.from_bytes(signed[each][:8])))
        if all(keys[each].witness for each in signed.keys() & keys):
            raise Wrong(f"No key of the log that you gave has signed {self}.")

    def __str__(self):
        return f"the checkpoint of size {self.size} (root {b64encode(self.root).decode()}{self.by})"


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
        stream, number = event["stream"], int.from_bytes(sha256(event["stream"].encode())[:2])
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
        for each in sorted({BUCKETS + number >> up for number in self.changed for up in range(1, 17)}, reverse=True):
            self.nodes[each] = sha256(b"\1" + self.nodes[2 * each] + self.nodes[2 * each + 1])
        self.changed = set()
        return self.nodes[1]


def named(event):
    return f"Event {event.get('seq')} ({event.get('type')}, {event.get('stream')})"


def sha256(data):
    return hashlib.sha256(data).digest()


def once(pairs):
    if len(dict(pairs)) < len(pairs):
        raise Wrong(f"A name stands twice in one object, of which readers take either: {[name for name, _ in pairs]}.")
    return dict(pairs)


def leaf_hash(*texts):
    """The hash of a leaf (RFC 9162, 2.1.1) whose data are netstrings."""
    raw = (None if each is None else each.encode() for each in texts)
    return sha256(b"\0" + b"".join(b"-," if each is None else b"%d:%b," % (len(each), each) for each in raw))


def path_roots(leaf, index, size, path):
    """Where an audit path leads (hex; RFC 9162, 2.1.3): the roots of the tree that ends with the leaf, to which belongs
    what is left of it, and of the whole tree. So it shows too that the one grew into the other."""
    if not 0 <= index < size or (size == 1) != (not path) or {len(each) for each in (leaf, *path)} != {64}:
        raise Wrong(f"A proof has not the form for place {index} of {size}.")
    if size == 1:
        return (bytes.fromhex(leaf),) * 2
    half, other = 1 << (size - 1).bit_length() - 1, bytes.fromhex(path[-1])
    if index < half:
        one, whole = path_roots(leaf, index, half, path[:-1])
        return one, sha256(b"\1" + whole + other)
    return tuple(sha256(b"\1" + other + each) for each in path_roots(leaf, index - half, size - half, path[:-1]))


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
    """A verifier key (C2SP signed-note) of a log, type 1, or a witness, type 4; and the last that it signed here."""

    def __init__(self, text):
        self.name, ident, encoded = text.split("+", 2)
        raw = b64decode(encoded, validate=True)
        self.id, self.raw, self.point, self.seen = bytes.fromhex(ident), raw[1:], point(raw[1:]), (-1, 0)
        self.witness = raw[0] == 4
        if raw[0] not in {1, 4} or sha256(self.name.encode() + b"\n" + raw)[:4] != self.id:
            raise ValueError("this is no key of a log or witness")

    def verifies(self, message, signature):
        """Whether it has signed a message (RFC 8032, 5.1.7), a witness with a time (C2SP tlog-cosignature)."""
        if self.witness:
            message, signature = b"cosignature/v1\ntime %d\n" % int.from_bytes(signature[:8]) + message, signature[8:]
        r, s = signature[:32], int.from_bytes(signature[32:], "little")
        k = int.from_bytes(hashlib.sha512(r + self.raw + message).digest(), "little") % ORDER
        base, (x, y, z, t) = point((4 * pow(5, -1, P) % P).to_bytes(32, "little")), self.point
        x, y, z, t = plus(times(s, base), times(k, (P - x, y, z, P - t)))
        x, y = x * pow(z, -1, P) % P, y * pow(z, -1, P) % P
        return len(signature) == 64 and s < ORDER and (y | (x & 1) << 255).to_bytes(32, "little") == r


def main():
    parser = argparse.ArgumentParser(description="Verify an export of juqu's event log.")
    parser.add_argument("export", help="what `juqu log export` wrote")
    parser.add_argument("key", nargs="+", type=Key, help="a public key that you trust")
    parser.add_argument("--against", action="append", default=[], help="an export or checkpoint that was kept")
    given = parser.parse_args()
    keys = {(each.name, each.id): each for each in given.key}
    export, *earlier = (Export(path, keys) for path in (given.export, *given.against))
    try:
        headers = list(export.read("export"))
        if not headers or (len(headers) > 1 and any(each["kind"] == "log" for each in headers)):
            raise Wrong("This is no export of a log, nor of streams.")
        export.earlier = [{event["seq"]: leaf for event, leaf, _ in each.events()} for each in earlier]
        said = [(check_log if each["kind"] == "log" else check_stream)(export, each, earlier) for each in headers]
        for size, time, name in ((*key.seen, key.name) for key in keys.values() if key.witness):
            if size < 0:
                raise Wrong(f"The witness {name} has cosigned none of these checkpoints.")
            said.append(f"The witness {name} saw it of size {size}, at {datetime.fromtimestamp(time, UTC)}.")
        print("\n".join(f"Proven. {each}" for each in said))
    except (Wrong, OSError, ValueError, LookupError, TypeError, AttributeError) as error:
        print("Not proven.", error if isinstance(error, Wrong) else f"The export is not as it should be: {error!r}.")
        sys.exit(1)


if __name__ == "__main__":
    main()
