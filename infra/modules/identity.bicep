import { tagsType } from 'types.bicep'

metadata description = 'One user-assigned identity. It outlives the app, so that its rights stay when the app is made anew.'

@description('Required. Name of the identity.')
param name string

@description('Required. Region.')
param location string

@description('Required. Tags.')
param tags tagsType

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
  name: name
  location: location
  tags: tags
}

@description('Client id: what the app asks tokens with.')
output clientId string = identity.properties.clientId

@description('Object id of the identity\'s service principal: what roles are given to, in Azure and in Microsoft Graph.')
output principalId string = identity.properties.principalId
