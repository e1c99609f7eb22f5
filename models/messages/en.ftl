# Why an offer, a channel or a moment was chosen, in sentences. One file a language; every message stands in each.

## What a guest may read of an offer: nothing that the hotel knows of them, nothing of what it is worth.

guest-taste = Chosen to suit what you enjoy.
guest-affinity = It goes well with your preferences.
guest-situation = A good fit for this moment of your stay.
guest-goes-with = Goes well with what you chose.
guest-popularity = A favourite of our guests.
guest-exploration = Something new that you may like.
guest-fallback = Always there for you.
guest-recommended = Recommended by our team.

## What staff may read of an offer.

staff-taste = Fits the guest's taste better than the other candidates.
staff-affinity = Fits a preference of the guest.
staff-situation = Fits the stay stage, the party and the time of day.
staff-popularity = Accepted more often than others by all guests.
staff-lever = Pushed by a lever of the decision policy.
staff-value = Worth more than the other candidates.
staff-exploration = Shown to learn how guests answer to it.
staff-fallback = Nothing else was eligible.
staff-guest-value = The guest is among those who matter most to the house.
staff-goes-with = Often taken by guests who chose the same.

## Why this channel and this moment: for guests, and for staff.

channel-guest-habit = This is where you usually read us.
channel-staff-habit = Worth most by how this guest answers.
channel-guest-segment = A good way to reach you at this time.
channel-staff-segment = Worth most by how guests of this segment answer; little is known of this one.
channel-guest-presence = You are with us here right now.
channel-staff-presence = The guest is on this surface now.
channel-staff-only-channel = The only channel that nothing forbids.
channel-guest-transaction = It is about your booking.
channel-staff-transaction = The booking needs it: no consent to marketing is wanted, quiet hours hold.
channel-guest-moment = Sent when it suits you best.
channel-staff-moment = It waits for a moment that is worth more than now.
channel-guest-waits = It waits so as not to disturb you.
channel-staff-waits = It waits for the first moment that is allowed.
channel-staff-exploration = Drawn to learn, though another channel seems worth more.

## Why nothing is sent, for staff.

withheld-no-consent = The guest has not agreed to it.
withheld-unreachable = No address or surface reaches the guest.
withheld-do-not-disturb = The guest wants to be left alone.
withheld-capped = A contact policy is used up.
withheld-quiet-hours = Quiet hours last until after the latest moment.
withheld-low-value = Silence is worth more than any contact.
withheld-not-allowed = No channel that is allowed is in use.
withheld-suppressed = What the guest answered earlier keeps it away for a while.
withheld-no-offer = The offer may not be shown now.
withheld-bounced = The only address bounced.
withheld-masked = The only address is a travel agency's, which carries no marketing.
withheld-revoked = The guest gave this channel up.
