using '../main.bicep'

// Everything that can be closed is closed; sizes at their other end.
param environmentName = 'production'
param namePrefix = 'oa'
param tags = { owner: 'booking-team', costCentre: '4711' }
param locks = true
param graphClientId = '55555555-5555-5555-5555-555555555555'
param notificationDoor = 'eventGrid'
param partnerTopicNames = ['oa-production-1', 'oa-production-2']
param authAudience = '22222222-2222-2222-2222-222222222222,api://outlook-availability'
param allowedIpRanges = ['203.0.113.0/24', '198.51.100.7/32']
param allowedDeployerIpRanges = ['198.51.100.7/32']
param alwaysReadyHttp = 2
param maximumInstanceCount = 100
param instanceMemoryMB = 4096
param zoneRedundant = true
param privateNetwork = true
param vaultSoftDeleteDays = 90
param logRetentionDays = 90
param logDailyQuotaGb = 5
param alertEmail = 'operators@contoso.com'
param alertSilence = 'P1D'
