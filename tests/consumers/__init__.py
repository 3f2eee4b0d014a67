"""The room that talks: settings, stores, clients, commands."""
