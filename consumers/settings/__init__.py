"""The settings: one frozen record, built from ``COPYDESK_*`` variables and a TOML file.

Rules: building never connects; an unknown or wrong setting is an error that names it; a
``COPYDESK_..._FILE`` variable names a file that holds the value (for secrets); nothing is read
at import. ``record`` names the settings, ``checks`` what may not stand together, ``load`` reads
them, ``page`` writes ``docs/settings.md``.
"""

from consumers.settings.checks import SettingsError
from consumers.settings.load import CONFIG, PREFIX, load
from consumers.settings.record import Settings, describe, limits, policy

__all__ = ["CONFIG", "PREFIX", "Settings", "SettingsError", "describe", "limits", "load", "policy"]
