using 'main.bicep'

// Read by azd from its environment: azd env set NAME VALUE. Everything else: parameters of main.bicep, or a file like this.
param environmentName = readEnvironmentVariable('AZURE_ENV_NAME', '')
param location = readEnvironmentVariable('AZURE_LOCATION')
param graphClientId = readEnvironmentVariable('GRAPH_CLIENT_ID', '')
param notificationDoor = readEnvironmentVariable('NOTIFICATION_DOOR', 'webhook')
param eventDelivery = readEnvironmentVariable('EVENT_DELIVERY', 'queue')
param eventHubId = readEnvironmentVariable('EVENT_HUB_ID', '')
param eventHubConsumerGroup = readEnvironmentVariable('EVENT_HUB_CONSUMER_GROUP', '')
param eventHubTenantDomain = readEnvironmentVariable('EVENT_HUB_TENANT_DOMAIN', '')
param auth = readEnvironmentVariable('AUTH', 'entra')
param authAudience = readEnvironmentVariable('AUTH_AUDIENCE', '')
param privateNetwork = bool(readEnvironmentVariable('STORAGE_IS_PRIVATE', 'false'))
param alertEmail = readEnvironmentVariable('ALERT_EMAIL', '')
