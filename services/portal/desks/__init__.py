"""The desks: what each office does, a folder an office or a stage of the work."""
