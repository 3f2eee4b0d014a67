"""Rules about the cluster, the topics and the group. Each is a function over what was gathered."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from consumers import topics as ours
from consumers.doctor.findings import Finding, ok, problem, warning
from consumers.doctor.gather import Facts
from consumers.kafka_client.words import Place
from consumers.settings import Settings
from processors.lag.words import span

_CREATE = "run `copydesk topics create`"
#: Brokers older than this are not tried; KRaft, and offsets of many groups at once, came with it.
_OLDEST = (3, 0)


def rule_01_version(settings: Settings, told: Facts) -> Iterator[Finding]:
    """The broker answers and is not too old."""
    version = tuple(int(part) for part in told.cluster.version.split("."))
    count = len(told.cluster.brokers)
    brokers = "one broker" if count == 1 else f"{count} brokers"
    message = f"Kafka {told.cluster.version} answers at {settings.kafka}, {brokers}"
    if version < _OLDEST:
        yield warning("kafka", message, "use Kafka 3.0 or later: older ones are not tried")
    else:
        yield ok("kafka", message)


def rule_02_topics_are_there(settings: Settings, told: Facts) -> Iterator[Finding]:
    """Every topic exists and every partition has a leader."""
    roles = ours.roles(settings)
    missing = [name for name in roles if name not in told.topics]
    if missing:
        named = " and ".join(dict.fromkeys(f"COPYDESK_{roles[name].upper()}" for name in missing))
        yield problem(
            "topics",
            f"missing: {', '.join(missing)} (named by {named})",
            f"where the name is right, {_CREATE}; else mend the setting",
        )
    for topic in told.topics.values():
        if topic.leaderless:
            numbers = ", ".join(str(number) for number in topic.leaderless)
            yield problem(
                "topics",
                f"{topic.name} has no leader for partition {numbers}",
                "bring the brokers that hold it back; its records wait until then",
            )
    if not missing:
        yield ok("topics", f"all {len(told.topics)} topics are there")


def rule_03_topics_keep_records_safe(settings: Settings, told: Facts) -> Iterator[Finding]:
    """Their settings are as the design has them: above all, kept at least for the window."""
    roles = ours.roles(settings)
    inputs = [told.configs[name] for name in settings.input if name in told.configs]
    largest = max((int(each["max.message.bytes"]) for each in inputs), default=0)
    wrong = 0
    for name, found in told.configs.items():
        for each in ours.differences(roles[name], settings, found, largest):
            wrong += 1
            make = problem if each.severe else warning
            yield make(
                "topic settings",
                f"{name} has {each.key}={each.found}{_in_days(each.key, each.found)}: {each.why}",
                f"set it to {each.wanted}{_in_days(each.key, each.wanted)}: "
                "`copydesk topics create --mend`",
            )
    if told.configs and not wrong:
        yield ok("topic settings", "topics keep their records long enough")


def rule_04_replicas(settings: Settings, told: Facts) -> Iterator[Finding]:
    """A cluster of several brokers holds each record more than once."""
    if len(told.cluster.brokers) < 2:
        return
    single = [name for name, each in told.topics.items() if each.replication == 1]
    if single:
        yield warning(
            "replicas",
            f"{', '.join(single)}: each record is on one broker only, and lost with it",
            "raise the replication factor; COPYDESK_REPLICATION is for topics yet to be created"
            f" (now {settings.replication})",
        )


def rule_05_somebody_reads(settings: Settings, told: Facts) -> Iterator[Finding]:
    """The group has workers; if it never read, perhaps the name is wrong."""
    waiting = _waiting(settings, told)
    members = len(told.group.members)
    if told.group.state is None:
        yield warning(
            "group",
            f"the group {settings.group!r} cannot be described: {told.group.problem}",
            "`copydesk lag` may tell more",
        )
    elif members:
        yield ok(
            "group",
            f"{settings.group!r}: {members} {_members(members)}, {waiting:,} records to read",
        )
    elif not told.committed and told.readers:
        most = sorted(told.readers, key=lambda name: (-told.readers[name], name))[:3]
        yield warning(
            "group",
            f"the group {settings.group!r} has never read here, but {', '.join(most)} did",
            "is COPYDESK_GROUP right? If it is new, start a worker: `copydesk work`",
        )
    else:
        done = "has no worker" if told.committed else "has not begun"
        yield warning(
            "group",
            f"the group {settings.group!r} {done}: {waiting:,} records wait",
            "start one: `copydesk work`",
        )


def rule_06_no_idle_workers(settings: Settings, told: Facts) -> Iterator[Finding]:
    """More members than partitions help nobody."""
    idle = sum(not member.places for member in told.group.members)
    partitions = len(told.of(settings.input))
    if idle and len(told.group.members) > partitions:
        yield warning(
            "workers",
            f"{idle} of {len(told.group.members)} workers have nothing to read: "
            f"the input has {partitions} partitions",
            "start fewer, or give the input more partitions",
        )


def rule_07_offsets_are_in_the_topic(settings: Settings, told: Facts) -> Iterator[Finding]:
    """Commits lie between a partition's beginning and its end."""
    for place, commit in sorted(told.committed.items()):
        if place.topic not in settings.input or place not in told.ends:
            continue
        if commit.offset < told.starts[place]:
            lost = told.starts[place] - commit.offset
            yield problem(
                "offsets",
                f"{_name(place)}: Kafka deleted {lost:,} records before they were read",
                "raise retention.ms of the input, and start more workers",
            )
        elif commit.offset > told.ends[place]:
            yield problem(
                "offsets",
                f"{_name(place)}: the group stands at {commit.offset:,}, but the partition ends at "
                f"{told.ends[place]:,}; was the topic deleted and made anew?",
                "move the group back: `copydesk replay plan --help`",
            )


def rule_08_no_open_transaction(settings: Settings, told: Facts) -> Iterator[Finding]:
    """Nothing holds committed records back."""
    for place in told.of(settings.input):
        held = told.ends[place] - told.stable_ends[place]
        if held > 0:
            yield warning(
                "transactions",
                f"{_name(place)}: an open transaction holds back {held:,} offsets",
                "end the producer that opened it, or wait for its transaction to time out",
            )


def rule_09_few_dead_letters(settings: Settings, told: Facts) -> Iterator[Finding]:
    """Of the last day's records, few could not be read."""
    dead = sum(told.ends[p] - told.since[p] for p in told.of([settings.dead]))
    came = sum(told.ends[p] - told.since[p] for p in told.of(settings.input))
    if dead and dead * 100 >= came:
        yield warning(
            "dead letters",
            f"{dead:,} dead letters in the last day, with {came:,} records of input",
            "see why: `copydesk dead list`",
        )
    elif settings.dead in told.topics:
        yield ok("dead letters", f"{dead:,} in the last day, with {came:,} records of input")


def _in_days(key: str, value: str) -> str:
    """Milliseconds again as people count them, in brackets; nothing for any other value."""
    if not key.endswith(".ms") or not value.isdecimal():
        return ""
    return f" ({span(int(value))})"


def _waiting(settings: Settings, told: Facts) -> int:
    return sum(
        told.stable_ends[place]
        - max(told.starts[place], told.committed[place].offset if place in told.committed else 0)
        for place in told.of(settings.input)
        if place in told.stable_ends
    )


def _members(count: int) -> str:
    return "member" if count == 1 else "members"


def _name(place: Place) -> str:
    return f"{place.topic}/{place.partition}"


RULES: tuple[Callable[[Settings, Facts], Iterator[Finding]], ...] = (
    rule_01_version,
    rule_02_topics_are_there,
    rule_03_topics_keep_records_safe,
    rule_04_replicas,
    rule_05_somebody_reads,
    rule_06_no_idle_workers,
    rule_07_offsets_are_in_the_topic,
    rule_08_no_open_transaction,
    rule_09_few_dead_letters,
)
