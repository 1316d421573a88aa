using '../events.bicep'

// Straight to the function, with the identity that storage behind private endpoints needs.
param partnerTopicNames = ['oa-production-1', 'oa-production-2']
param storageAccountName = 'stoutlook'
param functionAppName = 'func-outlook'
param eventDelivery = 'function'
param topicIdentity = 'SystemAssigned'
