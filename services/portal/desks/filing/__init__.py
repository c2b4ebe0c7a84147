"""Filing: a county and its key unit draw up one application, seal it, send it, and answer the province's notice."""
