# Why an offer, a channel or a moment was chosen, in sentences. See en.ftl.

## What a guest may read of an offer: nothing that the hotel knows of them, nothing of what it is worth.

guest-taste = 依照您的喜好為您挑選。
guest-affinity = 與您的偏好相符。
guest-situation = 正適合您此刻的行程。
guest-goes-with = 與您已選的項目相得益彰。
guest-popularity = 深受賓客喜愛。
guest-exploration = 您或許會喜歡的新選擇。
guest-fallback = 隨時為您準備。
guest-recommended = 由我們的團隊推薦。

## What staff may read of an offer.

staff-taste = 比其他候選更符合賓客的口味。
staff-affinity = 符合賓客的一項偏好。
staff-situation = 符合入住階段、同行人員和時段。
staff-popularity = 在所有賓客中接受率較高。
staff-lever = 由決策策略的調節項提升。
staff-value = 價值高於其他候選。
staff-exploration = 為了解賓客反應而展示。
staff-fallback = 沒有其他可用的候選。
staff-guest-value = 該賓客對酒店格外重要。
staff-goes-with = 選擇了相同項目的賓客常選此項。

## Why this channel and this moment: for guests, and for staff.

channel-guest-habit = 您通常在這裡查看我們的訊息。
channel-staff-habit = 根據這位賓客的回應習慣，價值最高。
channel-guest-segment = 此時與您聯絡的合適方式。
channel-staff-segment = 根據同類賓客的回應，價值最高；對這位賓客了解尚少。
channel-guest-presence = 您此刻正在這裡。
channel-staff-presence = 賓客此刻正使用這一管道。
channel-staff-only-channel = 唯一未被禁止的管道。
channel-guest-transaction = 與您的預訂有關。
channel-staff-transaction = 預訂所需：無需行銷同意，靜默時段仍然有效。
channel-guest-moment = 在最適合您的時間傳送。
channel-staff-moment = 等待比現在更有價值的時刻。
channel-guest-waits = 為不打擾您而稍後傳送。
channel-staff-waits = 等待首個允許的時刻。
channel-staff-exploration = 為學習而抽取，儘管另一管道看來更有價值。

## Why nothing is sent, for staff.

withheld-no-consent = 賓客未同意。
withheld-unreachable = 沒有可聯絡到賓客的地址或管道。
withheld-do-not-disturb = 賓客不希望被打擾。
withheld-capped = 聯絡次數已達上限。
withheld-quiet-hours = 靜默時段持續到最晚時刻之後。
withheld-low-value = 不聯絡比任何聯絡更有價值。
withheld-not-allowed = 沒有可用的獲准管道。
withheld-suppressed = 賓客此前的答覆使其暫不傳送。
withheld-no-offer = 該優惠目前不可展示。
withheld-bounced = 唯一的地址已退信。
withheld-masked = 唯一的地址屬於旅行社，不能用於行銷。
withheld-revoked = 賓客已停用該管道。
