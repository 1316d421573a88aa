import { tagsType } from 'types.bicep'

metadata description = 'A Log Analytics workspace, and Application Insights that writes into it; neither takes a key.'

@description('Required. Name of the workspace.')
param workspaceName string

@description('Required. Name of the Application Insights component.')
param appInsightsName string

@description('Required. Region.')
param location string

@description('Required. Tags.')
param tags tagsType

@description('Required. Days for which logs are kept; up to 30 cost nothing extra.')
@minValue(30)
@maxValue(730)
param retentionDays int

@description('Required. Gigabytes a day after which nothing more is taken in; -1 sets no limit.')
@minValue(-1)
param dailyQuotaGb int

resource workspace 'Microsoft.OperationalInsights/workspaces@2026-03-01' = {
  name: workspaceName
  location: location
  tags: tags
  properties: {
    sku: { name: 'PerGB2018' }
    retentionInDays: retentionDays
    workspaceCapping: { dailyQuotaGb: dailyQuotaGb }
    features: { disableLocalAuth: true, enableLogAccessUsingOnlyResourcePermissions: true }
  }
}

resource appInsights 'Microsoft.Insights/components@2020-02-02' = {
  name: appInsightsName
  location: location
  tags: tags
  kind: 'web'
  properties: {
    Application_Type: 'web'
    WorkspaceResourceId: workspace.id
    DisableLocalAuth: true // telemetry is taken from identities with the role Monitoring Metrics Publisher only
    DisableIpMasking: false
  }
}

@description('Id of the workspace: the scope of alert queries.')
output workspaceId string = workspace.id

@description('Id of Application Insights: the source of the workbook.')
output appInsightsId string = appInsights.id

@description('Says where telemetry goes. No secret: without a token of an identity that has the role it opens nothing.')
output connectionString string = appInsights.properties.ConnectionString
