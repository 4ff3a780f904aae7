brand = Partner Center
language-name = English
skip-to-content = Skip to content
nav-label = Workspaces
save = Save
sign-out = Sign out
error-home = To the start page
error-request = Request
error-not-found = There is no such page
error-not-found-advice = The address may be old or mistyped, or it belongs to another organisation.
error-too-large = That is too large
error-too-large-advice = Send a smaller file, or split it.
error-too-slow = What you sent came too slowly
error-too-slow-advice = Nothing was saved. Try again, over a better connection if there is one.
error-too-many = Too many tries
error-too-many-advice = Wait some minutes, then try again.
error-unavailable = The portal cannot reach its database
error-unavailable-advice = Nothing is lost. Try again in a moment.
error-internal = Something went wrong on our side
error-internal-advice = Nothing was saved half. Try again; if it happens again, tell support the request number below.
error-csrf = This form is too old
error-csrf-advice = Go back, load the page anew and send the form again. You may have signed in or out in another window.
error-bad-form = This request cannot be read
error-bad-form-advice = Check the address, or go back, load the page anew and send the form again.
error-nul = There is a character that no text may have
error-nul-advice = A NUL character (code 0) is in what was typed or in the address. Remove it, type the text anew rather than pasting it, and try again.
duration-moment = less than a minute
duration-minutes = { $count ->
    [one] about { $count } minute
   *[other] about { $count } minutes
 }
duration-hours = { $count ->
    [one] about { $count } hour
   *[other] about { $count } hours
 }
duration-days = { $count ->
    [one] about { $count } day
   *[other] about { $count } days
 }
