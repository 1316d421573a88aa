import { tagsType } from 'types.bicep'

metadata description = 'Lets Microsoft Graph create partner topics in this resource group. There is one such configuration a group: other partners that it authorized before are dropped.'

@description('Required. Tags.')
param tags tagsType

@description('Required. Until when topics may be created. At most 365 days ahead; each deployment moves it on.')
param expires string

resource configuration 'Microsoft.EventGrid/partnerConfigurations@2025-02-15' = {
  name: 'default'
  location: 'global'
  tags: tags
  properties: {
    partnerAuthorization: {
      defaultMaximumExpirationTimeInDays: 365
      authorizedPartnersList: [
        {
          partnerName: 'MicrosoftGraphAPI'
          partnerRegistrationImmutableId: 'c02e0126-707c-436d-b6a1-175d2748fb58' // Microsoft Graph's own, the same everywhere
          authorizationExpirationTimeInUtc: expires
        }
      ]
    }
  }
}
