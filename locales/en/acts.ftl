# What is done with a deal.
deal-do-accept = Accept
deal-do-decline = Decline
deal-do-win = Won
deal-do-lose = Lost
deal-do-withdraw = Created by mistake
deal-do-request = Ask Microsoft for help
deal-do-request-again = Ask Microsoft again
deal-do-visibility = Show to Microsoft
deal-do-invitation = Invite a partner
flash-deal-accepted = The deal is accepted.
flash-deal-closed = The deal is closed.
flash-deal-shown = Microsoft's sellers can see the deal now.
flash-deal-asked = Microsoft has been asked. You see who answers once they accept.
flash-deal-invited = The partner has been invited.
flash-deal-not-now = This cannot be done with the deal now. See what it says below.
deal-accept-title = Accept this deal
deal-accept-intro = Say what the deal is for your company. The sender is told that you accepted.
deal-decline-title = Decline this deal
deal-decline-intro = The sender is told that you declined, and why.
deal-win-title = Mark this deal as won
deal-win-intro = The others of the deal are told.
deal-lose-title = Mark this deal as lost
deal-lose-intro = The others of the deal are told, with the reason.
deal-withdraw-title = Created by mistake
deal-withdraw-intro = For duplicates, tests and the like. A deal that did not work out is lost instead.
deal-end-note-hint = Required for the reason "Other".
deal-note = Note
deal-note-title = Add a note
deal-note-for = For whom
deal-note-own = For your company only
deal-note-shared = Share with the other companies of this deal
deal-note-button = Add the note
deal-visibility-title = Show this deal to Microsoft
deal-visibility-intro = Microsoft's sellers can then see the deal. Nobody is asked to act. Your notes and your CRM ID stay yours.
deal-widen-final = This cannot be taken back: a type never goes back.
deal-request-title = Ask Microsoft for help
deal-request-intro = A seller for the customer's country is asked. You see who it is once they accept.
deal-request-help = Help needed
deal-request-notes = Notes to Microsoft
deal-request-first-name = First name of the customer's contact
deal-request-last-name = Last name of the customer's contact
deal-request-phone = Phone of the customer's contact
deal-request-mail = Mail of the customer's contact
deal-request-consent = Consent
deal-request-agreed = The customer agrees that this contact is shared with Microsoft
deal-request-button = Ask
deal-invitation-title = Invite a partner
deal-invitation-intro = The partner gets a referral of its own, with its own value, date and team. It sees the customer and the solutions.
deal-invite-partner = Partner
deal-invite-hint = The MPN ID, or some letters of the name.
deal-invite-nobody = No partner is found. Check the MPN ID or the name.
deal-invite-to = To whom
deal-invite-find = Find
deal-sides = Others of this deal
deal-waiting = { $count ->
    [0] Sent today
    [one] Waiting for an answer for { $count } day
   *[other] Waiting for an answer for { $count } days
 }
deal-waited = { $count ->
    [0] Answered on the same day
    [one] Answered after { $count } day
   *[other] Answered after { $count } days
 }
deal-stage-next = Sales stage
deal-stage-button = Set the stage
status-what = What does this status mean?
status-means-pending = It has been sent, and nobody has opened it yet.
status-means-received = It has been opened, and waits for an answer.
status-means-accepted = It is accepted and being worked on.
status-means-won = It is won.
status-means-lost = It is lost.
status-means-declined = It was declined.
status-means-expired = Nobody answered in time.
status-means-error = It was created by mistake.
status-nobody = Nobody has to act. Nothing can be changed any more.
status-owner = Your company acts.
status-by = By { $when }; otherwise it expires, and the sender is told.
status-no-deadline = There is no deadline.
status-step-open = Opening it: { $to }
status-step-accept = Accepting: { $to }
status-step-decline = Declining, with a reason: { $to }
status-step-expire = No answer in time: { $to }
status-step-win = Won: { $to }
status-step-lose = Lost, with a reason: { $to }
status-step-withdraw = Created by mistake, with a reason: { $to }
