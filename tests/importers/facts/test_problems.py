"""Everything that a facts file can get wrong: said with file, line, column and a hint, all at once."""

from pathlib import Path

import pytest

from graphscan.compose.problems import MOST_PROBLEMS
from graphscan.errors import BadFileError, UsageError
from importers.facts import LARGEST, read

HEAD = "graphscan: facts/1\nsource: corp\n"  # two lines: what a test writes begins on line 3


def _problems(path: Path, content: str | bytes) -> list[str]:
    """Return the problems of one file, each without the folder it is in."""
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(BadFileError) as caught:
        read([path])
    return [str(one).replace(f"{path.parent}/", "") for one in caught.value.problems]


NODE_PROBLEMS = [
    ("- {kind: User}", "3:9: a node has no `id` (its keys are id, kind, provider"),
    ("- {id: a}", "3:9: a node has no `kind`"),
    ("- {id: a, kind: Usr}", "3:23: there is no node kind `Usr` (did you mean `User`?)"),
    ("- {id: a, kind: user}", "3:23: there is no node kind `user` (did you mean `User`?)"),
    ("- {id: a, kind: User, nmae: x}", "3:29: a node has no key `nmae` (did you mean `name`?)"),
    ("- {id: a, kind: User, value: x}", "3:29: a node has no key `value`"),
    ("- {id: a, id: b, kind: User}", "3:17: the key `id` was already given on line 3 (keep one of them)"),
    ("- {id: '', kind: User}", "3:14: an id is empty"),
    ("- {id: ' a', kind: User}", "3:14: the id ` a` holds blanks at an end or invisible characters (remove them)"),
    ('- {id: "a\\u202e", kind: User}', "3:14: the id `a\\u202e` holds blanks at an end or invisible"),
    ("- {id: ~a, kind: User}", "3:14: the id `~a` begins with `~`"),
    ("- {id: [a], kind: User}", "3:14: a single text must stand here, not a list or mapping"),
    ("- {id: a, kind: User, name: }", "3:29: `name` has no value (write one, or leave the key out)"),
    ("- {id: a, kind: User, state: disbled}", "3:36: there is no state `disbled` (did you mean `disabled`?)"),
    ("- {id: a, kind: User, state: Disabled}", "3:36: there is no state `Disabled` (did you mean `disabled`?)"),
    (
        "- {id: a, kind: User, sensitivity: crown}",
        "3:42: there is no sensitivity `crown` (did you mean `crown_jewel`?)",
    ),
    ("- {id: a, kind: User, labels: x}", "3:37: labels must be a list (write [x])"),
    ("- {id: a, kind: User, labels: []}", "3:37: the list of labels is empty (leave the key out)"),
    ("- {id: a, kind: User, labels: [x, x]}", "3:41: this stands twice in labels (remove one)"),
    ("- {id: a, kind: User, labels: [x, , y]}", "3:"),
    ("- {id: a, kind: User, properties: {x: }}", "3:42: a property has no value (write one, or leave it out)"),
    ("- {id: a, kind: User, hypothetical: yes}", "3:43: `yes` is neither true nor false (did you mean `true`?)"),
    ("- {id: a, kind: Wiki, item_count: 010}", "3:41: `010` is not a whole number (write digits only, such as 36)"),
    ("- {id: a, kind: Wiki, item_count: 1e3}", "3:41: `1e3` is not a whole number"),
    ("- {id: a, kind: Wiki, item_count: -1}", "3:41: `-1` is not a whole number"),
    ("- {id: a, kind: User, valid_from: 2023-02-30}", "3:41: `2023-02-30` is not a date that exists"),
    ("- {id: a, kind: User, valid_from: 14.06.2021}", "3:41: `14.06.2021` is not a date (write 2023-11-24 or"),
    ("- {id: a, kind: User, valid_from: 20210614}", "3:41: `20210614` is not a date"),
    ("- {id: a, kind: User, valid_from: null}", "3:41: `null` is not a date (leave the key out"),
    ("- {id: a, kind: User, valid_from: 2023-01-01T00:00:00}", "3:41: the time `2023-01-01T00:00:00` has no offset"),
    ("- {id: a, kind: User, valid_from: 0001-01-01T00:00:00+05:00}", "3:41: `0001-01-01T00:00:00+05:00` is not a date"),
    ("- {id: a, kind: User, valid_from: 2023-01-02, valid_to: 2023-01-01}", "3:63: `valid_to` is not after"),
    ("- {id: a, kind: User, valid_from: 2023-01-01, valid_to: 2023-01-01}", "3:63: `valid_to` is not after"),
    ("- {id: a, kind: User, enforced: no}", "3:39: only a Control has `enforced`, this is a User (remove it)"),
    ("- {id: a, kind: User, effect: blocks}", "3:37: only a Control has `effect`"),
    ("- {id: a, kind: User, versions: [2023-01-01]}", "3:39: only a Credential has `versions`"),
    ("- {id: a, kind: User, expires_at: 2023-01-01}", "3:41: only a Credential has `expires_at`, this is a User (use"),
    ("- {id: a, kind: Control, enforced: off}", "3:42: there is no enforcement `off`"),
    ("- {id: a, kind: Control, enforced: [yes, no]}", "3:42: two values of `enforced` hold at the same time"),
    ("- {id: a, kind: Control, effect: block}", "3:40: there is no effect `block` (did you mean `blocks`?)"),
    ("- {id: a, kind: Credential, versions: [010]}", "3:46: `010` is not a date"),
    ("- {id: a, kind: Credential, versions: [2023-01-02, 2023-01-01]}", "3:45: versions must stand oldest first"),
    (
        "- {id: a, kind: Credential, versions: [{since: 2023-01-02, precision: second}]}",
        "3:77: `since` is a date, so it is known to the day only (write the time of day too)",
    ),
    (
        "- {id: a, kind: Credential, versions: [{since: 2023-01-02, overlap_until: 2023-01-01}]}",
        "3:81: `overlap_until` is not after `since`",
    ),
    ("- {id: a, kind: Credential, versions: [{precision: day}]}", "3:46: a version has no `since`"),
    ("- {id: a, kind: Credential, last_used: [{by: x}]}", "3:47: a last use says exactly one thing (`at: DATE`"),
    ("- {id: a, kind: Credential, last_used: [{by: x, at: 2023-01-01, never: true}]}", "3:47: a last use says exactly"),
    ("- {id: a, kind: Credential, last_used: [{by: x, never: false}]}", "3:62: `never` can only be true"),
    ("- {id: a, kind: Credential, last_used: [{by: x, known: true}]}", "3:62: `known` can only be false"),
    (
        "- {id: a, kind: Credential, last_used: [{by: x, never: true}, {by: x, known: false}]}",
        "3:46: one source states two last uses",
    ),
    ("- {id: a, kind: User, keys: [{type: x}]}", "3:36: a key has no `value`"),
    ("- {id: a, kind: User, keys: [{type: 'a|b', value: x}]}", "3:36: a key needs a type and a value, and no `|`"),
    ("- {id: a, kind: User, properties: x}", "3:41: properties must be a mapping"),
    (
        "- {id: a, kind: User, properties: {api-key: x}}",
        "3:42: the property `api-key` would hold the value of a secret",
    ),
    ("- {id: a, kind: User, properties: {x: {password: y}}}", "3:46: the property `password` would hold the value"),
    ("- {id: a, kind: User, name: AKIAIOSFODNN7EXAMPLE}", "3:35: this looks like the value of a secret"),
    ("- {id: a, kind: User, evidence: guess}", "3:39: there is no evidence `guess`"),
    ("- {id: a, kind: User, evidence: {at: 2023-01-01}}", "3:39: evidence has no `kind`"),
    ("- {id: internet, kind: Application}", "3:30: `internet` is the Segment that anyone has a position on"),
    ("- just a text", "3:9: a node must be a mapping of keys to values"),
    ("- {id: &x a, kind: User}", "3:14: anchors (&) and aliases (*) are not taken"),
    ("- {id: *x , kind: User}", "3:14: anchors (&) and aliases (*) are not taken"),
    ("- {id: !!str a, kind: User}", "3:14: tags (!) are not taken"),
    ("- {<<: {id: a}, id: b, kind: User}", "3:10: merge keys (<<) are not taken (write the keys out)"),
    ("- {[a]: b, id: a, kind: User}", "3:10: a key must be a text"),
    ('- {id: a, kind: User, name: "a\\0"}', "3:35: a text holds a NUL character (remove it)"),
    ('- {id: a, kind: User, name: "\\ud800"}', "3:35: a text holds half a surrogate pair"),
    ("- {id: a, kind: User, properties: {a: [[[[[[[[[[[[x]]]]]]]]]]]]}}", "nested more than 12 deep"),
]


@pytest.mark.parametrize(("entry", "problem"), NODE_PROBLEMS)
def test_problem_of_a_node(tmp_path: Path, entry: str, problem: str) -> None:
    """Each mistake in a node is the one problem reported, at its place."""
    found = _problems(tmp_path / "f.yaml", f"{HEAD}nodes: [{entry.removeprefix('- ')}]\n")

    assert len(found) == 1
    assert problem in found[0]
    assert found[0].startswith("f.yaml:3:")


NODES = """nodes:
  - {id: u, kind: User}
  - {id: g, kind: Group}
  - {id: r, kind: Repository}
  - {id: app, kind: Application}
  - {id: pin, kind: Control}
  - {id: cred, kind: Credential}
relations:
"""  # a relation begins on line 11, column 5

RELATION_PROBLEMS = [
    ("{kind: MEMBER_OF, target: g}", "11:5: a relation needs exactly one of `source` and `sources`"),
    ("{source: u, sources: [u], kind: MEMBER_OF, target: g}", "11:5: a relation needs exactly one of `source` and"),
    ("{source: u, kind: MEMBER_OF}", "11:5: a relation needs exactly one of `target` and `targets`"),
    ("{source: u, target: g}", "11:5: a relation has no `kind`"),
    (
        "{source: u, kind: MEMBEROF, target: g}",
        "11:23: there is no relation kind `MEMBEROF` (did you mean `MEMBER_OF`?)",
    ),
    ("{source: u, kind: EFFECTIVE_MEMBER_OF, target: g}", "11:23: EFFECTIVE_MEMBER_OF is worked out, never stated"),
    ("{source: r, kind: MEMBER_OF, target: g}", "11:14: MEMBER_OF cannot begin at `r`, which is a Repository (it can"),
    ("{source: u, kind: MEMBER_OF, target: r}", "11:42: MEMBER_OF cannot end at `r`, which is a Repository (it can"),
    ("{sources: [u, r], kind: MEMBER_OF, target: g}", "11:19: MEMBER_OF cannot begin at `r`"),
    (
        "{source: {provider: p, kind: Host, name: h}, kind: MEMBER_OF, target: g}",
        "11:14: MEMBER_OF cannot begin at `~name|p|Host|h`, which is a Host",
    ),
    ("{source: u, kind: MEMBER_OF, target: g, gives: mfa}", "11:52: MEMBER_OF carries every level and states none"),
    (
        "{source: u, kind: ASSIGNED_TO, target: app, gives: lgin}",
        "11:56: there is no level `lgin` (did you mean `login`?)",
    ),
    ("{source: u, kind: ASSIGNED_TO, target: app, gives: exec}", "11:56: `app`, a Application, has no level `exec`"),
    ("{source: u, kind: ASSIGNED_TO, target: app, needs: held}", "11:56: `u`, a User, has no level `held`"),
    ("{source: u, kind: HAS_CREDENTIAL, target: cred, gives: held}", "11:60: `u`, a User, has no level `held`"),
    (
        "{source: x, kind: HAS_CREDENTIAL, target: y, needs: mfa}",
        "11:57: what stands at this end of HAS_CREDENTIAL has",
    ),
    ("{source: u, kind: ASSIGNED_TO, target: app, guarded_by: [zz]}", "11:62: the guard `zz` needs a level"),
    (
        "{source: u, kind: ASSIGNED_TO, target: app, guarded_by: ['pin::defeatd']}",
        "11:62: a Control has no level `defeatd`",
    ),
    (
        "{source: u, kind: ASSIGNED_TO, target: app, guarded_by: [{ref: pin, level: position}]}",
        "11:62: a Control has no level `position` (its levels are defeated)",
    ),
    (
        "{source: u, kind: ASSIGNED_TO, target: app, guarded_by: [{level: held}]}",
        "11:62: a guard with a level has no `ref`",
    ),
    ("{source: u, kind: ASSIGNED_TO, target: app, guarded_by: [pin, pin]}", "11:67: this stands twice in guarded_by"),
    (
        "{source: u, kind: ASSIGNED_TO, target: app, guarded_by: [pin, 'pin::defeated']}",
        "11:67: this guard stands twice (remove one)",
    ),
    (
        "{source: u, kind: ASSIGNED_TO, target: app, via: app}",
        "11:54: only CONTAINS, HAS_CREDENTIAL, HELD_BY, SIGNS_IN_AS and TRUSTS have `via`",
    ),
    ("{source: u, kind: SIGNS_IN_AS, target: u, via: pin}", "11:52: one goes via an Application, not a Control"),
    ("{source: u, kind: ASSIGNED_TO, target: app, stored_at: 2023-01-01}", "11:60: only STORES has `stored_at`"),
    ("{source: u, kind: ASSIGNED_TO, target: app, observed: maybe}", "11:59: there is no observed value `maybe`"),
    ("{source: [u], kind: MEMBER_OF, target: g}", "11:14: one reference must stand here, not a list (`sources` and"),
    ("{source: {key: {type: x}}, kind: MEMBER_OF, target: g}", "11:20: a key has no `value`"),
    (
        "{source: {key: {type: x, value: y}, kind: User}, kind: MEMBER_OF, target: g}",
        "11:41: a reference by key has no key",
    ),
    ("{source: {kind: User, name: y}, kind: MEMBER_OF, target: g}", "11:14: a reference by name has no `provider`"),
    (
        "{source: '~key|x', kind: MEMBER_OF, target: g}",
        "11:14: `~key|x` is not a reference (write ~key|TYPE|SCOPE|VALUE",
    ),
    ("{source: '~name|p|Usr|x', kind: MEMBER_OF, target: g}", "11:14: there is no node kind `Usr`"),
    (
        "{source: u, kind: MEMBER_OF, target: g}\n  - {source: u, kind: MEMBER_OF, target: g}",
        "12:23: `u` MEMBER_OF `g` was already stated at f.yaml:11:5 (keep one of them)",
    ),
]


@pytest.mark.parametrize(("entry", "problem"), RELATION_PROBLEMS)
def test_problem_of_a_relation(tmp_path: Path, entry: str, problem: str) -> None:
    """Each mistake in a relation is the one problem reported, at its place."""
    found = _problems(tmp_path / "f.yaml", f"{HEAD}{NODES}  - {entry}\n")

    assert len(found) == 1, found
    assert f"f.yaml:{problem}" in found[0]


OTHER_PROBLEMS = [
    ("coverage: [{relation: STORES}]", "3:12: coverage needs exactly one of `state` and `complete`"),
    ("coverage: [{relation: STORES, state: denied, complete: true}]", "3:38: coverage needs exactly one of"),
    ("coverage: [{relation: STORES, complete: false}]", "3:41: `complete` can only be true"),
    (
        "coverage: [{relation: STORES, state: dnied}]",
        "3:38: there is no coverage state `dnied` (did you mean `denied`?)",
    ),
    (
        "coverage: [{relation: STORES, complete: true}, {relation: STORES, state: denied}]",
        "3:59: coverage of STORES was already stated at f.yaml:3:12",
    ),
    ("classify: [{select: kind=User}]", "3:21: the rule gives nothing (add sensitivity or labels)"),
    ("classify: [{select: knd=User, labels: [x]}]", "3:21: selector `knd=User`, column 1: there is no key `knd` (did"),
    ("classify: [{select: 'kind=User::mfa', labels: [x]}]", "3:21: `kind=User::mfa` asks for a level"),
    ("classify: [{labels: [x]}]", "3:12: a rule has no `select`"),
    ("nodes: {id: a}", "3:8: `nodes` must be a list"),
    ("node: []", "3:1: the file has no key `node` (did you mean `nodes`?)"),
    ("at: yesterday", "3:5: `yesterday` is not a date"),
    ("evidence: hearsay", "3:11: there is no evidence `hearsay`"),
    ("graphscan: facts/1", "3:1: the key `graphscan` was already given on line 1"),
    ("nodes: [", "not YAML:"),
    ("nodes:\n\t- a", "4:1: not YAML:"),
    ("nodes: a: b", "3:9: not YAML:"),
    ("nodes: \x07", "3:8: not YAML: a control character stands here"),
    ('nodes: "\\Uffffffff"', "not YAML: the parser gave up"),
    ("---\nnodes: []", "3:1: a second document begins here"),
]


@pytest.mark.parametrize(("text", "problem"), OTHER_PROBLEMS)
def test_problem_of_the_rest(tmp_path: Path, text: str, problem: str) -> None:
    """Coverage, rules, the head of the file and YAML itself are checked as closely."""
    found = _problems(tmp_path / "f.yaml", f"{HEAD}{text}\n")

    assert len(found) == 1, found
    assert problem in found[0]
    assert found[0].startswith("f.yaml:")


WHOLE_FILES: list[tuple[str, str | bytes, str]] = [
    ("f.yaml", "", "f.yaml: the file is empty (`graphscan init` writes a sample)"),
    ("f.yaml", "# only a comment\n", "f.yaml: the file is empty"),
    ("f.yaml", "- a\n", "f.yaml:1:1: the file is not a mapping (begin it with `graphscan: facts/1`)"),
    ("f.yaml", "source: x\n", "f.yaml:1:1: the file has no `graphscan`"),
    ("f.yaml", "graphscan: facts/2\nsource: x\n", "f.yaml:1:12: the format `facts/2` is not one this version reads"),
    ("f.yaml", "graphscan: facts/1\n", "f.yaml: no file says what source this is (add `source: NAME`"),
    ("f.yaml", "graphscan: facts/1\nsource: a b\n", "f.yaml:2:9: `a b` is not a source name"),
    ("f.yaml", b"graphscan: facts/1\nsource: \xff\n", "f.yaml:2:9: the file is not UTF-8 (save it as UTF-8)"),
    ("f.yaml", "graphscan".encode("utf-16"), "f.yaml:1:1: the file is not UTF-8"),
    ("f.json", "{}", "f.json: the name ends neither in .yaml, .yml nor .csv"),
]


@pytest.mark.parametrize(("name", "content", "problem"), WHOLE_FILES)
def test_problem_of_a_whole_file(tmp_path: Path, name: str, content: str | bytes, problem: str) -> None:
    """An empty, foreign or unreadable file gets one clear sentence."""
    found = _problems(tmp_path / name, content)

    assert len(found) == 1, found
    assert found[0].startswith(problem)


def test_paths_that_are_no_files(tmp_path: Path) -> None:
    """A missing file, a directory and one named twice are all reported in one go."""
    path = tmp_path / "f.yaml"
    path.write_text(HEAD)
    with pytest.raises(BadFileError) as caught:
        read([tmp_path / "no.yaml", tmp_path, path, path])

    assert sorted(str(one).removeprefix(str(tmp_path)) for one in caught.value.problems) == [
        "/f.yaml: the file is named twice (name it once)",
        "/no.yaml: there is no such file (look at the path)",
        ": this is a directory (name the files in it)",
    ]


def test_a_file_that_is_too_large(tmp_path: Path) -> None:
    """A file of 100 MB is refused by its size, unread."""
    path = tmp_path / "f.csv"
    with path.open("wb") as file:
        file.truncate(100_000_000)
    with pytest.raises(BadFileError) as caught:
        read([path], source="x")

    assert str(caught.value.problems[0]) == (
        f"{path}: the file has 100,000,000 bytes, more than {LARGEST['.csv']:,} (split it into several)"
    )


def test_usage() -> None:
    """No files, or a source name that cannot be one, is a mistake in the command."""
    with pytest.raises(UsageError):
        read([])
    with pytest.raises(UsageError, match="is not a source name"):
        read([Path("a.yaml")], source="../x")


def test_all_problems_of_all_files_in_order(tmp_path: Path) -> None:
    """Problems of every file come together, sorted by place, and the message ends with their number."""
    one, two = tmp_path / "1.yaml", tmp_path / "2.yaml"
    one.write_text(
        f"{HEAD}nodes:\n  - {{id: a, kind: Usr, nme: x}}\n  - {{id: b, kind: Hst}}\n  - {{id: c, kind: Host}}\n"
    )
    two.write_text("graphscan: facts/1\nsource: other\nnodes:\n  - {id: c, kind: User}\n")
    with pytest.raises(BadFileError) as caught:
        read([one, two])

    assert [(Path(p.file).name, p.line, p.column) for p in caught.value.problems] == [
        ("1.yaml", 4, 19),
        ("1.yaml", 4, 24),
        ("1.yaml", 5, 19),
        ("2.yaml", 2, 9),
        ("2.yaml", 4, 10),
    ]
    assert str(caught.value).splitlines()[-1].startswith("5 problems found, nothing was imported")


def test_hostile_text_in_problems_is_harmless(tmp_path: Path) -> None:
    """What is quoted back from a file cannot steer a terminal."""
    [found] = _problems(tmp_path / "f.yaml", HEAD + 'nodes: [{id: a, kind: "\\e[2J\\u202e"}]\n')

    assert "there is no node kind `\\x1b[2J\\u202e`" in found


def test_a_secret_is_never_repeated(tmp_path: Path) -> None:
    """A pasted secret is refused wherever it stands, and the message does not hold it."""
    key = "ghp_" + "a1" * 18
    found = _problems(tmp_path / "f.yaml", f"{HEAD}nodes:\n  - {{id: {key}, kind: Usr, name: x {key}}}\n  - {key}\n")

    assert len(found) >= 3
    assert not any(key in one for one in found)


def test_a_small_file_cannot_mean_a_huge_one(tmp_path: Path) -> None:
    """Several sources times several targets are bounded."""
    names = ", ".join(f"n{number}" for number in range(400))
    [found] = _problems(
        tmp_path / "f.yaml", f"{HEAD}relations:\n  - {{sources: [{names}], kind: TRUSTS, targets: [{names}]}}\n"
    )

    assert "this entry means 160,000 relations, more than 100,000" in found


def test_very_many_problems_stop_the_reading(tmp_path: Path) -> None:
    """Past a bound nothing more is checked, and that is said."""
    path = tmp_path / "f.csv"
    path.write_text("id,kind\n" + "".join(f"n{number},Usr\n" for number in range(MOST_PROBLEMS + 50)))
    with pytest.raises(BadFileError) as caught:
        read([path], source="x")

    assert len(caught.value.problems) == MOST_PROBLEMS + 1
    assert "stopped after 10,000 problems" in str(caught.value)
