"""What every service's app needs: decider runner, problem+json, identity, settings, logs, deadlines, documents, health."""
