import { hasOnly, isGuid, isRange, isTopicName } from 'modules/texts.bicep'
import { tagsType } from 'modules/types.bicep'

metadata description = 'Outlook Availability in one resource group, without a shared key or a stored password. Second stage, for NOTIFICATION_DOOR=eventGrid: events.bicep.'

// Where and what

@description('Optional. Region of everything; the resource group\'s by default.')
param location string = resourceGroup().location

@description('Optional. First part of every name: 2-7 lower-case letters and digits. A hash of group and environment follows.')
@minLength(2)
@maxLength(7)
param namePrefix string = 'outlook'

@description('Optional. Name of the azd environment; distinguishes several deployments in one group.')
param environmentName string = ''

@description('Optional. Tags of everything.')
param tags tagsType = {}

@description('Optional. Locks the storage account and the vault against deletion. Whoever deploys then needs Owner or User Access Administrator.')
param locks bool = false

// Microsoft Graph and notifications

@description('Optional. How changes are heard of: Microsoft Graph calls the app (webhook), writes to Event Grid (eventGrid, needs events.bicep as well) or to an event hub of yours (eventHub, needs eventHubId), or not at all (polling).')
@allowed(['webhook', 'eventGrid', 'eventHub', 'polling'])
param notificationDoor string = 'webhook'

@description('Optional. Names of the partner topics that Microsoft Graph creates, up to 10, unique in the region; calendars are spread over them. None: one, named after the deployment. Only for eventGrid.')
@maxLength(10)
param partnerTopicNames string[] = []

@description('Optional. Whether the door eventGrid stays open beside another one. Set it with a change away from eventGrid, and take it back after 8 days: by then no subscription names a topic. Not with eventHub.')
param keepEventGrid bool = false

@description('Optional. How Event Grid delivers: into a queue, or by calling the function graphEvents. Say the same to events.bicep.')
@allowed(['queue', 'function'])
param eventDelivery string = 'queue'

// With its format: without, the result is written as a date of the United States, which log queries do not read.
@description('Optional. Until when Microsoft Graph may create partner topics, at most 365 days ahead, as 2027-11-20T00:00:00Z. Each deployment moves it on; azd skips one without changes, but with --no-state.')
param partnerAuthorizationExpires string = dateTimeAdd(utcNow(), 'P360D', 'yyyy-MM-ddTHH:mm:ssZ')

@description('Optional. Id of an event hub that Microsoft Graph writes to, /subscriptions/…/eventhubs/…: the function graphEventHub reads it as the app\'s identity, which gets the right to. None: there is no such function.')
param eventHubId string = ''

@description('Optional. Consumer group of that event hub, for this app alone; $Default by default.')
param eventHubConsumerGroup string = ''

@description('Required for eventHub. A domain of the directory that the event hub\'s subscription belongs to, such as contoso.onmicrosoft.com.')
param eventHubTenantDomain string = ''

@description('Optional. Tenant whose calendars are read where a watch names none; the subscription\'s by default.')
param graphTenantId string = ''

@description('Optional. Application id of a multi-tenant app that trusts the identity by a federated credential: calendars of every tenant that consents to it are then read as that app. None: those of the identity\'s own tenant.')
param graphClientId string = ''

@description('Optional. Whether the first key of CLIENT_STATE_KEYS is made by this deployment. It is never replaced by a later one; false leaves the secret alone altogether, once it is there.')
param generateClientStateKey bool = true

// Who may ask

@description('Optional. Who may ask: apps with a token of Microsoft Entra (entra), or whoever has a Functions key (key).')
@allowed(['entra', 'key'])
param auth string = 'entra'

@description('Optional. Tenants whose tokens are accepted, separated by commas; the subscription\'s by default. Only for entra.')
param authTenantId string = ''

@description('Required for entra. Audiences of accepted tokens, separated by commas: the API\'s application id, and its App ID URI.')
param authAudience string = ''

@description('Optional. Address ranges (CIDR) that may call the app; none: any. With the door webhook they must include those of Microsoft Graph\'s change notifications.')
param allowedIpRanges string[] = []

@description('Optional. Address ranges (CIDR) from which code may be deployed; none: any, with a role on the app. The check after a deployment calls the app itself, so allowedIpRanges must then include them too.')
param allowedDeployerIpRanges string[] = []

@description('Required for webhook beside allowedIpRanges. Says that Microsoft Graph\'s ranges are among them.')
param allowedIpRangesIncludeGraph bool = false

// How it works

@description('Optional. Days ahead that are kept.')
@minValue(1)
@maxValue(365)
param horizonDays int = 90

@description('Optional. Minutes after which every calendar is read again, whatever was heard.')
@minValue(5)
@maxValue(720)
param reconcileMinutes int = 15

@description('Optional. Minutes between readings of a calendar that has no subscription.')
@minValue(1)
@maxValue(60)
param pollMinutes int = 5

@description('Optional. Seconds between two readings of a calendar, at least.')
@minValue(0)
@maxValue(60)
param minRefreshIntervalSeconds int = 2

@description('Optional. Seconds after a notification at which the calendar is read once more; 0: never.')
@minValue(0)
@maxValue(3600)
param confirmAfterSeconds int = 60

@description('Optional. Age in seconds from which an answer is stale, where the caller does not say. At least 5 minutes more than reconcileMinutes.')
@minValue(0)
@maxValue(86400)
param defaultMaxAgeSeconds int = 1200

// Size

@description('Optional. Megabytes of memory of an instance; 512 has a quarter of a core, 2048 one, 4096 two.')
@allowed([512, 2048, 4096])
param instanceMemoryMB int = 2048

@description('Optional. Most instances at once of each group of functions that scales by itself.')
@minValue(40)
@maxValue(1000)
param maximumInstanceCount int = 40

@description('Optional. Requests that one instance answers at once before another is started.')
@minValue(1)
@maxValue(1000)
param httpConcurrency int = 32

@description('Optional. Warm instances for HTTP: without one, the first request of a while waits for a cold start.')
@minValue(0)
@maxValue(20)
param alwaysReadyHttp int = 1

@description('Optional. Warm instances for the function refresh, and for graphEventsQueue where Event Grid fills its queue: without, the lag promise does not hold after a quiet while.')
@minValue(0)
@maxValue(20)
param alwaysReadyRefresh int = 1

@description('Optional. Spreads instances and data over the zones of the region. Warm instances are then at least two a group.')
param zoneRedundant bool = false

// Network, vault, logs

@description('Optional. Puts storage and vault behind private endpoints, and the app\'s outgoing traffic into a virtual network.')
param privateNetwork bool = false

@description('Optional. Address range of that network, at least a /25.')
param networkAddressPrefix string = '10.64.0.0/24'

@description('Optional. Days for which a deleted vault can be brought back, and its name is taken.')
@minValue(7)
@maxValue(90)
param vaultSoftDeleteDays int = 30

@description('Optional. Whether nobody can end those days early. Once on, it stays on.')
param vaultPurgeProtection bool = true

@description('Optional. Days after which a dead letter is deleted.')
@minValue(1)
@maxValue(365)
param deadLetterDays int = 30

@description('Optional. Days for which logs are kept; up to 30 cost nothing extra.')
@minValue(30)
@maxValue(730)
param logRetentionDays int = 30

@description('Optional. Gigabytes of logs a day after which nothing more is taken in; -1 sets no limit.')
@minValue(-1)
@maxValue(1000)
param logDailyQuotaGb int = -1

// Who is told

@description('Optional. Address that is told of every alert; none: alerts are seen in the portal only, or by action groups.')
param alertEmail string = ''

@description('Optional. Ids of action groups that are told of every alert.')
param actionGroupIds string[] = []

@description('Optional. Whether alerts are evaluated.')
param alertsEnabled bool = true

@description('Optional. Silence of Microsoft Graph, while subscriptions stand, that is an alert. Few calendars are silent overnight and on Sundays: then P1D or P2D.')
@allowed(['PT1H', 'PT2H', 'PT3H', 'PT6H', 'P1D', 'P2D'])
param alertSilence string = 'PT6H'

var prefix = hasOnly('abcdefghijklmnopqrstuvwxyz0123456789', namePrefix)
  ? namePrefix
  : fail('namePrefix should have lower-case letters and digits only: names of storage accounts take no others')
var suffix = uniqueString(resourceGroup().id, environmentName)
var identityName = 'id-${prefix}-${suffix}'
var deliveryIdentityName = 'id-${prefix}-events-${suffix}'
var accountName = 'st${prefix}${suffix}'
var vaultName = 'kv-${prefix}-${suffix}'
var secretName = 'client-state-keys'
var workspaceName = 'log-${prefix}-${suffix}'
var appInsightsName = 'appi-${prefix}-${suffix}'
var networkName = 'vnet-${prefix}-${suffix}'
var appName = 'func-${prefix}-${suffix}'

var isEventGrid = notificationDoor == 'eventGrid' || keepEventGrid // whether that door is open
var isEventHub = notificationDoor == 'eventHub'
var allTags = union(tags, empty(environmentName) ? {} : { 'azd-env-name': environmentName })
var topicNames = empty(filter(partnerTopicNames, name => !isTopicName(name)))
  ? (empty(partnerTopicNames) ? ['${prefix}-${suffix}'] : partnerTopicNames)
  : fail('partnerTopicNames should have 3 to 50 letters, digits and hyphens each')
var topicUrls = map(
  topicNames,
  topic =>
    'EventGrid:?azuresubscriptionid=${subscription().subscriptionId}&resourcegroup=${resourceGroup().name}&partnertopic=${topic}&location=${location}'
)

var noEventHubId = '/subscriptions/none/resourceGroups/none/providers/Microsoft.EventHub/namespaces/none/eventhubs/none'
var eventHubIdParts = split(empty(eventHubId) ? noEventHubId : eventHubId, '/')
var isEventHubId = length(eventHubIdParts) == 11 && toLower(eventHubIdParts[?7] ?? '') == 'namespaces'
var eventHub = isEventHubId
  ? {
      subscription: eventHubIdParts[2]
      group: eventHubIdParts[4]
      namespace: eventHubIdParts[8]
      name: eventHubIdParts[10]
    }
  : fail('eventHubId should be the id of an event hub: /subscriptions/…/resourceGroups/…/providers/Microsoft.EventHub/namespaces/…/eventhubs/…')
var eventHubHost = '${eventHub.namespace}.servicebus.windows.net'

// Refused here rather than at the app's start, or by nobody.
var eventHubUrl = isEventHub && keepEventGrid
  ? fail('keepEventGrid would spread new subscriptions over the event hub and the topics; with notificationDoor eventHub set it to false')
  : isEventHub && (empty(eventHubId) || empty(eventHubTenantDomain))
      ? fail('notificationDoor eventHub needs eventHubId and eventHubTenantDomain; set both, or another door')
      : 'EventHub:https://${eventHubHost}/eventhubname/${eventHub.name}?tenantId=${eventHubTenantDomain}'
var hasAudience = !empty(authAudience) && !contains(authAudience, '00000000-0000-0000-0000-000000000000')
var audience = auth == 'entra' && !hasAudience
  ? fail('authAudience is empty or the example of the documents; set it to the application id of the API that callers ask tokens for, or auth to key')
  : authAudience
var callerTenants = empty(authTenantId) ? tenant().tenantId : authTenantId
var authTenants = empty(filter(split(callerTenants, ','), id => !isGuid(trim(id))))
  ? callerTenants
  : fail('authTenantId should be ids of tenants, such as ${tenant().tenantId}, separated by commas')
var calendarTenant = empty(graphTenantId) || isGuid(graphTenantId)
  ? (empty(graphTenantId) ? tenant().tenantId : graphTenantId)
  : fail('graphTenantId should be the id of a tenant, such as ${tenant().tenantId}')
var graphApp = empty(graphClientId) || isGuid(graphClientId)
  ? graphClientId
  : fail('graphClientId should be the application id of an app registration, a GUID')
var deployers = empty(filter(allowedDeployerIpRanges, range => !isRange(range)))
  ? allowedDeployerIpRanges
  : fail('allowedDeployerIpRanges should be address ranges such as 203.0.113.0/24; a single address ends in /32')
var callerRanges = empty(filter(allowedIpRanges, range => !isRange(range)))
  ? allowedIpRanges
  : fail('allowedIpRanges should be address ranges such as 203.0.113.0/24; a single address ends in /32')
var callers = notificationDoor == 'webhook' && !empty(allowedIpRanges) && !allowedIpRangesIncludeGraph
  ? fail('allowedIpRanges would shut out Microsoft Graph, which calls the webhook; set notificationDoor to eventGrid or polling, or add the published ranges of its change notifications and set allowedIpRangesIncludeGraph')
  : callerRanges

var alwaysReady = {
  http: alwaysReadyHttp
  'function:refresh': alwaysReadyRefresh
  'function:graphEventsQueue': isEventGrid && eventDelivery == 'queue' ? alwaysReadyRefresh : 0
  'function:graphEventHub': isEventHub ? alwaysReadyRefresh : 0
}

module identity 'modules/identity.bicep' = {
  params: { name: identityName, location: location, tags: allTags }
}

// Event Grid delivers as somebody of its own, who may put events into one queue and one container: see events.bicep.
module deliveryIdentity 'modules/identity.bicep' = if (isEventGrid) {
  params: { name: deliveryIdentityName, location: location, tags: allTags }
}

module storage 'modules/storage.bicep' = {
  params: {
    accountName: accountName
    location: location
    tags: allTags
    skuName: zoneRedundant ? 'Standard_ZRS' : 'Standard_LRS'
    isPrivate: privateNetwork
    takesEvents: isEventGrid
    deadLetterDays: deadLetterDays
    locked: locks
  }
}

module monitoring 'modules/monitoring.bicep' = {
  params: {
    workspaceName: workspaceName
    appInsightsName: appInsightsName
    location: location
    tags: allTags
    retentionDays: logRetentionDays
    dailyQuotaGb: logDailyQuotaGb
  }
}

module keyVault 'modules/keyVault.bicep' = {
  params: {
    vaultName: vaultName
    secretName: secretName
    location: location
    tags: allTags
    isPrivate: privateNetwork
    softDeleteDays: vaultSoftDeleteDays
    purgeProtection: vaultPurgeProtection
    locked: locks
    generateKey: generateClientStateKey
    workspaceId: resourceId('Microsoft.OperationalInsights/workspaces', workspaceName)
  }
  dependsOn: [monitoring]
}

module roles 'modules/roles.bicep' = {
  params: {
    identityName: identityName
    accountName: accountName
    appInsightsName: appInsightsName
    vaultName: vaultName
    secretName: secretName
  }
  dependsOn: [identity, storage, monitoring, keyVault]
}

module eventHubRole 'modules/eventHubRole.bicep' = if (!empty(eventHubId)) {
  scope: resourceGroup(eventHub.subscription, eventHub.group)
  params: {
    namespaceName: eventHub.namespace
    eventHubName: eventHub.name
    principalId: identity.outputs.principalId
    assigneeId: resourceId('Microsoft.ManagedIdentity/userAssignedIdentities', identityName)
  }
}

module network 'modules/network.bicep' = if (privateNetwork) {
  params: {
    name: networkName
    location: location
    tags: allTags
    addressPrefix: networkAddressPrefix
    accountName: accountName
    vaultName: vaultName
  }
  dependsOn: [storage, keyVault]
}

module partnerConfiguration 'modules/partnerConfiguration.bicep' = if (isEventGrid) {
  params: { tags: allTags, expires: partnerAuthorizationExpires }
}

module app 'modules/app.bicep' = {
  params: {
    name: appName
    planName: 'plan-${prefix}-${suffix}'
    location: location
    tags: allTags
    identityName: identityName
    blobServiceUri: storage.outputs.blobServiceUri
    instanceMemoryMB: instanceMemoryMB
    maximumInstanceCount: maximumInstanceCount
    httpConcurrency: httpConcurrency
    alwaysReady: mapValues(alwaysReady, count => zoneRedundant && count > 0 ? max(count, 2) : count)
    zoneRedundant: zoneRedundant
    allowedIpRanges: callers
    allowedServiceTags: !empty(allowedIpRanges) && isEventGrid && eventDelivery == 'function' ? ['AzureEventGrid'] : []
    allowedDeployerIpRanges: deployers
    subnetId: privateNetwork ? resourceId('Microsoft.Network/virtualNetworks/subnets', networkName, 'app') : ''
    settings: union(
      {
        // The host's, and through it the triggers'
        AzureWebJobsStorage__blobServiceUri: storage.outputs.blobServiceUri
        AzureWebJobsStorage__queueServiceUri: storage.outputs.queueServiceUri
        AzureWebJobsStorage__tableServiceUri: storage.outputs.tableServiceUri
        AzureWebJobsStorage__credential: 'managedidentity'
        AzureWebJobsStorage__clientId: identity.outputs.clientId
        APPLICATIONINSIGHTS_CONNECTION_STRING: monitoring.outputs.connectionString
        APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${identity.outputs.clientId};Authorization=AAD'
        // The app's: shared/config.ts
        AZURE_CLIENT_ID: identity.outputs.clientId
        GRAPH_CREDENTIAL: empty(graphClientId) ? 'managedIdentity' : 'federated'
        GRAPH_TENANT_ID: calendarTenant
        NOTIFICATION_DOOR: isEventHub ? 'eventGrid' : notificationDoor // the app tells a hub by its address in PARTNER_TOPICS
        CLIENT_STATE_KEYS: keyVault.outputs.clientStateKeysReference
        HORIZON_DAYS: string(horizonDays)
        RECONCILE_MINUTES: string(reconcileMinutes)
        POLL_MINUTES: string(pollMinutes)
        MIN_REFRESH_INTERVAL_SECONDS: string(minRefreshIntervalSeconds)
        CONFIRM_AFTER_SECONDS: string(confirmAfterSeconds)
        DEFAULT_MAX_AGE_SECONDS: string(defaultMaxAgeSeconds)
        AUTH: auth
      },
      empty(graphClientId) ? {} : { GRAPH_CLIENT_ID: graphApp },
      isEventGrid ? { PARTNER_TOPICS: join(topicUrls, ',') } : {},
      isEventHub ? { PARTNER_TOPICS: eventHubUrl } : {},
      empty(eventHubId)
        ? {}
        : {
            EVENT_HUB_NAME: eventHub.name
            EventHubConnection__fullyQualifiedNamespace: eventHubHost
            EventHubConnection__credential: 'managedidentity'
            EventHubConnection__clientId: identity.outputs.clientId
          },
      empty(eventHubId) || empty(eventHubConsumerGroup) ? {} : { EVENT_HUB_CONSUMER_GROUP: eventHubConsumerGroup },
      auth == 'entra' ? { AUTH_TENANT_ID: authTenants, AUTH_AUDIENCE: audience } : {}
    )
  }
  dependsOn: [roles, eventHubRole, network] // without its rights the app cannot even read its package
}

module alerts 'monitoring/alerts.bicep' = {
  params: {
    location: location
    tags: allTags
    namePrefix: '${prefix}-${suffix}'
    workspaceId: resourceId('Microsoft.OperationalInsights/workspaces', workspaceName)
    email: alertEmail
    actionGroupIds: actionGroupIds
    enabled: alertsEnabled
    silence: alertSilence
    isEventGrid: isEventGrid
    partnerAuthorizationExpires: isEventGrid ? partnerAuthorizationExpires : ''
  }
  dependsOn: [monitoring]
}

module workbook 'monitoring/workbook.bicep' = {
  params: {
    location: location
    tags: allTags
    namePrefix: '${prefix}-${suffix}'
    workspaceId: resourceId('Microsoft.OperationalInsights/workspaces', workspaceName)
    appInsightsId: resourceId('Microsoft.Insights/components', appInsightsName)
  }
  dependsOn: [monitoring]
}

@description('Name of the function app.')
output AZURE_FUNCTION_APP_NAME string = appName

@description('Address of the API.')
output API_URL string = 'https://${app.outputs.hostName}/api'

@description('Region of everything.')
output AZURE_LOCATION string = location

@description('Name of the storage account.')
output AZURE_STORAGE_ACCOUNT_NAME string = accountName

@description('Name of the vault, where keys are rotated.')
output AZURE_KEY_VAULT_NAME string = vaultName

@description('Object id of the app\'s identity: who needs the permission Calendars.Read in Microsoft Graph.')
output APP_IDENTITY_PRINCIPAL_ID string = identity.outputs.principalId

@description('Client id of the app\'s identity: what Exchange knows it by.')
output APP_IDENTITY_CLIENT_ID string = identity.outputs.clientId

@description('Id of the Log Analytics workspace: the scope of alert queries.')
output LOG_WORKSPACE_ID string = monitoring.outputs.workspaceId

@description('Id of Application Insights: the source of the workbook.')
output APPLICATION_INSIGHTS_ID string = monitoring.outputs.appInsightsId

@description('How changes are heard of.')
output NOTIFICATION_DOOR string = notificationDoor

@description('Names of the partner topics for events.bicep, separated by commas. azd keeps them for the next deployment.')
output PARTNER_TOPIC_NAMES string = join(topicNames, ',')

@description('How Event Grid delivers, for events.bicep.')
output EVENT_DELIVERY string = eventDelivery

@description('Name of the identity that Event Grid delivers as; empty without Event Grid.')
output DELIVERY_IDENTITY_NAME string = isEventGrid ? deliveryIdentityName : ''

@description('Whether storage takes only private traffic: Event Grid then needs a system-assigned identity.')
output STORAGE_IS_PRIVATE bool = privateNetwork
