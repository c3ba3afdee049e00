"""One subject of the facts file, and which products it is asked of."""

from dataclasses import dataclass, field

DC, CLOUD = "dc", "cloud"
SERVERS = ("jira", "confluence", "bitbucket")
WIKI_AND_JIRA = ("jira", "confluence")
ORGANIZATION = ("atlassian-org",)


@dataclass(frozen=True, slots=True)
class Topic:
    """
    One subject.

    Attributes:
        title:      a question.
        techniques: ids of the table of techniques that rest on it.
        about:      relation kinds in which it is unknown: it is asked where one of them is.
        products:   of which it is asked.
        forms:      in which forms.
        always:     it is asked whatever is known: no row of coverage says that it is not.
        ends:       parts of end points which, where they were read, answer it all the same.
        advice:     sentences for whoever fills it in.
        nodes, relations, rows: lines of the template, as YAML.
    """

    title: str
    techniques: tuple[str, ...]
    about: frozenset[str]
    products: tuple[str, ...]
    forms: tuple[str, ...] = (DC, CLOUD)
    always: bool = False
    ends: tuple[str, ...] = ()
    advice: tuple[str, ...] = ()
    nodes: tuple[str, ...] = ()
    relations: tuple[str, ...] = ()
    rows: tuple[str, ...] = field(default=())
