// Who arrives, stays and leaves today. A hotel reads this from its property management system; the example has its own.
import { PreferenceLevel, type ConciergeClient } from "../../../src/index.js";
import { localDate, tell, type Story } from "../../shared/server/stories.js";

/** Why a guest is on today's list. */
export type Movement = "arrival" | "in-house" | "departure";

/** A guest of today. */
export interface HouseGuest {
  readonly id: string;
  readonly displayName: string;
  readonly movement: Movement;
  readonly roomId: string;
  readonly reservationId: string;
  /** Language the guest speaks, BCP 47. */
  readonly locale: string;
  readonly checkInDate: string;
  readonly checkOutDate: string;
  readonly adults: number;
  readonly children: number;
}

type HouseStory = Story & { readonly roomId: string };

const { AVOID, PREFERRED } = PreferenceLevel;
const ARRIVAL = { from: 0, to: 3 };
const IN_HOUSE = { from: -2, to: 2 };
const DEPARTURE = { from: -3, to: 0 };

const STORIES: readonly HouseStory[] = [
  {
    id: "d-2001",
    displayName: "Marta Nunes",
    locale: "pt",
    isKnown: true,
    took: ["spa.thermal-circuit", "spa.sea-salt-massage", "dining.wine-cellar"],
    stay: ARRIVAL,
    roomId: "214",
    wishes: [
      { dimension: "room_location", value: "high_floor", level: PREFERRED },
      { dimension: "pillow", value: "feather", level: AVOID },
    ],
  },
  {
    id: "d-2002",
    displayName: "李伟",
    locale: "zh-Hans",
    isKnown: true,
    took: ["culture.sea-caves", "transfer.faro-private", "dining.cataplana"],
    stay: ARRIVAL,
    roomId: "305",
    wishes: [{ dimension: "tag", value: "local-culture", level: PREFERRED }],
  },
  { id: "d-2003", displayName: "Sam Okafor", locale: "en", isKnown: false, took: [], stay: ARRIVAL, roomId: "118" },
  {
    id: "d-2004",
    displayName: "Ingrid Halvorsen",
    locale: "nb",
    isKnown: true,
    took: ["dining.petiscos", "dining.chefs-vegetarian-table"],
    stay: IN_HOUSE,
    roomId: "402",
    wishes: [{ dimension: "diet", value: "vegetarian", level: PREFERRED }],
  },
  {
    id: "d-2005",
    displayName: "João & Inês Costa",
    locale: "pt",
    isKnown: true,
    took: ["family.kids-club", "family.pool-cabana", "culture.sea-caves"],
    stay: { ...IN_HOUSE, adults: 2, children: 2 },
    roomId: "110",
    wishes: [{ dimension: "tag", value: "family-time", level: PREFERRED }],
  },
  { id: "d-2006", displayName: "陈美玲", locale: "zh-Hans", isKnown: true, took: ["flex.late-checkout-14", "flex.early-checkin"], stay: DEPARTURE, roomId: "221" },
  {
    id: "d-2007",
    displayName: "<script>alert(1)</script>",
    locale: "en",
    isKnown: false,
    took: [],
    stay: DEPARTURE,
    roomId: "107",
  },
];

/** The guests of today, arrivals first. Dates are those of the hotel. */
export function today(): HouseGuest[] {
  return STORIES.map(({ id, displayName, roomId, locale, stay }) => ({
    id,
    displayName,
    movement: stay.from === 0 ? "arrival" : stay.to === 0 ? "departure" : "in-house",
    roomId,
    reservationId: `res-${id}`,
    locale,
    checkInDate: localDate(stay.from),
    checkOutDate: localDate(stay.to),
    adults: stay.adults ?? 2,
    children: stay.children ?? 0,
  }));
}

/** Writes the guests. */
export function seed(client: ConciergeClient, propertyId: string): Promise<void> {
  return tell(client, STORIES, propertyId, "registration-2026-11");
}
