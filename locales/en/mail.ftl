mail-greeting = Hello { $name },
mail-subject-daily = { $count ->
    [one] Partner Center: { $count } piece of news today
   *[other] Partner Center: { $count } pieces of news today
 }
mail-subject-many = { $count ->
    [one] Partner Center: { $count } piece of news
   *[other] Partner Center: { $count } pieces of news
 }
mail-more = { $count ->
    [one] and { $count } more
   *[other] and { $count } more
 }
mail-why = You get this mail because of your notification preferences in Partner Center.
mail-change = Change them
