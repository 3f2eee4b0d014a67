"""What our user may do with topics and groups, asked before work begins.

Without this a missing right shows in the middle of the work, in whichever client meets it first,
and not always as what it is: a topic that may not be seen looks like one that is not there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kafka import errors

from consumers.errors import Denied
from consumers.kafka_client.connection import Connection, asks
from consumers.kafka_client.sentences import denial

_UNSEEN = errors.TopicAuthorizationFailedError.errno


@asks
def check(connection: Connection, needs: Mapping[str, Sequence[str]], group: str) -> None:
    """Return where our user has the rights ``needs`` on topics (by Kafka's names, the likeliest to
    be missing first) and may be in the group. Topics that do not exist are passed over.

    Raises Denied, naming user, right and topic.
    """
    for told in connection.client.describe_topics(list(needs)):
        wanted = needs[told["name"]]
        if told["error_code"] == _UNSEEN:
            raise denied(connection, f"{wanted[0]} the topic {told['name']!r}")
        allowed = told.get("authorized_operations") or ()
        # A broker that tells no rights at all (before 2.3) is taken at its deeds.
        if not told["error_code"] and allowed:
            for right in wanted:
                if right not in allowed:
                    raise denied(connection, f"{right} the topic {told['name']!r}")
    try:
        connection.client.describe_groups([group])
    except errors.GroupAuthorizationFailedError as error:
        raise denied(connection, f"READ the group {group!r}") from error


def denied(connection: Connection, what: str) -> Denied:
    """The sentence: who may not do what, and where it is told what each command needs."""
    return denial(connection.settings, what)
