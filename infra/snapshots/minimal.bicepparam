using '../main.bicep'

// The fewest parameters, everything else by default.
param authAudience = '22222222-2222-2222-2222-222222222222'
