metadata description = 'Alerts on what the app logs, and who is told. Each query is a file in queries/alerts; docs/operations.md says what to do about each.'

@description('Required. Region.')
param location string

@description('Required. Tags.')
param tags { *: string }

@description('Required. First part of the names of alerts: tells several deployments apart.')
param namePrefix string

@description('Required. Id of the Log Analytics workspace that the app logs into.')
param workspaceId string

@description('Optional. Ids of action groups that are told of every alert.')
param actionGroupIds string[] = []

@description('Optional. Address that is told of every alert, through an action group made for it; none: no such group.')
param email string = ''

@description('Optional. Whether alerts are evaluated. Off, they stay in place and say nothing.')
param enabled bool = true

@description('Optional. Whether notifications come through Event Grid: only then are there dead letters and an authorization that ends.')
param isEventGrid bool = false

@description('Required with Event Grid. Until when Microsoft Graph may create partner topics.')
param partnerAuthorizationExpires string = ''

@description('Optional. Days before the end of that authorization from which it is an alert.')
@minValue(1)
@maxValue(180)
param partnerAuthorizationDays int = 30

@description('Optional. Seconds that work may be overdue.')
@minValue(60)
param overdueSecondsMax int = 300

@description('Optional. Percent of watched calendars that may be stale or unknown.')
@minValue(0)
@maxValue(100)
param staleCalendarsPercentMax int = 5

@description('Optional. Percent of reads that Graph may turn away.')
@minValue(0)
@maxValue(100)
param throttledPercentMax int = 10

@description('Optional. Percent of requests that may be answered with 5xx.')
@minValue(0)
@maxValue(100)
param serverErrorsPercentMax int = 5

@description('Optional. Silence of Graph, while subscriptions stand, that is an alert. Few calendars are silent overnight and on Sundays: then P1D or P2D.')
@allowed(['PT1H', 'PT2H', 'PT3H', 'PT6H', 'P1D', 'P2D'])
param silence string = 'PT6H'

@description('A rule. Without `measure` it is about the number of rows that its query finds.')
type ruleType = {
  name: string
  title: string
  severity: 0 | 1 | 2 | 3 | 4
  query: string
  window: string
  every: string
  measure: string?
  operator: 'GreaterThan' | 'LessThan'
  threshold: int
}

var expires = isEventGrid && empty(partnerAuthorizationExpires)
  ? fail('partnerAuthorizationExpires is empty; say until when the partner configuration authorizes Microsoft Graph')
  : partnerAuthorizationExpires

// Log lines arrive some minutes late: a window reaches further back than the evaluation before, so that none is missed.
var always ruleType[] = [
  {
    name: 'noSweep'
    title: 'Nothing runs: no sweep completed'
    severity: 0
    query: loadTextContent('queries/alerts/noSweep.kql')
    window: 'PT15M'
    every: 'PT5M'
    operator: 'GreaterThan'
    threshold: 0
  }
  {
    name: 'poison'
    title: 'Messages that failed every time'
    severity: 1
    query: loadTextContent('queries/alerts/poison.kql')
    window: 'PT15M'
    every: 'PT5M'
    operator: 'GreaterThan'
    threshold: 0
  }
  {
    name: 'overdueWork'
    title: 'Work waits too long'
    severity: 1
    query: loadTextContent('queries/alerts/overdueWork.kql')
    window: 'PT10M'
    every: 'PT5M'
    measure: 'overdueSeconds'
    operator: 'GreaterThan'
    threshold: overdueSecondsMax
  }
  {
    name: 'staleCalendars'
    title: 'Too many calendars are stale or unknown'
    severity: 1
    query: loadTextContent('queries/alerts/staleCalendars.kql')
    window: 'PT15M'
    every: 'PT5M'
    measure: 'percent'
    operator: 'GreaterThan'
    threshold: staleCalendarsPercentMax
  }
  {
    name: 'subscriptionsExpiring'
    title: 'Subscriptions end within 24 hours, or wait for an hour'
    severity: 2
    query: loadTextContent('queries/alerts/subscriptionsExpiring.kql')
    window: 'PT30M'
    every: 'PT15M'
    measure: 'subscriptions'
    operator: 'GreaterThan'
    threshold: 0
  }
  {
    name: 'renewalFailures'
    title: 'Subscriptions fail again and again'
    severity: 2
    query: loadTextContent('queries/alerts/renewalFailures.kql')
    window: 'PT1H'
    every: 'PT15M'
    operator: 'GreaterThan'
    threshold: 0
  }
  {
    name: 'throttling'
    title: 'Microsoft Graph turns reads away'
    severity: 2
    query: loadTextContent('queries/alerts/throttling.kql')
    window: 'PT30M'
    every: 'PT5M'
    measure: 'percent'
    operator: 'GreaterThan'
    threshold: throttledPercentMax
  }
  {
    name: 'serverErrors'
    title: 'Requests are answered with 5xx'
    severity: 1
    query: loadTextContent('queries/alerts/serverErrors.kql')
    window: 'PT15M'
    every: 'PT5M'
    measure: 'percent'
    operator: 'GreaterThan'
    threshold: serverErrorsPercentMax
  }
  {
    name: 'silence'
    title: 'Microsoft Graph is silent'
    severity: 2
    query: loadTextContent('queries/alerts/silence.kql')
    window: silence
    every: 'PT1H'
    operator: 'GreaterThan'
    threshold: 0
  }
  {
    name: 'turnedUnknown'
    title: 'Calendars that cannot be told any more'
    severity: 3
    query: loadTextContent('queries/alerts/turnedUnknown.kql')
    window: 'PT30M'
    every: 'PT15M'
    operator: 'GreaterThan'
    threshold: 0
  }
]

var withEventGrid ruleType[] = [
  {
    name: 'deadLetters'
    title: 'Event Grid gave up on events'
    severity: 1
    query: loadTextContent('queries/alerts/deadLetters.kql')
    window: 'PT30M'
    every: 'PT15M'
    measure: 'events'
    operator: 'GreaterThan'
    threshold: 0
  }
  {
    name: 'partnerAuthorization'
    title: 'Microsoft Graph may soon create no partner topics'
    severity: 2
    query: replace(loadTextContent('queries/alerts/partnerAuthorization.kql'), 'PARTNER_AUTHORIZATION_EXPIRES', expires)
    window: 'PT1H'
    every: 'PT1H'
    measure: 'daysLeft'
    operator: 'LessThan'
    threshold: partnerAuthorizationDays
  }
]

var rules ruleType[] = isEventGrid ? concat(always, withEventGrid) : always

resource group 'Microsoft.Insights/actionGroups@2023-01-01' = if (!empty(email)) {
  name: 'ag-${namePrefix}'
  location: 'global'
  tags: tags
  properties: {
    enabled: true
    groupShortName: 'availability'
    emailReceivers: [{ name: 'operator', emailAddress: email, useCommonAlertSchema: true }]
  }
}

resource alerts 'Microsoft.Insights/scheduledQueryRules@2026-03-01' = [
  for rule in rules: {
    name: 'alert-${namePrefix}-${rule.name}'
    location: location
    tags: tags
    kind: 'LogAlert'
    properties: {
      displayName: rule.title
      description: 'What it means and what to do first: docs/operations.md, "${rule.name}".'
      scopes: [workspaceId]
      severity: rule.severity
      enabled: enabled
      evaluationFrequency: rule.every
      windowSize: rule.window
      autoMitigate: true
      skipQueryValidation: true // before the app has logged anything its tables are missing
      criteria: {
        allOf: [
          union(
            {
              query: rule.query
              operator: rule.operator
              threshold: rule.threshold
              // One: a query that sums up its window leaves no time by which several could be told apart.
              failingPeriods: { numberOfEvaluationPeriods: 1, minFailingPeriodsToAlert: 1 }
            },
            rule.?measure == null
              ? { timeAggregation: 'Count' }
              : {
                  timeAggregation: rule.operator == 'LessThan' ? 'Minimum' : 'Maximum'
                  metricMeasureColumn: rule.?measure
                }
          )
        ]
      }
      actions: { actionGroups: concat(actionGroupIds, empty(email) ? [] : [group.id]) }
    }
  }
]

@description('Names of the alerts.')
output alertNames string[] = [for (rule, index) in rules: alerts[index].name]
