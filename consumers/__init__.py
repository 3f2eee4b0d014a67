"""Everything that talks: Kafka, Redis, Faust, HTTP, files and the command line.

Rules of this room, held by the linter and by tests/test_architecture.py:

1. One driver library lives in one file, behind functions in the project's own words.
2. Judgements are made in ``processors``; this room fetches what they need and carries them out.
3. Configuring never connects, and nothing is read from the environment at import.
"""
