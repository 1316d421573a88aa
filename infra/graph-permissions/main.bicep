extension microsoftGraphV1

metadata description = 'What the app\'s identity may read in Microsoft Graph, for the whole tenant. Deployed by an administrator who may grant it; apart from the rest, because it needs the Microsoft Graph extension from its registry. The same without it: grant.sh. Exchange can narrow it to some mailboxes: docs/security.md.'

@description('Required. Object id of the app\'s identity: the output APP_IDENTITY_PRINCIPAL_ID of main.bicep.')
param principalId string

// The same ids in every tenant.
var permissions = [
  '798ee544-9d2d-430c-a058-570e29e34338' // Calendars.Read: the views, and the subscriptions
  '40f97065-369a-49f4-947c-6a255697ae91' // MailboxSettings.Read: the mailbox's time zone, which places its all-day events
]

resource graph 'Microsoft.Graph/servicePrincipals@v1.0' existing = {
  appId: '00000003-0000-0000-c000-000000000000'
}

resource assignments 'Microsoft.Graph/appRoleAssignedTo@v1.0' = [
  for permission in permissions: {
    appRoleId: permission
    principalId: principalId
    resourceId: graph.id
  }
]
