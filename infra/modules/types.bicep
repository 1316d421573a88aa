metadata description = 'Types that several modules share.'

@export()
@description('Tags by name.')
type tagsType = { *: string }
