// Empty on purpose: Azurite is always started with --disableTelemetry and then calls nothing of this package.
