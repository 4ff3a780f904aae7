# The import of a PSC export. $column: as the file spells it; $value: what stood there; $line: line of the file, from 1.

psc-import-state-reading = Reading the files
psc-import-state-done = Taken in: { $deals } deals, { $rejected } rows rejected.
psc-import-state-refused = Refused
psc-import-state-failed = Interrupted

## Rejected rows

psc-problem-field-count = The row does not have as many fields as the header (found / expected: { $value }).
psc-problem-nul = { $column } contains a null character.
psc-problem-no-id = { $column } is empty, so the row cannot be told apart from others.
psc-problem-duplicate-id = The same { $column } already stands in line { $value }; only that row was taken over.
psc-problem-too-long = { $column } is too long.
psc-problem-unknown-status = { $column } is “{ $value }”. Known are Open, Won, Lost and Closed - Duplicate.
psc-problem-unknown-business = { $column } is “{ $value }”. Known are Co-sell, Solution Assessment, OEM Licensing and OEM IoT.
psc-problem-unknown-co-sell = { $column } is “{ $value }”. Known are Yes and No.
psc-problem-unknown-source = { $column } is “{ $value }”. Known are Microsoft and Partner.
psc-problem-unknown-role = { $column } is “{ $value }”. Known are Admin, Deal manager and Seller.
psc-problem-unreadable-created = { $column } is “{ $value }”, which is not a date such as 2021-04-10T09:00:00Z. Without it nobody can tell whether the deal is eligible.

## Warnings: the row was taken over without this detail

psc-problem-unreadable-value = { $column } is “{ $value }”, which is not a plain number such as 1250 or 1250.50. The value is missing.
psc-problem-unknown-currency = { $column } is “{ $value }”, which is not an ISO 4217 currency code such as USD. The currency is missing.
psc-problem-unreadable-close-date = { $column } is “{ $value }”, which is not a date such as 07/31/2021. The close date is missing.
psc-problem-unreadable-solution-close-date = { $column } is “{ $value }”, which is not a date such as 07/31/2021. It was left out.
psc-problem-unreadable-stage = { $column } is “{ $value }”. Known are 10, 20, 40, 60, 80 and 100. The stage was left out.
psc-problem-unreadable-modified = { $column } is “{ $value }”, which is not a date such as 2021-04-10T09:00:00Z. It was left out.
psc-problem-unreadable-product = { $column }: “{ $value }” is not an ID, or an ID with quantity and price (ID|quantity|price). What could be read was taken over.
psc-problem-unreadable-quantity = { $column }: the quantity in “{ $value }” is not a plain number. The product was taken over without it.
psc-problem-unreadable-price = { $column }: the price in “{ $value }” is not a plain number. The product was taken over without it.
psc-problem-unreadable-member = { $column }: “{ $value }” does not have the four parts first name, last name, phone, email. What could be read was taken over.
psc-problem-unknown-country = { $column } is “{ $value }”, which is not a two-letter country code such as KR. The customer is incomplete.

## Files that cannot be used. $file: its name; $columns: names of columns

psc-refusal-empty = { $file } is empty.
psc-refusal-workbook = { $file } is an Excel workbook. Save it as “CSV UTF-8 (comma delimited)” and upload it again.
psc-refusal-encoding = { $file }, line { $line }: the text is neither UTF-8 nor UTF-16 nor CP949. Save it as “CSV UTF-8” and upload it again.
psc-refusal-missing-columns = { $file } lacks these columns: { $columns }. Export it again with all columns.
psc-refusal-duplicate-columns = { $file } has these columns more than once: { $columns }.
psc-refusal-too-many-columns = { $file }, line { $line }: there are more than 512 fields. This is not the file that PSC exports.
psc-refusal-unclosed-quote = { $file }: a quotation mark in the row that begins in line { $line } is never closed.
psc-refusal-row-too-long = { $file }: the row that begins in line { $line } is longer than 1 MiB. Probably a quotation mark in it is never closed.
