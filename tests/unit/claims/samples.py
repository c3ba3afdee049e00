"""Claims files that are good, and ones that are bad with what must be said where; reader and schema see the same."""

from dataclasses import dataclass

FULL = """\
graphscan: claims/1
define:
  tokens:
    kind: Credential
    subtype: [service_token, api_token]
    property: {issued_by: okta}
    at_least: 4
  apps: {kind: Application, provider: "aws*", not: {label: public}}
  old: {kind: Credential, rotated: "<2023-10-18", last_used: none, holder: support, guarded_by: none}
  inside:
    any:
      - {id: [jira, wiki], level: admin}
      - {zone: core, kind: Host, level: exec}
      - core::position
  both: [tokens, kind=User, svc-build]
  customer: {sensitivity: crown_jewel, in: staff, state: active}
assumptions:
  breach:
    text: The attacker holds what Okta issued.
    attacker: tokens
    trust: [hardkey, {kind: Control, subtype: acl}]
    distrust: egress
    fresh: {okta: 24h, "aws*": 7d}
claims:
  - id: isolated
    text: "Apps lead to no customer data: not even with a stolen token."
    owner: team:network
    severity: critical
    given: breach
    no_path: {from: apps, to: [customer, inside]}
    survives: 1
  - id: gateway
    text: Only via the gateway.
    given: breach
    only_via: {to: customer, through: {kind: Application, subtype: gateway}}
    expect: fail
    until: "2026-06-30"
    ticket: SEC-412
    via: [okta.reset-password, MEMBER_OF]
  - id: admins
    text: Only administrators.
    only_from: {to: customer, allowed: {in: admins}}
  - id: few
    text: One token opens at most 5 %.
    at_most: {from: tokens, each: true, to: customer, share: "5%"}
  - id: few-2
    text: All tokens open at most 3.
    at_most: {from: tokens, to: customer, count: 3}
  - id: works
    text: The token opens Jira.
    severity: low
    path: {from: {id: "token:1"}, to: {id: jira, level: login}}
  - id: nothing-new
    text: Nothing new.
    no_new_path: {from: tokens, to: customer, since: "0123abcd"}
waivers:
  - id: W-7
    claim: isolated
    edges: ["role/apps -ASSUMES-> role/shared", "jira::admin -generic.run-*-> host*::exec"]
    at_most: 3
    reason: Until the migration ends.
    approved_by: architecture
    ticket: SEC-398
    created: "2026-01-10"
    expires: "2026-03-31"
"""

ONE = """\
graphscan: claims/1
claims:
  - {id: a, text: x, no_path: {from: kind=User, to: kind=Database}}
"""

GOOD = {
    "full": FULL,
    "one": ONE,
    "as text": "graphscan: claims/1\nclaims:\n- {id: '010', text: no, path: {from: 22:22, to: 'on'}}\n",
    "a part without entries": f"{ONE}waivers:\n",
    "a level": 'graphscan: claims/1\nclaims: [{id: a, text: x, path: {from: {name: "?"}, to: {id: a, level: top}}}]\n',
    "a whole share": "graphscan: claims/1\nclaims:\n"
    "- {id: a, text: x, at_most: {from: x, to: y, share: '100 %', each: 'false'}}\n",
    "no wildcard": ONE
    + r"""waivers: [{id: w, claim: a, edges: ['a\* -X-> b'], reason: r, approved_by: m, ticket: t, """
    + """created: "2026-01-10", expires: "2026-01-10"}]""",
}


MARK = "§"


@dataclass(frozen=True, slots=True)
class Bad:
    """
    A bad file.

    Attributes:
        marked:   the file, with a mark before each place that a problem must be said of.
        said:     part of what is said of each, in order.
        schema:   whether the JSON Schema can see it: it knows nothing of other entries, dates or what words mean.
    """

    marked: str
    said: tuple[str, ...]
    schema: bool

    @property
    def text(self) -> str:
        """Return the file."""
        return self.marked.replace(MARK, "")

    @property
    def places(self) -> list[tuple[int, int]]:
        """Return line and column of each mark, as they are without marks."""
        found = []
        for number, line in enumerate(self.marked.splitlines(), 1):
            parts = line.split(MARK)
            found += [(number, len("".join(parts[: count + 1])) + 1) for count in range(len(parts) - 1)]
        return found


def bad(marked: str, *said: str) -> Bad:
    """Return a bad file that the schema refuses as well."""
    return Bad(marked, said, schema=True)


def deep(marked: str, *said: str) -> Bad:
    """Return a bad file that only the reader can see through."""
    return Bad(marked, said, schema=False)


def claim(verb: str, more: str = "") -> str:
    """Return a file with one claim: its verb, and what follows on a line of its own."""
    return f"graphscan: claims/1\nclaims:\n- {{id: a, text: x, {verb}{',' if more else ''}\n  {more}}}\n"


def waiver(more: str, edges: str = '["a -X-> b"]', created: str = '"2026-01-10"') -> str:
    """Return a file with a claim and a waiver."""
    head = f"{ONE}waivers:\n- {{id: w, claim: a, reason: r, approved_by: m, ticket: t, created: {created},\n"
    return f"{head}  edges: {edges},\n  {more}}}\n"


def define(text: str) -> str:
    """Return a file with one set, and a claim that uses it."""
    return f"graphscan: claims/1\ndefine:\n  s: {text}\nclaims:\n- {{id: a, text: x, no_path: {{from: s, to: s}}}}\n"


def assumption(text: str) -> str:
    """Return a file with a claim and an assumption."""
    return f"{ONE}assumptions: {{b: {text}}}\n"


NO_PATH = "no_path: {from: kind=User, to: kind=Database}"
EXPECT = "expect: fail, until: "
LIVES = 'expires: "2026-01-11"'
BAD = {
    "no format": bad("§claims: []\n", "a claims file has no `graphscan`"),
    "other format": bad("graphscan: §facts/1\nclaims: []\n", "that of claims (write graphscan: claims/1)"),
    "unknown key": bad(f"{ONE}§waiver: []\n", "a claims file has no key `waiver` (did you mean `waivers`?)"),
    "key of a claim": bad(claim(NO_PATH, "§severty: high"), "no key `severty` (did you mean `severity`?)"),
    "key of a selector": bad(define("{§knd: User}"), "a selector has no key `knd` (did you mean `kind`?)"),
    "key of a verb": bad(claim("no_path: {§form: x, to: x, from: x}"), "no key `form` (did you mean `from`?)"),
    "a key twice": bad(claim(NO_PATH, "owner: x, §owner: y"), "the key `owner` was already given on line 4"),
    "no verb": bad(claim("owner: x").replace("{id", "§{id"), "the claim claims nothing (add one of no_path, only_via"),
    "two verbs": bad(claim(NO_PATH, "§path: {from: x, to: x}"), "a claim has one verb, and this one has `no_path`"),
    "no text": bad("graphscan: claims/1\nclaims: [§{id: a, " + NO_PATH + "}]", "a claim has no `text`"),
    "no id": bad("graphscan: claims/1\nclaims: [§{text: a, " + NO_PATH + "}]", "a claim has no `id`"),
    "bad id": bad("graphscan: claims/1\nclaims: [{id: §'a b', text: a, " + NO_PATH + "}]", "`a b` is not a name"),
    "severity": bad(claim(NO_PATH, "severity: §hihg"), "there is no severity `hihg` (did you mean `high`?)"),
    "nothing to reach": bad(claim("no_path: §{from: x}"), "`no_path` has no `to`"),
    "no through": bad(claim("only_via: §{from: x, to: x}"), "`only_via` has no `through`"),
    "no allowed": bad(claim("only_from: §{to: x}"), "`only_from` has no `allowed`"),
    "no since": bad(claim("no_new_path: §{from: x, to: x}"), "`no_new_path` has no `since`"),
    "no from": bad(
        claim("no_path: {to: x}").replace("{id", "§{id"), "the claim has no `from`, and it has no assumption"
    ),
    "count and share": bad(
        claim("at_most: §{from: x, to: x, count: 3, share: '5%'}"), "`at_most` takes either `count` or `share`"
    ),
    "neither": bad(claim("at_most: §{from: x, to: x}"), "`at_most` takes either `count` or `share`"),
    "no sign": bad(claim("at_most: {from: x, to: x, share: §5}"), '`5` is not a share (write it as "5%")'),
    "too large": bad(claim("at_most: {from: x, to: x, share: §101%}"), "`101%` is more than everything"),
    "octal": bad(claim("at_most: {from: x, to: x, count: §'010'}"), "`010` is not a whole number"),
    "truth": bad(
        claim("at_most: {from: x, to: x, count: 1, each: §'yes'}"),
        "`yes` is neither true nor false (did you mean `true`?)",
    ),
    "survives": bad(claim(NO_PATH, "survives: §3"), "3 is more than 2"),
    "survives nothing": bad(claim("path: {from: x, to: x}", "§survives: 1"), "`survives` says nothing of `path`"),
    "expect what": bad(claim(NO_PATH, 'expect: §pass, until: "2026-01-01"'), "there is no expectation `pass`"),
    "expect for ever": bad(claim(NO_PATH, "§expect: fail"), "`expect: fail` has no `until`"),
    "until alone": bad(claim(NO_PATH, '§until: "2026-01-01"'), "`until` says nothing without `expect: fail`"),
    "via alone": bad(claim(NO_PATH, "§via: [x.y]"), "`via` says nothing without `expect: fail`"),
    "date without quotes": bad(claim(NO_PATH, EXPECT + "§2026-01-01"), "the date `2026-01-01` is not in quotes"),
    "a time": bad(claim(NO_PATH, EXPECT + '§"2026-01-01T00:00:00Z"'), "`2026-01-01T00:00:00Z` is not a date"),
    "no such day": deep(claim(NO_PATH, EXPECT + '§"2026-02-30"'), "is not a date that exists"),
    "unknown assumption": deep(
        claim(NO_PATH, "given: braech").replace("{id", "§{id") + "assumptions: {breach: {text: x}}\n",
        "there is no assumption `braech` (did you mean `breach`?)",
    ),
    "no attacker": deep(
        claim("no_path: {to: x}", "given: breach").replace("{id", "§{id") + "assumptions: {breach: {text: x}}\n",
        "the claim has no `from`, and the assumption `breach` has no `attacker`",
    ),
    "age": bad(assumption("{fresh: {okta: §1 day}}"), "`1 day` is not an age"),
    "no age": bad(assumption("{fresh: {§okta: }}"), "`` is not an age"),
    "no ages": bad(assumption("{fresh: §{}}"), "`fresh` must be a mapping"),
    "an empty assumption": bad(f"{ONE}assumptions: {{§b: }}\n", "`b` is nothing"),
    "no waiver's claim": deep(
        waiver(LIVES).replace("{id: w, claim: a", "§{id: w, claim: b"),
        "there is no claim `b`, which this waiver excuses",
    ),
    "a waiver for ever": bad(waiver("at_most: 1").replace("{id: w", "§{id: w"), "a waiver has no `expires`"),
    "a long waiver": deep(
        waiver('expires: §"2026-07-10"'),
        'the waiver lives 181 days, more than 180 (write at most expires: "2026-07-09")',
    ),
    "backwards": deep(waiver('expires: §"2026-01-09"'), "the waiver expires before it was created"),
    "unquoted dates": bad(
        waiver("expires: §2026-01-11", created="§2026-01-10"),
        "`2026-01-10` is not in quotes",
        "`2026-01-11` is not in quotes",
    ),
    "a wildcard": bad(
        waiver(LIVES, edges='[§"a* -X-> b"]'), "`a* -X-> b` has a wildcard, and nothing limits how many it matches"
    ),
    "no step": bad(waiver(LIVES, edges='[§"a -> b"]'), "`a -> b` is not a step"),
    "no steps": bad(waiver(LIVES, edges="§[]"), "the list of edges is empty"),
    "a step twice": bad(waiver(LIVES, edges='["a -X-> b", §"a -X-> b"]'), "this stands twice in edges"),
    "none at most": bad(waiver(f"at_most: §0, {LIVES}"), "0 is not enough"),
    "kind": bad(define("{kind: §Usr}"), "there is no kind `Usr` (did you mean `User`?)"),
    "kind in words": deep(define("§kind=Usr"), "there is no kind `Usr`"),
    "level": bad(define("{id: x, level: §exce}"), "there is no level `exce` (did you mean `exec`?)"),
    "a level that it has not": deep(define("§{kind: Host, level: admin}"), "the kind Host has no level `admin`"),
    "everything": bad(define("§{level: exec}"), "this selects everything"),
    "nothing": bad(define("§[]"), "the list is empty"),
    "no value": bad(define("{kind: §[]}"), "the list is empty"),
    "lists of lists": bad(define("[§[a]]"), "a list stands within a list of selectors"),
    "no property": bad(define("{property: §{}}"), "`property` must be a mapping"),
    "at least none": bad(define("{kind: User, at_least: §0}"), "0 is not enough"),
    "not a date": bad(define("{rotated: §soon}"), "`rotated` is compared by = with `none` alone"),
    "an expression": bad(define('{rotated: §"> 2023-01-01"}'), "`rotated` is compared"),
    "a level left out": deep(define("{kind: Host, not: §'x::exec'}"), "a level (`exec`) means nothing under `not`"),
    "two levels": deep(
        define("{level: exec, any: [§'x::reachable']}"), "the level is `exec` around `any` and `reachable` here"
    ),
    "itself": deep(define("§{any: [s, kind=User]}"), "the set `s` is made of itself"),
    "not a mapping": bad("§- a\n", "the file is not a mapping"),
    "claims as a mapping": bad("graphscan: claims/1\nclaims: §{a: b}\n", "claims are a list"),
    "sets as a list": bad(f"{ONE}define: §[a]\n", "sets are a mapping of names"),
}
