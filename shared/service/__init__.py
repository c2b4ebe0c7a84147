"""What every service's app needs: runner, routes, problems, identity, settings, logs, deadlines, documents, health."""
