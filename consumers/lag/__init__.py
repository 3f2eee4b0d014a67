"""How far consumer groups are behind: any group and topic of the cluster, not just copydesk's.

``look`` asks the cluster once, ``history`` keeps what was seen, ``ages`` the times of records,
``watch`` puts them together and lets ``processors.lag`` judge, ``report`` is what is told.
"""
