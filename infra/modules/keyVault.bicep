import { tagsType } from 'types.bicep'

metadata description = 'A vault for the keys that sign clientState, and their first value.'

@description('Required. Unique in all of Azure: 3-24 letters, digits and hyphens.')
@minLength(3)
@maxLength(24)
param vaultName string

@description('Required. Name of the secret that holds CLIENT_STATE_KEYS.')
param secretName string

@description('Required. Region.')
param location string

@description('Required. Tags.')
param tags tagsType

@description('Required. Whether only private endpoints reach the vault.')
param isPrivate bool

@description('Required. Days for which a deleted vault or secret can be brought back.')
@minValue(7)
@maxValue(90)
param softDeleteDays int

@description('Required. Whether nobody can end those days early. Once on, it stays on.')
param purgeProtection bool

@description('Required. Whether the vault is locked against deletion.')
param locked bool

@description('Required. Whether the first key is made here; without, the secret must be put into the vault before the app starts.')
param generateKey bool

@description('Required. Id of the Log Analytics workspace that is told who reads or changes the secret.')
param workspaceId string

// Two random GUIDs: 244 random bits, written as 64 hexadecimal digits. Each deployment makes new ones, and only the
// first is stored. Their defaults are the one place where newGuid() may stand.
@description('Do not set. First half of a new key.')
@secure()
param firstHalf string = newGuid()

@description('Do not set. Second half of a new key.')
@secure()
param secondHalf string = newGuid()

resource vault 'Microsoft.KeyVault/vaults@2026-02-01' = {
  name: vaultName
  location: location
  tags: tags
  properties: {
    tenantId: tenant().tenantId
    sku: { family: 'A', name: 'standard' }
    enableRbacAuthorization: true
    enableSoftDelete: true
    softDeleteRetentionInDays: softDeleteDays
    enablePurgeProtection: purgeProtection ? true : null // the service refuses false
    publicNetworkAccess: isPrivate ? 'Disabled' : 'Enabled'
    networkAcls: { bypass: 'None', defaultAction: isPrivate ? 'Deny' : 'Allow' }
  }
}

// Kept at later deployments, so that a rotated key is not set back and subscriptions keep their clientState.
@onlyIfNotExists()
resource clientStateKeys 'Microsoft.KeyVault/vaults/secrets@2026-02-01' = if (generateKey) {
  parent: vault
  name: secretName
  properties: {
    contentType: 'id:base64, separated by commas; the first signs, all verify'
    value: 'k1:${base64(replace('${firstHalf}${secondHalf}', '-', ''))}'
  }
}

#disable-next-line use-recent-api-versions // the newest that there is
resource audit 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  scope: vault
  name: 'audit'
  properties: {
    workspaceId: workspaceId
    logs: [{ categoryGroup: 'audit', enabled: true }]
  }
}

resource lock 'Microsoft.Authorization/locks@2020-05-01' = if (locked) {
  scope: vault
  name: 'keep-${vaultName}'
  properties: { level: 'CanNotDelete', notes: 'Holds the keys that every live subscription was signed with.' }
}

@description('Reference for the app setting CLIENT_STATE_KEYS. It names no version, so that a rotated key is picked up.')
output clientStateKeysReference string = '@Microsoft.KeyVault(SecretUri=${vault.properties.vaultUri}secrets/${secretName})'
