metadata description = 'What the app\'s identity may do in Azure, and where. Its permission in Microsoft Graph: graph-permissions/.'

@description('Required. Name of the identity.')
param identityName string

@description('Required. Name of the storage account.')
param accountName string

@description('Required. Name of the Application Insights component.')
param appInsightsName string

@description('Required. Name of the vault.')
param vaultName string

@description('Required. Name of the secret in the vault.')
param secretName string

// The host keeps its locks, keys and the app's package in blobs, in containers that it makes itself: hence the account,
// and Owner, as its identity-based connection requires.
var blobDataOwner = 'b7e6dc6d-f1e8-4753-8033-0f276bb0955b'
// Triggers take messages, the app and the host's poison handling add them.
var queueDataContributor = '974c5e8b-45b9-4653-ba55-5f855dd0fb88'
// Rows of calendars and subscriptions; the host writes its diagnostic events into a table of its own.
var tableDataContributor = '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3'
// Telemetry, since Application Insights takes no key.
var metricsPublisher = '3913510d-42f4-4e42-8a64-420c390055eb'
// The setting CLIENT_STATE_KEYS; the one secret, not the vault.
var secretsUser = '4633458b-17de-408a-b874-0445c86b69e6'

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' existing = {
  name: identityName
}

resource account 'Microsoft.Storage/storageAccounts@2025-08-01' existing = {
  name: accountName
}

resource appInsights 'Microsoft.Insights/components@2020-02-02' existing = {
  name: appInsightsName
}

resource vault 'Microsoft.KeyVault/vaults@2026-02-01' existing = {
  name: vaultName

  resource secret 'secrets' existing = {
    name: secretName
  }
}

resource onStorage 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for roleId in [blobDataOwner, queueDataContributor, tableDataContributor]: {
    scope: account
    name: guid(account.id, identity.id, roleId)
    properties: {
      principalId: identity.properties.principalId
      principalType: 'ServicePrincipal'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roleId)
    }
  }
]

resource onAppInsights 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: appInsights
  name: guid(appInsights.id, identity.id, metricsPublisher)
  properties: {
    principalId: identity.properties.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', metricsPublisher)
  }
}

resource onSecret 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: vault::secret
  name: guid(vault::secret.id, identity.id, secretsUser)
  properties: {
    principalId: identity.properties.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', secretsUser)
  }
}
