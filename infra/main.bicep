metadata description = 'Outlook Availability. So far its storage: the tables and queues that the app works on.'

@description('Required. Name of the storage account, unique in all of Azure: 3-24 lower-case letters and digits.')
@minLength(3)
@maxLength(24)
param storageAccountName string

@description('Optional. Region of everything; the resource group\'s by default.')
param location string = resourceGroup().location

@description('Optional. Tags of everything.')
param tags object = {}

module storage 'storage.bicep' = {
  params: {
    accountName: storageAccountName
    location: location
    tags: tags
  }
}

@description('Queue endpoint, for the app setting AzureWebJobsStorage__queueServiceUri.')
output queueServiceUri string = storage.outputs.queueServiceUri

@description('Table endpoint, for the app setting AzureWebJobsStorage__tableServiceUri.')
output tableServiceUri string = storage.outputs.tableServiceUri
