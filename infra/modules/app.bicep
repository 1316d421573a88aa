import { tagsType } from 'types.bicep'

metadata description = 'The function app on a Flex Consumption plan of its own.'

@description('Required. Name of the app, unique in all of Azure.')
param name string

@description('Required. Name of the plan.')
param planName string

@description('Required. Region.')
param location string

@description('Required. Tags.')
param tags tagsType

@description('Required. Name of the identity that the app acts as.')
param identityName string

@description('Required. Blob endpoint of the storage account, with its final slash.')
param blobServiceUri string

@description('Required. App settings, but for NOTIFICATION_URL, which is made of the app\'s own host name.')
param settings settingsType

@description('Required. Megabytes of memory of an instance; 512 has a quarter of a core, 2048 one, 4096 two.')
@allowed([512, 2048, 4096])
param instanceMemoryMB int

@description('Required. Most instances that may run at once, for each group of functions that scales by itself.')
@minValue(40)
@maxValue(1000)
param maximumInstanceCount int

@description('Required. Requests that one instance answers at once before another is started.')
@minValue(1)
@maxValue(1000)
param httpConcurrency int

@description('Required. Instances that are kept warm, by group: "http", or "function:<name>". Zeros are left out.')
param alwaysReady alwaysReadyType

@description('Required. Whether instances are spread over the zones of the region.')
param zoneRedundant bool

@description('Required. Address ranges from which the app may be called; none: from anywhere.')
param allowedIpRanges string[]

@description('Required. Service tags that may call the app beside those ranges.')
param allowedServiceTags string[]

@description('Required. Address ranges from which code may be deployed; none: from anywhere, with a role on the app.')
param allowedDeployerIpRanges string[]

@description('Required. Subnet for outgoing traffic; empty: none.')
param subnetId string

@description('App settings by name.')
type settingsType = { *: string }

@description('Warm instances by group.')
type alwaysReadyType = { *: int }

var names = loadJsonContent('../../shared/names.json')
var callers = concat(
  map(allowedIpRanges, range => { ipAddress: range, tag: 'Default' }),
  map(allowedServiceTags, serviceTag => { ipAddress: serviceTag, tag: 'ServiceTag' })
)

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' existing = {
  name: identityName
}

resource plan 'Microsoft.Web/serverfarms@2025-03-01' = {
  name: planName
  location: location
  tags: tags
  kind: 'functionapp'
  sku: { name: 'FC1', tier: 'FlexConsumption' }
  properties: { reserved: true, zoneRedundant: zoneRedundant } // reserved: Linux
}

resource app 'Microsoft.Web/sites@2025-03-01' = {
  name: name
  location: location
  tags: union(tags, { 'azd-service-name': 'api' }) // how azd finds where to deploy to
  kind: 'functionapp,linux'
  identity: { type: 'UserAssigned', userAssignedIdentities: { '${identity.id}': {} } }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    publicNetworkAccess: 'Enabled' // Graph, Event Grid and booking services call from outside; see ipSecurityRestrictions
    keyVaultReferenceIdentity: identity.id
    virtualNetworkSubnetId: empty(subnetId) ? null : subnetId
    siteConfig: {
      minTlsVersion: '1.2'
      scmMinTlsVersion: '1.2'
      ftpsState: 'Disabled'
      http20Enabled: true
      ipSecurityRestrictionsDefaultAction: empty(callers) ? 'Allow' : 'Deny'
      ipSecurityRestrictions: [
        for (rule, index) in callers: {
          name: 'allowed-${index + 1}'
          action: 'Allow'
          priority: 100 + index
          ipAddress: rule.ipAddress
          tag: rule.tag
        }
      ]
      scmIpSecurityRestrictionsDefaultAction: empty(allowedDeployerIpRanges) ? 'Allow' : 'Deny'
      scmIpSecurityRestrictions: [
        for (range, index) in allowedDeployerIpRanges: {
          name: 'allowed-${index + 1}'
          action: 'Allow'
          priority: 100 + index
          ipAddress: range
        }
      ]
    }
    functionAppConfig: {
      runtime: { name: 'node', version: '24' }
      deployment: {
        storage: {
          type: 'blobContainer'
          value: '${blobServiceUri}${names.packagesContainer}'
          authentication: { type: 'UserAssignedIdentity', userAssignedIdentityResourceId: identity.id }
        }
      }
      // How it scales. All HTTP functions share instances ("http"); each queue or timer function has its own. A queue
      // function gets one instance for every batchSize (host.json) messages that wait, at most four more at a time.
      scaleAndConcurrency: {
        instanceMemoryMB: instanceMemoryMB
        maximumInstanceCount: maximumInstanceCount
        alwaysReady: [
          for group in filter(items(alwaysReady), group => group.value > 0): {
            name: group.key
            instanceCount: group.value
          }
        ]
        triggers: { http: { perInstanceConcurrency: httpConcurrency } }
      }
    }
  }

  // Replaces all settings at each deployment: what is set by hand in the portal is gone.
  resource appSettings 'config' = {
    name: 'appsettings'
    // Set for the other doors as well: after a change of doors the app then knows the old door's subscriptions as its own.
    properties: union(
      settings,
      { NOTIFICATION_URL: 'https://${app.properties.defaultHostName}/api/graph/notifications' }
    )
  }

  // No password opens the deployment endpoints: a token of somebody with a role on the app does.
  resource ftp 'basicPublishingCredentialsPolicies' = {
    name: 'ftp'
    properties: { allow: false }
  }

  resource scm 'basicPublishingCredentialsPolicies' = {
    name: 'scm'
    properties: { allow: false }
  }
}

@description('Host name of the app.')
output hostName string = app.properties.defaultHostName
