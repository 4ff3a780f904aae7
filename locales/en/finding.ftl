# Finding deals: filters, saved views, keys, bulk changes.
deals-order-closing = By close date
deals-reorder-closing = by close date
deals-newer = Newer deals
deals-beside = Beside this deal
deals-previous = Previous deal
deals-next = Next deal
deals-none-filtered-title = No deal matches this filter here
deals-none-here-advice = Deals in another tab match. The number beside each tab says how many.
deals-look-in-inbound = Look in Inbound
deals-look-in-outbound = Look in Outbound
deals-look-in-favourites = Look in Favourites

filter-title = Filter
filter-title-active = Filter ({ $count })
filter-choose = Choose what to filter by
filter-apply = Show deals
filter-remove = Remove the filter { $filter }
filter-chip = { $label }: { $values }
filter-words = Search
filter-status = Status
filter-type = Type
filter-location = Location
filter-no-location = The organisation itself
filter-location-unknown = Unknown location
filter-customer = Customer
filter-country = Customer’s country
filter-solution = Solution
filter-solution-hint = Solution IDs, with commas between them
filter-member = Team member
filter-member-hint = Mail addresses, with commas between them
filter-help = Help needed
filter-closing = Close date
filter-closes_from = Closes on or after
filter-closes_to = Closes on or before
filter-value = Value
filter-currency = Currency
filter-currency-hint = Three letters such as KRW
filter-value_from = Value from
filter-value_to = Value to
filter-expires = Waits for an answer
filter-expires-any = However long
filter-expires-in = { $count ->
    [one] Expires within { $count } day
   *[other] Expires within { $count } days
 }
filter-missing = Details missing
filter-missing-any = Any
filter-missing-customer = Customer organisation
filter-missing-contact = Customer contact
filter-missing-solution = Solution
filter-missing-team = Team
filter-missing-value = Value
filter-missing-close_date = Close date
filter-missing-name = Name
filter-flaw-date = This is not a date. It is left out.
filter-flaw-currency = Choose a currency for the value, such as KRW. The value is left out.
filter-flaw-amount = Type an amount such as 12500 or 12,500.50. It is left out.

view-save = Save this view
view-name = Name of the view
view-default = Show it when I open the list
view-is-default = Shown first
view-remove = Delete
view-remove-named = Delete the view { $name }
view-flaw-name = Give the view a name.
view-flaw-long = This name is too long. Use at most 60 letters.
view-flaw-taken = You have a view of this name already, or as many views as you can have. Choose another name or delete one.
views-title = Saved views
views-intro = Ways of looking at the list that you have saved. They are yours alone.
views-none = You have not saved a view yet. Filter the list, then choose “Save this view”.
flash-view-saved = The view is saved.
flash-view-removed = The view is deleted.

keys-title = Keyboard
keys-intro = What the keys do in the list of deals, while you are not typing into a field.
keys-key = Key
keys-what = What it does
keys-next = Next deal of the list
keys-previous = Previous deal of the list
keys-search = Search
keys-filter = Open or close the filter
keys-help = This list of keys

values-title = Values to choose from
values-intro = What the newest deals that you can see have. Choose one to see its deals.
values-none = None yet.

bulk-title = Change deals
bulk-picked = Change the picked deals
bulk-all = Change all that match ({ $count })
bulk-none-title = No deal is picked
bulk-none-advice = Tick the deals in the list, then choose “Change the picked deals”.
bulk-about = { $count ->
    [one] { $count } picked deal.
   *[other] { $count } picked deals.
 }
bulk-about-all = Everything that matches the list’s filter.
bulk-choose-legend = What is to be done
bulk-choose = Choose
bulk-see = See what would happen
bulk-do-favourite = Make them favourites of mine
bulk-do-no-favourite = Take them out of my favourites
bulk-do-member = Add somebody to the team
bulk-do-stage = Set the sales stage
bulk-do-lose = Mark as lost
bulk-go-favourite = Make them favourites
bulk-go-no-favourite = Take them out
bulk-go-member = Add to the teams
bulk-go-stage = Set the stage
bulk-go-lose = Mark as lost
bulk-first-name = First name
bulk-last-name = Last name
bulk-phone = Phone
bulk-mail = Mail
bulk-stage = Stage
bulk-reason = Reason
bulk-note = Note
bulk-note-hint = Needed for “other”
bulk-flaw-none = No deal is picked.
bulk-flaw-change = Choose what is to be done.
bulk-flaw-stage = Choose a stage.
bulk-preview-title = What would happen
bulk-what = { $change }: { $value }
bulk-final = Lost deals are closed for good: nothing can be changed afterwards.
bulk-more = More than { $count } deals match; the counts are of the newest { $count }. The change goes through all of them.
bulk-will-change = { $count ->
    [one] { $count } deal will change.
   *[other] { $count } deals will change.
 }
bulk-will-stay = { $count ->
    [one] { $count } deal is so already.
   *[other] { $count } deals are so already.
 }
bulk-will-refuse = { $count ->
    [one] { $count } deal will not:
   *[other] { $count } deals will not:
 }
bulk-run-title = Change of many deals
bulk-running = { $done } deals done.
bulk-running-of = { $done } of { $total } deals done.
bulk-completed = All done.
bulk-cancelled = Stopped.
bulk-counts = { $changed } changed, { $same } as they were, { $refused } refused.
bulk-finished = Ended at { $when }.
bulk-cancel = Stop
bulk-cancel-note = What has been changed stays changed.
bulk-refresh = Refresh
bulk-refused-title = Why deals refused
bulk-refused = { $count ->
    [one] { $count } deal:
   *[other] { $count } deals:
 }
bulk-results = Deal by deal
bulk-no-results = Nothing yet.
bulk-show-all = Show all
bulk-show-refused = Show only those that refused
bulk-deal = Deal
bulk-result = Result
bulk-next-page = Next page
bulk-outcome-changed = Changed
bulk-outcome-same = As it was
flash-bulk-cancelled = Stopped.
flash-bulk-over = It was over already.
