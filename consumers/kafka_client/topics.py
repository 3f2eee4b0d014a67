"""Topics: create, list, look at and change their configuration."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping

from kafka import errors
from kafka.admin import ConfigResource, ConfigResourceType

from consumers.kafka_client.connection import Connection, asks
from consumers.kafka_client.rights import denied
from consumers.kafka_client.sentences import Refused, sentence
from consumers.kafka_client.words import Plan, Topic

#: How long a change of configuration may take to be told by every broker.
_SETTLED_SECONDS = 5.0


@asks
def topics(connection: Connection, names: Iterable[str] | None = None) -> dict[str, Topic]:
    """The topics of the cluster by name; of the named ones, those that exist."""
    wanted = None if names is None else list(names)
    if wanted == []:
        return {}
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
        for each in connection.client.describe_topics(wanted)
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
        connection.client.create_topics(wanted, wait_for_metadata=True)
    except errors.TopicAlreadyExistsError:
        return False
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

    Returns when brokers tell the new values, which they do a moment after they were set.
    """
    connection.client.alter_configs(
        [ConfigResource(ConfigResourceType.TOPIC, name, dict(changes))], incremental=True
    )
    deadline = time.monotonic() + _SETTLED_SECONDS
    while time.monotonic() < deadline:
        told = configs(connection, [name]).get(name, {})
        if all(told.get(key) == value for key, value in changes.items()):
            return
        time.sleep(0.05)


@asks
def delete(connection: Connection, names: Iterable[str]) -> None:
    """Delete topics and all that is in them."""
    connection.client.delete_topics(list(names))
