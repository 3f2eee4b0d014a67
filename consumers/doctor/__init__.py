"""What is wrong with a deployment, and how to mend it: the ten commonest mistakes, and then some.

``gather`` asks Kafka and Redis; ``kafka_rules`` and ``sample_rules`` judge what was gathered, as
small predicates over values, the clock an argument; ``run`` puts them together. Nothing is changed.
"""
