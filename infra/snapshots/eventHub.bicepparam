using '../main.bicep'

// Notifications through an event hub in another group and subscription.
param authAudience = '22222222-2222-2222-2222-222222222222'
param notificationDoor = 'eventHub'
param eventHubId = '/subscriptions/00000000-0000-0000-0000-000000000003/resourceGroups/rg-events/providers/Microsoft.EventHub/namespaces/contoso-events/eventhubs/graph'
param eventHubConsumerGroup = 'outlook-availability'
param eventHubTenantDomain = 'contoso.onmicrosoft.com'
