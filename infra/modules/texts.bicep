metadata description = 'What texts may look like. Bicep has no patterns: they are held to their characters and lengths.'

@export()
@description('Whether the text has these characters only.')
func hasOnly(characters string, text string) bool =>
  empty(filter(range(0, length(text)), at => !contains(characters, substring(text, at, 1))))

@export()
@description('Whether it is an id of Microsoft Entra.')
func isGuid(text string) bool =>
  join(map(split(text, '-'), part => string(length(part))), '-') == '8-4-4-4-12' && hasOnly(
    '0123456789abcdef-',
    toLower(text)
  )

@export()
@description('Whether it looks like an address range in CIDR notation, of either version of IP.')
func isRange(text string) bool =>
  length(split(text, '/')) == 2 && !startsWith(text, '/') && !endsWith(text, '/') && hasOnly(
    '0123456789abcdef.:/',
    toLower(text)
  )

@export()
@description('Whether Event Grid takes it as the name of a topic.')
func isTopicName(text string) bool =>
  length(text) >= 3 && length(text) <= 50 && hasOnly('abcdefghijklmnopqrstuvwxyz0123456789-', toLower(text))
