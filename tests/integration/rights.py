"""Which rights in Kafka each command takes: the rows of docs/security.md, and the cases made of them."""

from __future__ import annotations

from typing import NamedTuple

URI = "urn:rights:1"
Right = tuple[str, str, str]
TOPIC, GROUP, NAME = "TOPIC", "GROUP", "TRANSACTIONAL_ID"


class Row(NamedTuple):
    """A command, the rights that it takes, and why so. ``{new}`` in either is a topic not there."""

    command: str
    rights: tuple[Right, ...]
    why: str
    environ: tuple[tuple[str, str], ...] = ()
    before: str = ""
    """What somebody with all rights does first; with just its rights, a run and no mere plan."""


def _all_four(*operations: str) -> tuple[Right, ...]:
    names = ("input", "output", "audit", "dead")
    return tuple((TOPIC, name, operation) for operation in operations for name in names)


ROWS = (
    Row("publish {file}", ((TOPIC, "input", "WRITE"), (TOPIC, "input", "DESCRIBE_CONFIGS")),
        "the topic's limits are looked at before anything is sent"),
    Row("tail --from-start --count 1", ((TOPIC, "output", "READ"),), "it follows the topic"),
    Row("tail --end", ((TOPIC, "output", "READ"),), "it reads up to the end of now"),
    Row(f"explain {URI}", ((TOPIC, "audit", "READ"), (TOPIC, "output", "READ")),
        "the text stands in the output"),
    Row(f"explain --lost-to {URI}", ((TOPIC, "audit", "READ"),), "the audit alone tells"),
    Row(f"restore {URI}", ((TOPIC, "audit", "READ"), (TOPIC, "output", "READ")),
        "the body is put together from both"),
    Row(f"restore --publish {URI}",
        ((TOPIC, "audit", "READ"), (TOPIC, "input", "READ"), (TOPIC, "output", "WRITE")),
        "the source's own record is judged again"),
    Row("dead list", ((TOPIC, "dead", "READ"),), "the letters"),
    Row("dead show 0/0", ((TOPIC, "dead", "READ"),), "one letter"),
    Row("dead redrive", ((TOPIC, "dead", "READ"), (TOPIC, "input", "READ")),
        "what went back before stands in the input"),
    Row("dead redrive --go --again",
        ((TOPIC, "dead", "READ"), (TOPIC, "input", "WRITE"), (NAME, "redrive", "WRITE")),
        "records go back in transactions"),
    Row("lag --once --group {group}", ((GROUP, "group", "DESCRIBE"), (TOPIC, "input", "DESCRIBE")),
        "commits and ends"),
    Row("topics list", _all_four("DESCRIBE_CONFIGS", "DESCRIBE"), "how long each keeps"),
    Row("topics create", (*_all_four("DESCRIBE_CONFIGS", "DESCRIBE"), (TOPIC, "{new}", "CREATE")),
        "one of four is not there", (("COPYDESK_DEAD", "{new}"),)),
    Row("topics create --mend",
        _all_four("ALTER_CONFIGS", "DESCRIBE"),
        "what differs is set"),
    Row("doctor",
        (*_all_four("DESCRIBE_CONFIGS"), (TOPIC, "input", "READ"), (TOPIC, "output", "DESCRIBE"),
         (TOPIC, "audit", "DESCRIBE"), (TOPIC, "dead", "DESCRIBE"), (GROUP, "group", "DESCRIBE")),
        "it looks at everything, and at the last records of the input"),
    Row("replay plan --to-earliest", ((GROUP, "group", "DESCRIBE"), (TOPIC, "input", "READ")),
        "the first and last record's times are told"),
    Row("replay run --to-earliest --undo-file {undo}",
        ((GROUP, "group", "READ"), (TOPIC, "input", "READ")), "the group is moved"),
    Row("replay run --beside {run} --to-earliest --job {job}",
        ((TOPIC, "input", "READ"),
         *((TOPIC, name, operation) for operation in ("READ", "DESCRIBE_CONFIGS")
           for name in ("output", "audit", "dead")),
         *((TOPIC, f"{name}'s copy", operation) for operation in ("CREATE", "READ", "WRITE")
           for name in ("output", "audit", "dead")),
         (GROUP, "run", "READ"), (NAME, "run", "WRITE")),
        "it has topics, a group and transactions of its own, and is compared"),
    Row("replay undo {undo}", ((GROUP, "group", "READ"), (TOPIC, "input", "READ")),
        "the group is moved",
        before="replay run --to-offset 1 --skip --undo-file {first}; replay run --to-earliest --undo-file {undo}"),
    Row("replay undo {undo}", ((GROUP, "{fresh}", "DELETE"), (TOPIC, "input", "READ")),
        "a group that had read nothing is to have read nothing",
        (("COPYDESK_GROUP", "{fresh}"),),
        before="replay run --to-offset 1 --skip --undo-file {undo}"),
    Row("replay forget {run} --job {job}",
        ((GROUP, "run", "DELETE"),
         *((TOPIC, f"{name}'s copy", "DELETE") for name in ("output", "audit", "dead"))),
        "all that the run made goes", before="replay plan --beside {run} --to-earliest --job {job}"),
)  # fmt: skip


def _left_out(row: Row) -> tuple[int | None, ...]:
    """What a row is run without, each by itself, and once nothing.

    The topics' verbs ask for all four in one call, which names the first that it may not: one a
    right, of another topic each, tells as much as all.
    """
    told = range(len(row.rights))
    return (*((i for i in told if i in (0, 5, 8)) if row.command[:6] == "topics" else told), None)


CASES = [(row, left_out) for row in ROWS for left_out in _left_out(row)]
