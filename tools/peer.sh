#!/bin/sh
# copydesk as a peer of a comparison bench: maps the bench's words to settings and runs one worker.
#   tools/peer.sh transport|whole|tags [PYTHON]
# The bench gives BOOTSTRAP, REDIS_URL, INPUT_TOPIC, OUTPUT_TOPIC, GROUP and BATCH in the environment.
# transport: exact comparison, owner-tagged claims, no audit, no tags; whole: comparison text, output
# and audit, no tags; tags: all of it. The guards are off, since the peers have none.
set -eu
mode=$1
python=${2:-"$(dirname "$0")/../.venv/bin/python"}

export COPYDESK_KAFKA="$BOOTSTRAP" COPYDESK_REDIS="$REDIS_URL" COPYDESK_GROUP="$GROUP"
export COPYDESK_INPUT="$INPUT_TOPIC" COPYDESK_OUTPUT="$OUTPUT_TOPIC"
export COPYDESK_AUDIT="$OUTPUT_TOPIC.audit" COPYDESK_DEAD="$OUTPUT_TOPIC.dead"
export COPYDESK_NAMESPACE="peer:$GROUP:" COPYDESK_BATCH="${BATCH:-200}" COPYDESK_LOG=warning
export COPYDESK_LEAD_GUARD=false COPYDESK_CONTEXT_GUARD=false COPYDESK_KEEP_WHOLE_BELOW=0
case $mode in
transport) export COPYDESK_COMPARE=exact COPYDESK_AUDIT_RECORDS=false COPYDESK_TAGGERS= ;;
whole) export COPYDESK_TAGGERS= ;;
tags) ;;
*)
    echo "peer.sh: transport, whole or tags, not '$mode'" >&2
    exit 2
    ;;
esac
"$python" -m consumers topics create >/dev/null
exec "$python" -m consumers work
