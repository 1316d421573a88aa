#!/bin/sh
# Lets the app's identity read calendars and mailbox time zones, for the whole tenant: main.bicep in this folder, with
# the Azure CLI alone. Needs a sign-in with the role Privileged Role Administrator. Safe to repeat.
#
#   infra/graph-permissions/grant.sh PRINCIPAL_ID [--remove]
#
# PRINCIPAL_ID is the output APP_IDENTITY_PRINCIPAL_ID of the deployment. --remove takes the permissions back, as when
# Exchange RBAC for Applications grants them for some mailboxes only (docs/security.md).
set -eu

principal=${1:-}
mode=${2:-}
case $principal in
  ????????-????-????-????-????????????) ;;
  *) echo "grant.sh: the first argument should be the object id of the app's identity (APP_IDENTITY_PRINCIPAL_ID)" >&2; exit 2 ;;
esac
case $mode in
  "" | --remove) ;;
  *) echo "grant.sh: the second argument may only be --remove" >&2; exit 2 ;;
esac

command -v az > /dev/null || {
  echo "grant.sh: the Azure CLI (az) was not found; install it, and sign in with \"az login\"" >&2
  exit 1
}

graph=https://graph.microsoft.com/v1.0
assignments="$graph/servicePrincipals/$principal/appRoleAssignments"
# Microsoft Graph's own service principal, whose object id differs from tenant to tenant
resource=$(az rest --method get --url "$graph/servicePrincipals(appId='00000003-0000-0000-c000-000000000000')" --query id --output tsv)

for permission in Calendars.Read=798ee544-9d2d-430c-a058-570e29e34338 MailboxSettings.Read=40f97065-369a-49f4-947c-6a255697ae91; do
  name=${permission%%=*}
  role=${permission#*=}
  # An identity has a handful of assignments: they fit on one page.
  existing=$(az rest --method get --url "$assignments" --query "value[?appRoleId=='$role' && resourceId=='$resource'].id | [0]" --output tsv)
  if [ "$mode" = --remove ]; then
    if [ -n "$existing" ]; then
      az rest --method delete --url "$assignments/$existing"
      echo "$name: removed"
    else
      echo "$name: was not granted"
    fi
  elif [ -n "$existing" ]; then
    echo "$name: already granted"
  else
    az rest --method post --url "$assignments" --headers Content-Type=application/json \
      --body "{\"principalId\":\"$principal\",\"resourceId\":\"$resource\",\"appRoleId\":\"$role\"}" --output none
    echo "$name: granted"
  fi
done
