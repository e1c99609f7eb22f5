// The guests of the example, and what they did before: written through the public API like that of any other system.
import {
  type ConciergeClient,
  ConsentBasis,
  ConsentState,
  EventType,
  PreferenceLevel,
  Purpose,
  newEvent,
  offerEvent,
  shownOffers,
  type EventOrigin,
} from "../../../src/index.js";
import type { DemoGuest } from "./portal.js";

interface Story extends DemoGuest {
  readonly locale: string;
  readonly isKnown: boolean;
  /** Beginnings of the ids of offers the guest took in the past. */
  readonly likes: readonly string[];
}

const STORIES: readonly Story[] = [
  {
    id: "p-1001",
    displayName: "Ana Ferreira",
    locale: "en",
    isKnown: true,
    likes: ["spa.", "dining.wine", "dining.chefs"],
    note: { en: "Has stayed before; reads English", "zh-Hans": "曾经入住；阅读英文" },
  },
  {
    id: "p-1002",
    displayName: "王丽",
    locale: "zh-Hans",
    isKnown: true,
    likes: ["culture.", "dining.cataplana", "transfer."],
    note: { en: "Has stayed before; reads Chinese", "zh-Hans": "曾经入住；阅读中文" },
  },
  {
    id: "p-1003",
    displayName: "Sam Okafor",
    locale: "en",
    isKnown: false,
    likes: [],
    note: { en: "New, and has agreed to nothing", "zh-Hans": "新客人，尚未同意任何用途" },
  },
  {
    id: "p-1004",
    displayName: "<script>alert(1)</script>",
    locale: "en",
    isKnown: false,
    likes: [],
    note: { en: "A name that must stay a name", "zh-Hans": "名字就只是名字" },
  },
];

/** The guests that may be chosen. */
export const demoGuests: readonly DemoGuest[] = STORIES.map(({ id, displayName, note }) => ({ id, displayName, note }));

/** Writes the guests, their bookings, consents and histories. */
export async function seed(client: ConciergeClient, propertyId: string, textVersion: string): Promise<void> {
  for (const story of STORIES) {
    const { names } = client;
    await client.guests.updateGuest({
      guest: { name: names.guest(story.id), displayName: story.displayName, locale: story.locale },
      allowMissing: true,
    });
    const origin: EventOrigin = { source: "pms", subject: client.subject({ guest: story.id }) };
    const stay = { checkInDate: inDays(12), checkOutDate: inDays(16), party: { adultCount: 2 } };
    const property = names.property(propertyId);
    await client.record([
      newEvent(EventType.BOOK, origin, { property, reservationId: `res-${story.id}`, stay }),
    ]);
    if (story.isKnown) await tellHistory(client, story, propertyId, textVersion);
  }
}

async function tellHistory(client: ConciergeClient, story: Story, propertyId: string, textVersion: string): Promise<void> {
  const { names } = client;
  await client.guests.updateConsent({
    name: names.consent(story.id),
    records: [Purpose.PROFILING, Purpose.MEASUREMENT].map((purpose) => ({
      purpose,
      state: ConsentState.GRANTED,
      basis: ConsentBasis.CONSENT,
      textVersion,
      source: "registration-card",
    })),
  });
  await client.guests.updatePreferenceProfile({
    preferenceProfile: {
      name: names.preferenceProfile(story.id),
      statedPreferences: [
        { dimension: "pillow", value: "feather", level: PreferenceLevel.AVOID },
        { dimension: "tag", value: "quiet", level: PreferenceLevel.PREFERRED },
      ],
    },
  });
  const origin: EventOrigin = { source: "portal", subject: client.subject({ guest: story.id }) };
  for (let visit = 0; visit < 3; visit += 1) {
    const decided = await client.decide({
      property: propertyId,
      guest: story.id,
      placements: [{ placementId: "booking.upsell", offerCount: 10 }],
      // Nobody sees these; only what the events below say was seen counts.
      deferActivation: true,
    });
    const liked = shownOffers(decided).filter(({ offerId }) => story.likes.some((like) => offerId.startsWith(like)));
    const events = liked.slice(0, 2).flatMap((shown) => [
      offerEvent(EventType.IMPRESSION, shown, origin),
      offerEvent(EventType.CLICK, shown, origin),
    ]);
    if (events.length > 0) await client.record(events);
  }
}

function inDays(days: number): string {
  return new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
}
