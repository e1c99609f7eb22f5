// The desk: what its server lets pass, and outcomes as events.
import { mkdtempSync, rmSync } from "node:fs";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import {
  Channel,
  Code,
  EventErrorCode,
  EventType,
  ReasonAudience,
  connect,
  newEvent,
  offersIn,
  type ConciergeClient,
  type DecideInput,
  type DecideOffersResponse,
  type Event,
  type ShownOffer,
} from "../src/index.js";
import { connectNode } from "../src/node.js";
import { Outcomes, UNDO_MS } from "../examples/desk/page/outcomes.js";
import { words } from "../examples/desk/page/words.js";
import { deskServer, rights, settings } from "../examples/desk/server/desk.js";
import { seed, today } from "../examples/desk/server/house.js";
import { PMS_RIGHTS } from "../examples/shared/server/run.js";
import { Sessions } from "../examples/shared/server/session.js";
import { describeWithServer } from "./support.js";

/** A suggestion at the desk for d-2004. Now and then the policy draws that a smile is better; then it is asked again. */
async function suggested(
  decide: (input: DecideInput) => Promise<DecideOffersResponse>,
  placement: NonNullable<DecideInput["placements"]>[number],
  locale: string,
): Promise<ShownOffer> {
  for (let tries = 0; tries < 5; tries += 1) {
    const decided = await decide({ property: "algarve-cliffs", guest: "d-2004", placements: [placement], context: { locale } });
    const [shown] = offersIn(decided, "frontdesk.prompt");
    if (shown) return shown;
  }
  throw new Error("nothing to suggest, five times");
}

const GUEST = "brands/demo/guests/d-2004";
const PROPERTY = "brands/demo/properties/algarve-cliffs";

describeWithServer(
  "the desk's server",
  (server) => {
    const sessions = new Sessions();
    const folder = mkdtempSync(join(tmpdir(), "desk-"));
    let desk: Server;
    let base: string;
    let pms: ConciergeClient;

    beforeEach(async () => {
      pms = connectNode({ brand: "demo", baseUrl: server().url, key: server().key("pms") });
      const client = connectNode({ brand: "demo", baseUrl: server().url, key: server().key("desk") });
      desk = deskServer({ client, sessions, folder });
      await new Promise<void>((done) => desk.listen(0, "127.0.0.1", done));
      base = `http://127.0.0.1:${(desk.address() as AddressInfo).port}`;
    });
    afterEach(() => {
      desk.closeAllConnections();
      desk.close();
      rmSync(folder, { recursive: true, force: true });
    });

    /** A page of a member of staff; of nobody without one. */
    function pageOf(staffId?: string): ConciergeClient {
      const withCookie: typeof fetch = (url, init) => {
        const headers = new Headers(init?.headers);
        if (staffId !== undefined) headers.set("cookie", sessions.begin(staffId).split(";")[0]!);
        return fetch(url, { ...init, headers });
      };
      return connect({ brand: "demo", baseUrl: `${base}/rpc`, fetch: withCookie });
    }

    it("tells nothing to who is not signed in", async () => {
      await expect(pageOf().guests.getGuest({ name: GUEST })).rejects.toMatchObject({ code: Code.Unauthenticated });
      const ask = pageOf().decide({ property: "algarve-cliffs", guest: "d-2004", placements: ["frontdesk.prompt"] });
      await expect(ask).rejects.toMatchObject({ code: Code.Unauthenticated });
      for (const path of ["/today", "/titles"]) expect((await fetch(base + path)).status, path).toBe(401);
    });

    it("gives staff reasons and the content made for them, and no score, floor or margin", async () => {
      await seed(pms, "algarve-cliffs");
      const { offer } = await suggested((input) => pageOf("s-17").decide(input), { placementId: "frontdesk.prompt" }, "en");
      expect(offer.reasons.some(({ audience }) => audience === ReasonAudience.STAFF)).toBe(true);
      expect(offer.content?.title).not.toBe("");
      expect(offer.score).toBe(0);
      expect(offer.selectionProbability).toBeUndefined();
      expect(offer.quote?.floorPrice).toBeUndefined();
    });

    it("has something to say, in the language of staff", async () => {
      await seed(pms, "algarve-cliffs");
      // What staff say is for keys that may read decisions.
      const desks = connectNode({ brand: "demo", baseUrl: server().url, key: server().key("desk") });
      for (const [locale, words] of [["en", /quiet hours/], ["zh-Hans", /温泉/]] as const) {
        const asked = { placementId: "frontdesk.prompt", allowedOfferIds: ["spa.thermal-circuit"] };
        const { offer } = await suggested((input) => desks.decide({ ...input, includeContent: true }), asked, locale);
        expect(offer.content?.staffNotes).toMatch(words);
      }
    });

    it("asks only for its own placement and property, and for somebody", async () => {
      const { decisions } = pageOf("s-17");
      const subject = { case: "guest", value: GUEST } as const;
      const placementRequests = [{ placementId: "frontdesk.prompt" }];
      const calls = {
        placement: { property: PROPERTY, subject, placementRequests: [{ placementId: "portal.hero" }] },
        property: { property: "brands/demo/properties/lisbon-baixa", subject, placementRequests },
        nobody: { property: PROPERTY, placementRequests },
      };
      for (const [name, request] of Object.entries(calls)) {
        await expect(decisions.decideOffers(request), name).rejects.toMatchObject({ code: Code.PermissionDenied });
      }
      await expect(pageOf("s-17").admin.getServerStatus({})).rejects.toMatchObject({ code: Code.Unimplemented });
      const change = pageOf("s-17").guests.updateConsent({ name: `${GUEST}/consent` });
      await expect(change).rejects.toMatchObject({ code: Code.Unimplemented });
    });

    it("writes outcomes only, in the name of who is signed in", async () => {
      const origin = { source: "pms", subject: { case: "guest", value: GUEST } as const };
      const forged = { offerId: "spa.thermal-circuit", staffId: "s-99", roomId: "1", amount: { currencyCode: "EUR", amountMinor: 1n } };
      const { results } = await pageOf("s-23").recordEach([
        newEvent(EventType.PAY, origin, forged),
        newEvent(EventType.NOT_OFFERED, origin, forged),
        newEvent(EventType.CHECK_OUT, origin, forged),
      ]);
      const { PERMISSION_DENIED } = EventErrorCode;
      expect(results.map(({ error }) => error?.code)).toEqual([PERMISSION_DENIED, undefined, PERMISSION_DENIED]);
      const { entries } = await pageOf("s-23").guests.listGuestTimeline({ parent: GUEST });
      const [last] = entries.flatMap(({ entry }) => (entry.case === "event" ? [entry.value] : []));
      expect(last).toMatchObject({
        eventType: EventType.NOT_OFFERED,
        source: settings.source,
        staffId: "s-23",
        roomId: "402",
        channel: Channel.FRONT_DESK,
      });
      expect(last?.amount).toBeUndefined();
    });
  },
  { credentials: { desk: rights, pms: PMS_RIGHTS } },
);

describe("outcomes", () => {
  const shown = { decision: "d", attributionToken: "t", placementId: "p", slot: 1, offerId: "o", offer: {} } as ShownOffer;
  const origin = { source: "desk", subject: { case: "anonymousId", value: "x" } as const };
  const sent: Event[] = [];
  const queue = { add: (event: Event) => void sent.push(event), flush: () => Promise.resolve() };
  const types = () => sent.map(({ eventType }) => eventType);

  beforeEach(() => {
    sent.length = 0;
    vi.useFakeTimers();
  });
  afterEach(() => void vi.useRealTimers());

  it("are told when they can no longer be taken back", async () => {
    const settled = vi.fn();
    const outcomes = new Outcomes(shown, origin, queue, settled);
    outcomes.record("accepted");
    await vi.advanceTimersByTimeAsync(UNDO_MS - 1);
    expect(types()).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(types()).toEqual([EventType.IMPRESSION, EventType.ACCEPT]);
    expect(settled).toHaveBeenCalledOnce();
    expect(outcomes.undo()).toBe(false);
  });

  it("that are taken back are never told", async () => {
    const outcomes = new Outcomes(shown, origin, queue);
    outcomes.record("declined");
    expect(outcomes.undo()).toBe(true);
    await vi.advanceTimersByTimeAsync(2 * UNDO_MS);
    await outcomes.settle();
    expect(types()).toEqual([]);
  });

  it("one after the other: shown once, and the first stands when the second is taken back", async () => {
    const settled = vi.fn();
    const outcomes = new Outcomes(shown, origin, queue, settled);
    outcomes.record("offered");
    outcomes.record("declined");
    await vi.advanceTimersByTimeAsync(0);
    expect(types()).toEqual([EventType.IMPRESSION]);
    expect(settled, "the second may still be taken back").not.toHaveBeenCalled();
    expect(outcomes.undo()).toBe(true);
    outcomes.record("accepted");
    await outcomes.settle();
    expect(types()).toEqual([EventType.IMPRESSION, EventType.ACCEPT]);
    outcomes.record("notOffered");
    await outcomes.settle();
    expect(types().at(-1)).toBe(EventType.NOT_OFFERED);
  });
});

describe("the desk's page", () => {
  it("says everything in both languages, and knows why each guest is on the list", () => {
    expect(Object.keys(words.en)).toEqual(Object.keys(words["zh-Hans"]));
    expect(new Set(today().map(({ movement }) => movement))).toEqual(new Set(["arrival", "in-house", "departure"]));
  });
});
