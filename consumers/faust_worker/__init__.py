"""The worker: Faust consumes and runs the agent; copydesk keeps the offsets.

Only this package imports Faust and aiokafka, and each of its files names the internals it leans on.
Why copydesk keeps its own books, and what was found when Faust kept them, is in docs/delivery.md.
"""
