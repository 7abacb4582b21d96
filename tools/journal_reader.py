#!/usr/bin/env python3
"""Folds state, owner and person of every handoff from a Baton journal.

Written from docs/JOURNAL.md alone, to show that the page is enough. It reads the tables `journal`,
`aggregates` and `sealed` of `baton.db` and no other, so the tables of current state may be gone. It
opens no sealed part and needs no key.

  journal_reader.py FOLDER                  a line of JSON for each handoff
  journal_reader.py FOLDER --compare FILE   compare with `baton export --what state > FILE`
  journal_reader.py FOLDER --audit          recompute hashes of parts, leaves, chains and the heads

Exit codes: 0 done, 1 it found a difference, 3 it cannot read the folder.
"""

import argparse
import hashlib
import json
import sqlite3
import sys
from pathlib import Path

SCHEMAS = (1, 2)
STATES = ("proposed checked in-review queued offered accepted working met qualified won lost held rejected expired "
          "recycled disqualified withdrawn faulted repaired").split()
OWNERS = ("engine", "person", "queue", "agent")
DIGITS = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's base32
ACCOUNT = 1  # the kind of aggregate
PART, PLACES = 32, 65536
ID, REFERENCES = 10, 20  # bytes of an id; how many of an entry's ids can be referred to
HEAD_SLOT = 128


class Unreadable(Exception):
    """The folder holds something that the page does not describe."""


class Cbor:
    """The deterministic CBOR (RFC 8949, 4.2.1) that the page uses, and nothing more."""

    def __init__(self, data):
        self.data, self.at, self.ids = data, 0, []

    def take(self, count):
        if self.at + count > len(self.data):
            raise Unreadable("the bytes end too early")
        self.at += count
        return self.data[self.at - count : self.at]

    def head(self):
        first = self.take(1)[0]
        major, info = first >> 5, first & 31
        if info < 24 or major == 7:
            return major, info
        if info > 27:
            raise Unreadable("a length that is not definite")
        return major, int.from_bytes(self.take(1 << (info - 24)), "big")

    def value(self):
        major, value = self.head()
        if major == 0:
            return value
        if major == 1:
            return -1 - value
        if major == 2:
            text = bytes(self.take(value))
            if value == ID and text not in self.ids:
                self.ids.append(text)
            return text
        if major == 3:
            return self.take(value).decode()
        if major == 4:
            return [self.value() for _ in range(value)]
        if major == 5:
            return {self.value(): self.value() for _ in range(value)}
        if major == 7 and value < min(REFERENCES, len(self.ids)):
            return self.ids[value]
        if major == 7 and value in (20, 21, 22):
            return {20: False, 21: True, 22: None}[value]
        raise Unreadable(f"CBOR of major type {major}, value {value}")


def decoded(body):
    reader = Cbor(body)
    value = reader.value()
    if reader.at != len(body):
        raise Unreadable("there are bytes behind the entry")
    return value


def shown(letter, raw):
    """An id as people see it: ten bytes as sixteen digits."""
    value = int.from_bytes(raw, "big")
    return f"{letter}-" + "".join(DIGITS[value >> shift & 31] for shift in range(75, -1, -5))


def owner_of(choice):
    """`[0, []]` the engine, `[1, [member]]`, `[2, [queue]]`, as `export --what state` shows them."""
    number, fields = choice
    kind = named(OWNERS, number, "kind of owner")
    return {"kind": kind, "id": fields[0] if fields else kind}


def state_of(number):
    return named(STATES, number, "state")


def named(names, number, what):
    if number >= len(names):
        raise Unreadable(f"the {what} {number}, of a later version")
    return names[number]


class Handoff:
    """A handoff begins as proposed and is the engine's."""

    def __init__(self, person, node):
        self.person, self.node = person, node
        self.state, self.owner = STATES[0], owner_of([0, []])


class Fold:
    """What the facts come to. A handoff stays with the account that proposed it, and only facts of that
    account's chain change it."""

    def __init__(self):
        self.handoffs, self.of_account = {}, {}

    def take(self, entry):
        (schema, aggregate, *_), facts = entry
        if schema not in SCHEMAS:
            raise Unreadable(f"schema {schema}: the folder was written by a newer version")
        if aggregate[0] != ACCOUNT:
            return
        account = self.of_account.setdefault(aggregate[1][0], {})
        for number, fields in facts:
            if number in self.STEPS:
                self.STEPS[number](self, account, fields)

    def proposed(self, account, fields):
        handoff, person, node = fields[:3]
        account[handoff] = self.handoffs[handoff] = Handoff(person, node)

    def wanted(self, account, fields):
        of(account, fields).owner = owner_of([0, []])

    def assigned(self, account, fields):
        of(account, fields).owner = owner_of(fields[1])

    def moved(self, account, fields):
        of(account, fields).state = state_of(fields[1])

    def taken_back(self, account, fields):
        handoff = of(account, fields)
        handoff.state, handoff.owner = state_of(fields[1]), owner_of(fields[2])

    def belong(self, account, nodes, person):
        for handoff in account.values():
            if handoff.node in nodes:
                handoff.person = person

    def merged(self, account, fields):
        self.belong(account, fields[2], fields[0])

    def undone(self, account, fields):
        self.belong(account, fields[2], fields[1])

    def set_aside(self, account, fields):
        self.belong(account, [fields[1]], fields[6])

    # Kinds of facts by their numbers. An outcome is a state too.
    STEPS = {
        9: set_aside,
        13: merged,
        14: undone,
        40: proposed,
        41: wanted,
        42: assigned,
        43: moved,
        50: moved,
        59: taken_back,
    }

    def rows(self):
        for raw, handoff in self.handoffs.items():
            yield {
                "id": shown("h", raw),
                "state": handoff.state,
                "owner": handoff.owner,
                "person": shown("p", handoff.person),
            }


def of(account, fields):
    """The handoff that a fact is about."""
    if fields[0] not in account:
        raise Unreadable(f"a fact of {shown('h', fields[0])}, which this account did not propose")
    return account[fields[0]]


def folded(db):
    fold = Fold()
    for position, body in db.execute("SELECT position, body FROM journal ORDER BY position"):
        try:
            fold.take(decoded(body))
        except (Unreadable, UnicodeDecodeError) as error:
            raise Unreadable(f"entry {position}: {error}") from error
    return fold


def compare(rows, path):
    """Says where the export differs; how often."""
    ours, differ = {row["id"]: row for row in rows}, 0
    with open(path, encoding="utf-8") as lines:
        theirs = [row for row in map(json.loads, lines) if row.get("record") == "handoff"]
    for row in theirs:
        wanted = {name: row[name] for name in ("id", "state", "owner", "person")}
        mine = ours.pop(row["id"], None)
        if mine != wanted:
            differ += 1
            print(f"differs: folded {json.dumps(mine)}, exported {json.dumps(wanted)}")
    for row in ours.values():
        differ += 1
        print(f"differs: folded {json.dumps(row)}, and the export does not have it")
    print(f"{len(theirs)} handoffs, {differ} differ")
    return differ


def audit(db, folder):
    """Recomputes what the page says of leaves and heads; how much is wrong."""
    found, head, last, chains = [], bytes(PART), 0, {}
    erased = {raw for (body,) in db.execute("SELECT body FROM journal") for raw in erased_by(body)}
    parts = {}
    for key, bytes_, owner in db.execute(
        "SELECT s.key, s.bytes, a.id FROM sealed s JOIN aggregates a ON a.rowid = s.owner"
    ):
        parts.setdefault(key // PLACES, []).append((key % PLACES, bytes_, owner))
    rows = db.execute("SELECT position, aggregate, prev, body, parts, leaf FROM journal ORDER BY position")
    for position, aggregate, prev, body, hashes, leaf in rows:
        if hashlib.sha256(b"\0" + body + hashes).digest() != leaf:
            found.append(f"entry {position}: its leaf is another")
        if prev != chains.get(aggregate, 0):
            found.append(f"entry {position}: the chain does not lead to it")
        sealed = sorted(parts.pop(position, []))
        if len(sealed) * PART != len(hashes):
            found.append(f"entry {position}: {len(hashes) // PART} hashes, {len(sealed)} parts")
        for at, (_, bytes_, owner) in enumerate(sealed):
            if bytes_ is None and owner[1:] not in erased:
                found.append(f"entry {position}: a part is missing, and nobody was erased")
            if bytes_ is not None and hashlib.sha256(bytes_).digest() != hashes[at * PART : (at + 1) * PART]:
                found.append(f"entry {position}: a part was altered")
        head, last, chains[aggregate] = hashlib.sha256(head + leaf).digest(), position, position
    slots = (folder / "head").read_bytes().decode("ascii", "replace")
    seconds = [slots[at : at + HEAD_SLOT].split() for at in range(0, len(slots), HEAD_SLOT)]
    seconds = [slot for slot in seconds if len(slot) in (3, 4) and checked(slot)]
    if not seconds:
        found.append("the second head cannot be read")
    elif (best := max(seconds, key=lambda slot: int(slot[0]))) and int(best[0]) > last:
        found.append(f"the journal ends at {last}, and the second head was at {best[0]}")
    elif int(best[0]) == last and best[1] != head.hex():
        found.append("the second head is another")
    print("\n".join(found) or f"{last} is the last position, its head {head.hex()}: all is as it was written")
    return len(found)


def erased_by(body):
    """Nodes and quarantine entries that a fact `person-erased` names."""
    for number, fields in decoded(body)[1]:
        if number == 110:
            yield from fields[1] + fields[2]


def checked(slot):
    """`POSITION HASH FOLDER CHECK`, in older folders without the folder."""
    return hashlib.sha256(" ".join(slot[:-1]).encode()).digest()[:4].hex() == slot[-1]


def main():
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("folder", type=Path)
    asked.add_argument("--compare", metavar="FILE")
    asked.add_argument("--audit", action="store_true")
    asked = asked.parse_args()
    try:
        db = sqlite3.connect(f"file:{asked.folder}/baton.db?mode=ro", uri=True)
        if asked.audit:
            return 1 if audit(db, asked.folder) else 0
        rows = folded(db).rows()
        if asked.compare:
            return 1 if compare(rows, asked.compare) else 0
        for row in rows:
            print(json.dumps(row))
        return 0
    except (Unreadable, sqlite3.Error, OSError) as error:
        print(f"cannot read the folder: {error}", file=sys.stderr)
        return 3


if __name__ == "__main__":
    sys.exit(main())
