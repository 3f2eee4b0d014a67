"""Topics: create, list, look at and change their configuration."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterable, Mapping

from kafka import errors
from kafka.admin import ConfigResource, ConfigResourceType

from consumers.errors import Denied
from consumers.kafka_client.connection import Connection, asks
from consumers.kafka_client.rights import denied
from consumers.kafka_client.sentences import Refused, sentence
from consumers.kafka_client.words import Plan, Topic

#: How long a change of configuration may take to be told by every broker.
_SETTLED_SECONDS = 5.0


#: Said of a topic that our user may not see, be it there or not.
_UNSEEN = errors.TopicAuthorizationFailedError.errno


@asks
def topics(
    connection: Connection, names: Iterable[str] | None = None, right: str = "DESCRIBE"
) -> dict[str, Topic]:
    """The topics of the cluster by name; of the named ones, those that exist.

    Of the whole cluster a broker tells only what our user may see. Raises Denied, naming the
    ``right`` and the topic, where our user does not have it on one of the named ones.
    """
    wanted = None if names is None else list(names)
    if wanted == []:
        return {}
    told = connection.client.describe_topics(wanted)
    for each in told if wanted else ():
        allowed = each.get("authorized_operations") or ()
        # A broker that tells no rights at all (before 2.3) is taken at its deeds.
        if each["error_code"] == _UNSEEN or (allowed and right not in allowed):
            raise denied(connection, f"{right} the topic {each['name']!r}")
    return {
        each["name"]: Topic(
            name=each["name"],
            partitions=len(each["partitions"]),
            replication=max((len(p["replica_nodes"]) for p in each["partitions"]), default=0),
            internal=bool(each.get("is_internal")),
            leaderless=tuple(
                sorted(p["partition_index"] for p in each["partitions"] if p["leader_id"] < 0)
            ),
        )
        for each in told
        if not each["error_code"]
    }


@asks
def configs(connection: Connection, names: Iterable[str]) -> dict[str, dict[str, str]]:
    """Every configuration value of topics that exist, defaults included, as brokers write it."""
    resources = [ConfigResource(ConfigResourceType.TOPIC, name) for name in names]
    if not resources:
        return {}
    told = connection.client.describe_configs(resources, config_filter="all")
    for name, values in told.get("topic", {}).items():
        if not isinstance(values, Mapping) or not values:
            raise denied(connection, f"DESCRIBE_CONFIGS the topic {name!r}")
    return {
        name: {key: str(data["value"]) for key, data in values.items()}
        for name, values in told.get("topic", {}).items()
    }


@asks
def create(connection: Connection, plan: Plan) -> bool:
    """Create a topic and wait until it can be used. False where it is there already."""
    wanted = {
        plan.name: {
            "num_partitions": plan.partitions,
            "replication_factor": plan.replication,
            "configs": plan.configs,
        }
    }
    try:
        connection.client.create_topics(wanted)
        topics(connection, [plan.name])  # raises where we may make it and not see it
        connection.client.wait_for_topics([plan.name])
    except errors.TopicAlreadyExistsError:
        return False
    except errors.AuthorizationError as error:
        # Brokers refuse this before they look whether it is there.
        with contextlib.suppress(Denied):
            if topics(connection, [plan.name]):
                return False
        what = f"DESCRIBE the topic {plan.name!r}, nor to CREATE the topic where it is not there"
        raise denied(connection, what) from error
    except errors.InvalidReplicationFactorError as error:
        raise Refused(
            f"the topic {plan.name!r} cannot have {plan.replication} replicas: the cluster has "
            "fewer brokers; set COPYDESK_REPLICATION lower"
        ) from error
    except errors.KafkaError as error:
        raise sentence(error, connection.settings, plan.name) from error
    return True


@asks
def configure(connection: Connection, name: str, changes: Mapping[str, str]) -> None:
    """Change some configuration values of a topic; the others stay as they are.

    Returns when brokers tell the new values, which they do a moment after they were set. Raises
    Denied, and Refused where they do not take a value.
    """
    resource = ConfigResource(ConfigResourceType.TOPIC, name, dict(changes))
    # The client raises nothing here: it answers with the name of what went wrong.
    answered = connection.client.alter_configs([resource], incremental=True)
    said = str(answered.get("topic", {}).get(name, ""))
    if "AuthorizationFailed" in said:
        raise denied(connection, f"ALTER_CONFIGS the topic {name!r}")
    if "Error" in said:
        raise Refused(f"the topic {name!r} could not be changed: {said}")
    deadline = time.monotonic() + _SETTLED_SECONDS
    while time.monotonic() < deadline:
        told = configs(connection, [name]).get(name, {})
        if all(told.get(key) == value for key, value in changes.items()):
            return
        time.sleep(0.05)


@asks
def delete(connection: Connection, names: Iterable[str]) -> None:
    """Delete topics and all that is in them."""
    wanted = list(names)
    try:
        connection.client.delete_topics(wanted)
    except errors.AuthorizationError as error:
        named = " and ".join(map(repr, wanted))
        raise denied(connection, f"DELETE the topic {named}") from error
