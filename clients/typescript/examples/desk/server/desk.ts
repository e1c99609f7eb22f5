// The desk's own server: who its users are, what the page is told, and who is on today's list.
import type { Server } from "node:http";
import type { ConciergeClient } from "../../../src/index.js";
import type { User } from "../../shared/page/frame.js";
import type { Sessions } from "../../shared/server/session.js";
import { pageServer } from "../../shared/server/web.js";
import { guardedRoutes, type DeskSettings } from "./guard.js";
import { today, type HouseGuest } from "./house.js";

/** What the page is told about itself. */
export interface PageSettings extends DeskSettings {
  readonly brandId: string;
  readonly houseName: Readonly<Record<string, string>>;
}

/** Options of the desk server. */
export interface DeskOptions {
  readonly client: ConciergeClient;
  readonly sessions: Sessions;
  /** Folder with the built page. */
  readonly folder: string;
  readonly log?: (line: string) => void;
  /** Today's list. Default: that of the example. */
  readonly house?: () => readonly HouseGuest[];
}

/** The settings of the example. */
export const settings: PageSettings = {
  brandId: "demo",
  propertyId: "algarve-cliffs",
  placementId: "frontdesk.prompt",
  source: "desk",
  houseName: { en: "Falésia Cliffs Resort", "zh-Hans": "法莱西亚悬崖度假酒店" },
};

/**
 * The desk's key: `decisions.read` for the reasons that staff may read, `catalog.read` for the names of offers; no floor,
 * margin, score or guest value.
 */
export const rights: readonly string[] = ["decide", "events.write", "guests.read", "decisions.read", "catalog.read"];

/** Staff, as numbers and not names: their numbers stand in the events. */
export const staff: readonly User[] = [
  { id: "s-17", displayName: "17", note: { en: "Early shift", "zh-Hans": "早班" } },
  { id: "s-23", displayName: "23", note: { en: "Late shift", "zh-Hans": "晚班" } },
];

/** The desk's server, not listening yet. */
export function deskServer({ client, house = today, ...rest }: DeskOptions): Server {
  const routes = guardedRoutes(client, settings, house);
  let read: Promise<Titles> | undefined;
  const titles = () => {
    // Read once; a failure is tried again by whoever asks next.
    read ??= readTitles(client).catch(() => ((read = undefined), {}));
    return read;
  };
  return pageServer({ ...rest, settings, users: staff, routes, answers: { "/today": house, "/titles": titles } });
}

/** Headlines by offer, then by language. */
export type Titles = Readonly<Record<string, Readonly<Record<string, string>>>>;

async function readTitles(client: ConciergeClient): Promise<Titles> {
  const titles: Record<string, Record<string, string>> = {};
  let pageToken = "";
  do {
    const page = await client.catalog.listOffers({ parent: client.names.brand, pageToken });
    for (const { offerId, treatments } of page.offers) {
      const known = (titles[offerId] ??= {});
      for (const { locale, content } of treatments) {
        if (content?.title) known[locale] ??= content.title;
      }
    }
    pageToken = page.nextPageToken;
  } while (pageToken !== "");
  return titles;
}
