"""HTTP: the worker's metrics and health, and the lag exporter with its page.

Rules: loopback unless a setting says otherwise; nothing is changed by any request; what a page
shows from data is escaped. The standard library's server is enough for a scrape every few seconds.
"""
