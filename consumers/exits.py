"""The exit codes by which a worker process tells its supervisor whether starting again can help.

Apart, since the supervisor loads nothing of what a worker needs.
"""

#: A person must mend something first: settings, a missing topic, a refusal by the broker.
HELPLESS = 64
#: Start again; nothing is lost, since nothing unsettled is committed.
AGAIN = 70
