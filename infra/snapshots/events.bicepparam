using '../events.bicep'

// As npm run events:setup deploys it after minimal.bicepparam with Event Grid.
param partnerTopicNames = ['outlook-availability']
param storageAccountName = 'stoutlook'
param functionAppName = 'func-outlook'
param deliveryIdentityName = 'id-outlook-events'
