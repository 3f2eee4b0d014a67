"""One line on what each setting does, by section; ``docs/settings.md`` is made of these."""

from __future__ import annotations

WORDS: dict[str, dict[str, str]] = {
    "Servers": {
        "kafka": "Kafka's bootstrap servers, `host:port`, comma-separated.",
        "kafka_security": "How connections to Kafka are secured.",
        "kafka_ca": "File of the authorities that sign Kafka's certificate (PEM); "
        "empty for the system's.",
        "kafka_cert": "File of the client's own certificate (PEM), for mutual TLS.",
        "kafka_key": "File of the client certificate's private key (PEM).",
        "kafka_sasl": "The SASL mechanism, for `sasl_plaintext` and `sasl_ssl`.",
        "kafka_user": "The SASL user.",
        "kafka_password": "The SASL password.",
        "redis": "Redis's URL: `redis://`, `rediss://` (TLS) or `unix://`, "
        "with user and password if any.",
        "redis_ca": "File of the authorities that sign Redis's certificate (PEM); "
        "empty for the system's.",
    },
    "Topics": {
        "input": "The topics that articles are read from.",
        "output": "The topic that cleaned items go to.",
        "audit": "The topic that says what was done to each article, and why.",
        "dead": "The topic that keeps records that cannot be read.",
        "partitions": "Partitions of a topic that copydesk creates.",
        "replication": "Replicas of a topic that copydesk creates.",
        "retention": "How long topics keep records; input and audit at least as long as the "
        "window.",
        "cloudevents": "Write CloudEvents headers (`ce_*`) on items, in place of incoming ones.",
    },
    "The worker": {
        "group": "The consumer group of the workers.",
        "instance": "Stable name of this worker in its group (static membership); "
        "empty to derive one.",
        "session_timeout": "After how long without a heartbeat the group gives a worker's "
        "partitions away.",
        "batch": "Records that are judged together, at most.",
        "in_flight": "Batches of a partition that are being published at a time.",
        "linger": "How long the producer waits for more to send.",
        "fetch_bytes": "Bytes fetched from a partition at a time, at most.",
        "settings_version": "The version of these settings; within one, no setting changes its "
        "meaning. A worker of another says so and ends.",
        "processing_guarantee": "Each record is processed at least once, with the same result.",
    },
    "Claims": {
        "namespace": "What every key in Redis begins with.",
        "window": "How long a claim holds, from the first claim, by record time.",
        "shards": "Hashes a generation's claims are spread over; 0 to size them by itself.",
        "store_down": "With Redis away: wait, or publish undeduplicated and say so in headers "
        "and audit.",
    },
    "What is done with repeats": {
        "compare": "Compare paragraphs by their script's profile, or by their exact bytes.",
        "within": "Repeats inside one article.",
        "same_source": "Repeats of another story of the same source.",
        "cross_source": "Repeats of another source's story.",
        "source_policies": "Exceptions by source, `source=action`, for repeats in its articles.",
        "uri_owners": "Uri prefixes that belong to a source, `prefix=source`: another source's "
        "article of such a uri claims nothing ([security](security.md)).",
        "claim_from": "Letters and digits from which a paragraph is claimed.",
        "drop_from": "Letters and digits from which another family's paragraph is dropped.",
        "single_from": "Letters and digits from which a single repeat inside an article is "
        "dropped.",
        "block_from": "Letters and digits from which a repeated block inside an article is "
        "dropped.",
        "block_average": "Letters and digits a paragraph that such a block has on average, at "
        "least.",
        "duplicates": "An article nothing of which is its own.",
        "duplicate_rest": "Share of letters in lines too short to claim that such an article "
        "may have.",
        "lead_guard": "Never drop the first paragraph long enough to be dropped "
        "for another family's sake.",
        "context_guard": "Keep what a colon or a heading announces, and the speaker of a quotation "
        "that goes on.",
        "keep_whole_below": "An article that would keep less than this share is published whole.",
    },
    "Audit and tags": {
        "audit_records": "Write audit records.",
        "taggers": "The taggers that are run, in this order; empty for none.",
        "tag_files": "File or directory of a newsroom's own tags; empty for those that come along.",
    },
    "Limits": {
        "max_body": "Bytes of one article's body, at most.",
        "max_paragraphs": "Paragraphs of one article, at most.",
        "max_depth": "How deep JSON or HTML may be nested.",
        "bad_in_a_row": "Bad records in a row that stop the worker; 0 for no limit.",
        "bad_share": "Share of bad records among recent ones that stops the worker; 1 for no "
        "limit.",
    },
    "Metrics and logs": {
        "web": "`host:port` of the worker's metrics and health; empty for none, port 0 for a "
        "free one.",
        "web_token": "Bearer token that the metrics, the lag page and its JSON ask for; empty for "
        "none. Health is always told.",
        "workers": "`host:port` of workers' metrics, for the lag page's store latency; every "
        "address of the host is asked. Empty for `COPYDESK_WEB`.",
        "log": "The least level logged.",
        "log_format": "How log lines are written.",
    },
}
