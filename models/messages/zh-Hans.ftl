# Why an offer, a channel or a moment was chosen, in sentences. See en.ftl.

## What a guest may read of an offer: nothing that the hotel knows of them, nothing of what it is worth.

guest-taste = 根据您的喜好为您挑选。
guest-affinity = 与您的偏好相符。
guest-situation = 正适合您此刻的行程。
guest-goes-with = 与您已选的项目相得益彰。
guest-popularity = 深受宾客喜爱。
guest-exploration = 您或许会喜欢的新选择。
guest-fallback = 随时为您准备。
guest-recommended = 由我们的团队推荐。

## What staff may read of an offer.

staff-taste = 比其他候选更符合宾客的口味。
staff-affinity = 符合宾客的一项偏好。
staff-situation = 符合入住阶段、同行人员和时段。
staff-popularity = 在所有宾客中接受率较高。
staff-lever = 由决策策略的调节项提升。
staff-value = 价值高于其他候选。
staff-exploration = 为了解宾客反应而展示。
staff-fallback = 没有其他可用的候选。
staff-guest-value = 该宾客对酒店格外重要。
staff-goes-with = 选择了相同项目的宾客常选此项。

## Why this channel and this moment: for guests, and for staff.

channel-guest-habit = 您通常在这里查看我们的消息。
channel-staff-habit = 根据这位宾客的回应习惯，价值最高。
channel-guest-segment = 此时与您联系的合适方式。
channel-staff-segment = 根据同类宾客的回应，价值最高；对这位宾客了解尚少。
channel-guest-presence = 您此刻正在这里。
channel-staff-presence = 宾客此刻正使用这一渠道。
channel-staff-only-channel = 唯一未被禁止的渠道。
channel-guest-transaction = 与您的预订有关。
channel-staff-transaction = 预订所需：无需营销同意，静默时段仍然有效。
channel-guest-moment = 在最适合您的时间发送。
channel-staff-moment = 等待比现在更有价值的时刻。
channel-guest-waits = 为不打扰您而稍后发送。
channel-staff-waits = 等待首个允许的时刻。
channel-staff-exploration = 为学习而抽取，尽管另一渠道看来更有价值。

## Why nothing is sent, for staff.

withheld-no-consent = 宾客未同意。
withheld-unreachable = 没有可联系到宾客的地址或渠道。
withheld-do-not-disturb = 宾客不希望被打扰。
withheld-capped = 联系次数已达上限。
withheld-quiet-hours = 静默时段持续到最晚时刻之后。
withheld-low-value = 不联系比任何联系更有价值。
withheld-not-allowed = 没有可用的获准渠道。
withheld-suppressed = 宾客此前的答复使其暂不发送。
withheld-no-offer = 该优惠目前不可展示。
withheld-bounced = 唯一的地址已退信。
withheld-masked = 唯一的地址属于旅行社，不能用于营销。
withheld-revoked = 宾客已停用该渠道。
