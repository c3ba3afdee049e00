#!/usr/bin/env python3
"""
Check a certificate of graphscan, with nothing of graphscan: python3 check_certificate.py CERTIFICATE.json …

A certificate says: from these facts, under these assumptions, none of the targets is reached. It holds if there is a
set of facts (a fact is a node at a level) with these properties, and all of them can be checked in one pass over the
exported steps, without any search:

1. every start is in the set, and so is what anyone has, unless it is assumed to be closed;
2. no target is in the set (or of no more nodes than the claim allows);
3. a step whose preconditions are all in the set has its target in it as well, unless that is assumed to be closed;
4. the digests of steps, set and statement are those that the certificate names.

A step has a source fact and further facts, all of which it needs; one that is only possible counts like any other.
The digests are SHA-256: of the unpacked files, and of the statement as JSON without white space, keys sorted.
Exit code 0: all certificates hold; 1: one does not, or is no certificate.
"""

import gzip
import hashlib
import json
import sys
import zlib
from pathlib import Path

WHERE = ("snapshot", "as_of", "edits", "techniques_sha256")  # what the steps were derived from
SHARED = (*WHERE, "given", "from")  # what the closed set is said to be of
_OTHERS = (StopIteration, RecursionError, zlib.error)  # that a file which is no certificate may raise
STATEMENT = (*SHARED, "claim", "claim_sha256", "text", "to", "to_sha256", "at_most")


def digest(value):
    """Return the SHA-256 of a JSON value."""
    return hashlib.sha256(json.dumps(value, separators=(",", ":"), sort_keys=True).encode()).hexdigest()


def facts(value):
    """Return [node, level] pairs as a set that can be asked."""
    return {(node, level) for node, level in value}


def flaw(certificate, body_bytes, step_lines):
    """Return why a certificate does not hold, "" if it does: its JSON, the unpacked body, the unpacked steps' lines."""
    if certificate["schema"] != "graphscan.certificate/1":
        return f"its schema is {certificate['schema']}, not graphscan.certificate/1"
    if digest({name: certificate[name] for name in STATEMENT}) != certificate["statement_sha256"]:
        return "the statement is not the one that its digest is of"
    if type(certificate["at_most"]) is not int:
        return "its `at_most` is no number"
    if digest(certificate["to"]) != certificate["to_sha256"] or not certificate["to"]:
        return "the targets are not those that their digest is of, or there are none"
    if hashlib.sha256(body_bytes).hexdigest() != certificate["body"]["sha256"]:
        return "the closed set is not the one that its digest is of"
    body = json.loads(body_bytes)
    for name in SHARED:
        if body[name] != certificate[name]:
            return f"the closed set is of another question: its `{name}` differs"
    if body["steps_sha256"] != certificate["steps"]["sha256"]:
        return "the closed set is of other steps than the certificate"
    inside, closed = facts(body["closed_set"]), facts(certificate["given"]["closed"] + certificate["given"]["without"])
    reached = {node for node, _ in facts(certificate["to"]) & inside}
    if len(reached) > certificate["at_most"]:
        return f"{len(reached)} targets are in the closed set, {min(reached)} for one"
    lines, read = iter(step_lines), hashlib.sha256()
    header = next(lines)
    read.update(header)
    header = json.loads(header)
    for name in WHERE:
        if header[name] != certificate[name]:
            return f"the steps are of another inventory: their `{name}` differs"
    for name, some in (
        ("from", certificate["from"]),
        ("assumed to have failed", certificate["given"]["open"]),
        ("held by anyone", header["ambient"]),
    ):
        missing = facts(some) - closed - inside
        if missing:
            return f"{min(missing)} ({name}) is not in the closed set"
    for line in lines:
        read.update(line)
        technique, source, further, target, _ = json.loads(line)
        if tuple(target) in inside or tuple(target) in closed:
            continue
        if tuple(source) in inside and all(tuple(one) in inside for one in further):
            return f"the step {source} -{technique}-> {target} leaves the closed set"
    if read.hexdigest() != certificate["steps"]["sha256"]:
        return "the steps are not those that their digest is of"
    return ""


def check(path):
    """Return why the certificate in a file does not hold, "" if it does. The files it names lie beside it."""
    certificate = json.loads(path.read_bytes())
    beside = [path.parent / Path(certificate[part]["file"]).name for part in ("body", "steps")]
    with gzip.open(beside[0]) as body, gzip.open(beside[1]) as steps:
        return flaw(certificate, body.read(), steps), certificate


def main(paths):
    """Check each file; write one line for each, every sign outside ASCII as an escape."""
    failed = not paths
    for path in map(Path, paths):
        try:
            why, said = check(path)
        except (OSError, EOFError, ValueError, LookupError, TypeError, AttributeError, *_OTHERS) as error:
            why, said = f"it cannot be read as a certificate ({type(error).__name__}: {error})", {}
        failed = failed or bool(why)
        sys.stdout.write(f"{str(path)!a}: ")
        if why:
            sys.stdout.write(f"DOES NOT HOLD: {ascii(why)[1:-1]}\n")
            continue
        given = said["given"]
        sys.stdout.write(
            f"holds: {said['claim']!a}: {len(said['from'])} start facts reach of {len(said['to'])} target facts "
            f"no more than {said['at_most']}; taken to hold: {given['trust']!a}, to have failed: "
            f"{given['distrust']!a}, left out of the way: {given['without']!a}\n"
        )
    return 1 if failed else 0


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.stderr.write("usage: check_certificate.py CERTIFICATE.json ...\n")
    sys.exit(main(sys.argv[1:]))
