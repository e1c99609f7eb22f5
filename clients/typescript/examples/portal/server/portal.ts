// The portal's own server: who its users are, and what the page is told.
import type { Server } from "node:http";
import type { ConciergeClient } from "../../../src/index.js";
import type { User } from "../../shared/page/frame.js";
import type { Sessions } from "../../shared/server/session.js";
import { pageServer } from "../../shared/server/web.js";
import { guardedRoutes, type PortalSettings } from "./guard.js";

/** What the page is told about itself. */
export interface PageSettings extends PortalSettings {
  readonly brandId: string;
  readonly heroPlacementId: string;
  readonly listPlacementId: string;
  readonly houseName: Readonly<Record<string, string>>;
}

/** Options of the portal server. */
export interface PortalOptions {
  readonly client: ConciergeClient;
  readonly settings: PageSettings;
  /** Where the page reaches Concierge; it must list the page's origin in `gateway.cors_origins`. */
  readonly apiUrl: string;
  readonly sessions: Sessions;
  readonly guests: readonly User[];
  /** Folder with the built page. */
  readonly folder: string;
  readonly log?: (line: string) => void;
}

/** The settings of the example. */
export const settings: PageSettings = {
  brandId: "demo",
  propertyId: "algarve-cliffs",
  heroPlacementId: "portal.hero",
  listPlacementId: "booking.upsell",
  placementIds: ["portal.hero", "booking.upsell"],
  textVersion: "portal-2026-11",
  source: "portal",
  houseName: { en: "Falésia Cliffs Resort", "zh-Hans": "法莱西亚悬崖度假酒店" },
};

/**
 * The portal's key may do what a portal does, and mint tokens, which may do no more than the key: it sees no floor, no
 * margin, no score, no reasons for staff.
 */
export const rights: readonly string[] = ["decide", "events.write", "guests.read", "guests.write", "tokens.mint"];

/** The portal's server, not listening yet. */
export function portalServer(options: PortalOptions): Server {
  const { client, guests, apiUrl, ...rest } = options;
  const settings = { ...options.settings, apiUrl };
  return pageServer({ ...rest, apiUrl, settings, users: guests, routes: guardedRoutes(client, settings) });
}
