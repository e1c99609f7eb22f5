// Guests of the examples, and what they did before: written through the public API like that of any other system.
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import {
  type ConciergeClient,
  ConsentBasis,
  ConsentState,
  EventType,
  type PreferenceLevel,
  Purpose,
  newEvent,
  type EventOrigin,
} from "../../../src/index.js";

/** A guest of an example. */
export interface Story {
  readonly id: string;
  readonly displayName: string;
  readonly locale: string;
  /** Has stayed before, and allows profiling and measurement. */
  readonly isKnown: boolean;
  /** The offers the guest took on each of the past stays. */
  readonly took: readonly string[];
  /** The stay, in days from today. */
  readonly stay: { readonly from: number; readonly to: number; readonly adults?: number; readonly children?: number };
  /** The room, for a guest who is in the house. */
  readonly roomId?: string;
  /** What the guest said before. */
  readonly wishes?: readonly { dimension: string; value: string; level: PreferenceLevel }[];
}

/** How many days ago the past stays were. */
const PAST_STAYS: readonly number[] = [410, 290, 120];

/** Writes the guests, their bookings, arrivals, consents and histories. */
export async function tell(
  client: ConciergeClient,
  stories: readonly Story[],
  propertyId: string,
  textVersion: string,
): Promise<void> {
  const { names } = client;
  const property = names.property(propertyId);
  for (const story of stories) {
    await client.guests.updateGuest({
      guest: { name: names.guest(story.id), displayName: story.displayName, locale: story.locale },
      allowMissing: true,
    });
    const origin: EventOrigin = { source: "pms", subject: client.subject({ guest: story.id }) };
    const { from, to, adults = 2, children = 0 } = story.stay;
    const stay = {
      checkInDate: localDate(from),
      checkOutDate: localDate(to),
      party: { adultCount: adults, childCount: children },
    };
    const reservationId = `res-${story.id}`;
    const events = [newEvent(EventType.BOOK, origin, { property, reservationId, stay })];
    if (from < 0) {
      const roomId = story.roomId ?? "";
      events.push(newEvent(EventType.CHECK_IN, origin, { property, reservationId, stay, roomId }));
    }
    await client.record(events);
    if (story.isKnown) await tellHistory(client, story, property, textVersion);
  }
}

async function tellHistory(client: ConciergeClient, story: Story, property: string, textVersion: string): Promise<void> {
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
  if (story.wishes) {
    const name = names.preferenceProfile(story.id);
    await client.guests.updatePreferenceProfile({ preferenceProfile: { name, statedPreferences: [...story.wishes] } });
  }
  // History of any age is told by the source `backfill`.
  const origin: EventOrigin = { source: "backfill", subject: client.subject({ guest: story.id }) };
  const events = PAST_STAYS.flatMap((days) => {
    const eventTime = timestampFromMs(Date.now() - days * 86_400_000);
    const stay = { checkInDate: localDate(-days), checkOutDate: localDate(2 - days), party: { adultCount: 2 } };
    const of = { property, reservationId: `res-${story.id}-${days}`, eventTime };
    return [
      newEvent(EventType.CHECK_IN, origin, { ...of, stay }),
      ...story.took.map((offerId) => newEvent(EventType.CONSUME, origin, { ...of, offerId })),
      newEvent(EventType.CHECK_OUT, origin, { ...of, stay }),
    ];
  });
  await client.record(events);
}

/** The local date of the examples' hotel some days from today. */
export function localDate(days: number): string {
  const format = new Intl.DateTimeFormat("en-CA", { timeZone: "Europe/Lisbon" });
  return format.format(Date.now() + days * 86_400_000);
}
