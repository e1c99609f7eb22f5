// The guests of the portal.
import { PreferenceLevel, type ConciergeClient } from "../../../src/index.js";
import type { User } from "../../shared/page/frame.js";
import { tell, type Story } from "../../shared/server/stories.js";

const WISHES = [
  { dimension: "pillow", value: "feather", level: PreferenceLevel.AVOID },
  { dimension: "tag", value: "quiet", level: PreferenceLevel.PREFERRED },
];

const STORIES: readonly (Story & { note: User["note"] })[] = [
  {
    id: "p-1001",
    displayName: "Ana Ferreira",
    locale: "en",
    isKnown: true,
    took: ["spa.thermal-circuit", "spa.sunrise-yoga", "spa.couples-ritual", "dining.wine-cellar"],
    wishes: WISHES,
    stay: { from: 12, to: 16 },
    note: { en: "Has stayed before; reads English", "zh-Hans": "曾经入住；阅读英文" },
  },
  {
    id: "p-1002",
    displayName: "王丽",
    locale: "zh-Hans",
    isKnown: true,
    took: ["culture.sea-caves", "culture.golf-round", "dining.cataplana", "transfer.faro-private"],
    wishes: WISHES,
    stay: { from: 12, to: 16 },
    note: { en: "Has stayed before; reads Chinese", "zh-Hans": "曾经入住；阅读中文" },
  },
  {
    id: "p-1003",
    displayName: "Sam Okafor",
    locale: "en",
    isKnown: false,
    took: [],
    stay: { from: 12, to: 16 },
    note: { en: "New, and has agreed to nothing", "zh-Hans": "新客人，尚未同意任何用途" },
  },
  {
    id: "p-1004",
    displayName: "<script>alert(1)</script>",
    locale: "en",
    isKnown: false,
    took: [],
    stay: { from: 12, to: 16 },
    note: { en: "A name that must stay a name", "zh-Hans": "名字就只是名字" },
  },
];

/** The guests that may be chosen. */
export const demoGuests: readonly User[] = STORIES.map(({ id, displayName, note }) => ({ id, displayName, note }));

/** Writes the guests. */
export function seed(client: ConciergeClient, propertyId: string, textVersion: string): Promise<void> {
  return tell(client, STORIES, propertyId, textVersion);
}
