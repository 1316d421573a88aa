using 'main.bicep'

// Read by azd from its environment: azd env set NAME VALUE; lists with commas. Each default is that of main.bicep. Only tags and
// partnerAuthorizationExpires are not here: they are set in a file like this.
param environmentName = readEnvironmentVariable('AZURE_ENV_NAME', '')
param location = readEnvironmentVariable('AZURE_LOCATION')
param namePrefix = readEnvironmentVariable('NAME_PREFIX', 'outlook')
param locks = bool(readEnvironmentVariable('LOCKS', 'false'))

param graphTenantId = readEnvironmentVariable('GRAPH_TENANT_ID', '')
param graphClientId = readEnvironmentVariable('GRAPH_CLIENT_ID', '')
param notificationDoor = readEnvironmentVariable('NOTIFICATION_DOOR', 'webhook')
param partnerTopicNames = empty(readEnvironmentVariable('PARTNER_TOPIC_NAMES', ''))
  ? []
  : split(readEnvironmentVariable('PARTNER_TOPIC_NAMES', ''), ',')
param keepEventGrid = bool(readEnvironmentVariable('KEEP_EVENT_GRID', 'false'))
param eventDelivery = readEnvironmentVariable('EVENT_DELIVERY', 'queue')
param eventHubId = readEnvironmentVariable('EVENT_HUB_ID', '')
param eventHubConsumerGroup = readEnvironmentVariable('EVENT_HUB_CONSUMER_GROUP', '')
param eventHubTenantDomain = readEnvironmentVariable('EVENT_HUB_TENANT_DOMAIN', '')
param generateClientStateKey = bool(readEnvironmentVariable('GENERATE_CLIENT_STATE_KEY', 'true'))

param auth = readEnvironmentVariable('AUTH', 'entra')
param authTenantId = readEnvironmentVariable('AUTH_TENANT_ID', '')
param authAudience = readEnvironmentVariable('AUTH_AUDIENCE', '')
param allowedIpRanges = empty(readEnvironmentVariable('ALLOWED_IP_RANGES', ''))
  ? []
  : split(readEnvironmentVariable('ALLOWED_IP_RANGES', ''), ',')
param allowedIpRangesIncludeGraph = bool(readEnvironmentVariable('ALLOWED_IP_RANGES_INCLUDE_GRAPH', 'false'))
param allowedDeployerIpRanges = empty(readEnvironmentVariable('ALLOWED_DEPLOYER_IP_RANGES', ''))
  ? []
  : split(readEnvironmentVariable('ALLOWED_DEPLOYER_IP_RANGES', ''), ',')

param horizonDays = int(readEnvironmentVariable('HORIZON_DAYS', '90'))
param reconcileMinutes = int(readEnvironmentVariable('RECONCILE_MINUTES', '15'))
param pollMinutes = int(readEnvironmentVariable('POLL_MINUTES', '5'))
param minRefreshIntervalSeconds = int(readEnvironmentVariable('MIN_REFRESH_INTERVAL_SECONDS', '2'))
param confirmAfterSeconds = int(readEnvironmentVariable('CONFIRM_AFTER_SECONDS', '60'))
param defaultMaxAgeSeconds = int(readEnvironmentVariable('DEFAULT_MAX_AGE_SECONDS', '1200'))

param instanceMemoryMB = any(int(readEnvironmentVariable('INSTANCE_MEMORY_MB', '2048'))) // main.bicep says which sizes there are
param maximumInstanceCount = int(readEnvironmentVariable('MAXIMUM_INSTANCE_COUNT', '40'))
param httpConcurrency = int(readEnvironmentVariable('HTTP_CONCURRENCY', '32'))
param alwaysReadyHttp = int(readEnvironmentVariable('ALWAYS_READY_HTTP', '1'))
param alwaysReadyRefresh = int(readEnvironmentVariable('ALWAYS_READY_REFRESH', '1'))
param zoneRedundant = bool(readEnvironmentVariable('ZONE_REDUNDANT', 'false'))

param privateNetwork = bool(readEnvironmentVariable('STORAGE_IS_PRIVATE', 'false'))
param networkAddressPrefix = readEnvironmentVariable('NETWORK_ADDRESS_PREFIX', '10.64.0.0/24')
param vaultSoftDeleteDays = int(readEnvironmentVariable('VAULT_SOFT_DELETE_DAYS', '30'))
param vaultPurgeProtection = bool(readEnvironmentVariable('VAULT_PURGE_PROTECTION', 'true'))
param deadLetterDays = int(readEnvironmentVariable('DEAD_LETTER_DAYS', '30'))
param logRetentionDays = int(readEnvironmentVariable('LOG_RETENTION_DAYS', '30'))
param logDailyQuotaGb = int(readEnvironmentVariable('LOG_DAILY_QUOTA_GB', '-1'))

param alertEmail = readEnvironmentVariable('ALERT_EMAIL', '')
param actionGroupIds = empty(readEnvironmentVariable('ACTION_GROUP_IDS', ''))
  ? []
  : split(readEnvironmentVariable('ACTION_GROUP_IDS', ''), ',')
param alertsEnabled = bool(readEnvironmentVariable('ALERTS_ENABLED', 'true'))
param alertSilence = readEnvironmentVariable('ALERT_SILENCE', 'PT6H')
