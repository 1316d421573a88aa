using '../events.bicep'

// As npm run events:setup deploys it after minimal.bicepparam with Event Grid.
param partnerTopicNames = ['outlook-availability']
param storageAccountName = 'stoutlook'
param functionAppName = 'func-outlook'
param deliveryIdentityName = 'id-outlook-events'
param workspaceId = '/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-availability/providers/Microsoft.OperationalInsights/workspaces/log-outlook'
