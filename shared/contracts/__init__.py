"""Every event, defined once: what aggregates return, what the log stores, what the streams carry."""
