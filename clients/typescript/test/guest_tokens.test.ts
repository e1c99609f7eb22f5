// Guest tokens: kept, shared and renewed by the client; what the server lets them do.
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { describe, expect, it, vi } from "vitest";
import {
  Code,
  ConnectError,
  EventErrorCode,
  EventType,
  connect,
  guestTokens,
  newEvent,
  offerEvent,
  shownOffers,
  type GuestToken,
  type Key,
} from "../src/index.js";
import type { LocalServer } from "../dev/local_server.js";
import { describeWithServer } from "./support.js";

const MINUTE = 60_000;

describe("the tokens of a page", () => {
  /** Tokens t1, t2, … of ten minutes each, by a clock of ours. */
  function page(lifeMs = 10 * MINUTE) {
    const clock = { ms: 1_000_000 };
    let count = 0;
    const mint = vi.fn(async (): Promise<GuestToken> => {
      return { token: `t${(count += 1)}`, expireTime: timestampFromMs(clock.ms + lifeMs) };
    });
    return { clock, mint, key: guestTokens({ mint, now: () => clock.ms }) };
  }

  it("are minted once for all calls, and anew before the end, while calls go on", async () => {
    const { clock, mint, key } = page();
    expect(await Promise.all([key(), key(), key()])).toEqual(["t1", "t1", "t1"]);
    clock.ms += 9 * MINUTE - 1;
    expect(await key()).toBe("t1");
    expect(mint).toHaveBeenCalledTimes(1);
    clock.ms += 1;
    expect([await key(), await key()]).toContain("t1");
    await vi.waitFor(async () => expect(await key()).toBe("t2"));
    expect(mint).toHaveBeenCalledTimes(2);
  });

  it("hold until their end while the back end is away, and are asked for again", async () => {
    const { clock, mint, key } = page();
    await key();
    const away = new ConnectError("away", Code.Unavailable);
    mint.mockRejectedValueOnce(away).mockRejectedValueOnce(away);
    clock.ms += 9.5 * MINUTE;
    expect(await key()).toBe("t1");
    await new Promise((done) => setTimeout(done));
    clock.ms += MINUTE / 2;
    await expect(key()).rejects.toBe(away);
    expect(await key()).toBe("t2");
  });

  it("that were refused are replaced once, also when many calls are refused", async () => {
    const { mint, key } = page();
    const old = await key();
    expect(await Promise.all([key(old), key(old)])).toEqual(["t2", "t2"]);
    expect(await key(old)).toBe("t2");
    expect(mint).toHaveBeenCalledTimes(2);
  });

  it("are used until they are refused by a page whose clock is wrong", async () => {
    const { mint, key } = page(-5 * MINUTE);
    expect([await key(), await key()]).toEqual(["t1", "t1"]);
    expect(mint).toHaveBeenCalledTimes(1);
  });

  it("that are short are renewed after half of their life", async () => {
    const { clock, key } = page(2000);
    await key();
    clock.ms += 999;
    await key();
    expect(await key()).toBe("t1");
    clock.ms += 1;
    await key();
    await vi.waitFor(async () => expect(await key()).toBe("t2"));
  });
});

describeWithServer(
  "guest tokens",
  (server) => {
    const property = "algarve-cliffs";
    const open = (key: Key) => connect({ brand: "demo", baseUrl: server().url, key, timeoutMs: 5000 });
    const backEnd = (running: LocalServer) => open(running.key("portal"));

    /** A back end's mint, counted. */
    function minting(guest: string, seconds: number) {
      const { admin, names } = backEnd(server());
      const subject = { case: "guest", value: names.guest(guest) } as const;
      return vi.fn(() => admin.mintGuestToken({ brand: names.brand, subject, ttl: { seconds: BigInt(seconds) } }));
    }

    it("a page decides, tells what was seen and reads what is known, and names itself `me`", async () => {
      const client = open(guestTokens({ mint: minting("ana", 900) }));
      const decided = await client.decide({ property, placements: ["portal.hero"], deferActivation: true });
      const origin = { source: "portal", subject: client.subject({ guest: "me" }) };
      const shown = shownOffers(decided)[0]!;
      const { results } = await client.recordEach([
        offerEvent(EventType.IMPRESSION, shown, origin),
        offerEvent(EventType.ACCEPT, shown, origin),
        newEvent(EventType.CLICK, origin, { offerId: shown.offerId }),
      ]);
      const refused = EventErrorCode.PERMISSION_DENIED;
      expect(results.map(({ error }) => error?.code)).toEqual([undefined, refused, refused]);
      const name = client.names.consent("me");
      expect((await client.guests.getConsent({ name })).consent?.name).toBe(name);
    });

    it("another guest is refused, and so is what a page may not do; no token is minted for that", async () => {
      const mint = minting("ana", 900);
      const client = open(guestTokens({ mint }));
      const { names } = client;
      const calls = {
        guest: () => client.decide({ property, guest: "bea", placements: ["portal.hero"] }),
        consent: () => client.guests.getConsent({ name: names.consent("bea") }),
        profile: () => client.guests.getPreferenceProfile({ name: names.preferenceProfile("bea") }),
        question: () => client.guests.nextSurveyQuestion({ guest: names.guest("bea") }),
        record: () => client.guests.getGuest({ name: names.guest("me") }),
        timeline: () => client.guests.listGuestTimeline({ parent: names.guest("me") }),
        mint: () => client.admin.mintGuestToken({ brand: names.brand }),
      };
      for (const [what, call] of Object.entries(calls)) {
        await expect(call(), what).rejects.toMatchObject({ code: Code.PermissionDenied });
      }
      expect(mint).toHaveBeenCalledTimes(1);
    });

    it("a token ends; a page that renews it does not notice", async () => {
      const mint = minting("ana", 1);
      const { token } = await mint();
      const fixed = open(token);
      // A clock that stands still: the page learns of the end from the server alone.
      const start = Date.now();
      const renewed = open(guestTokens({ mint, now: () => start }));
      const ask = (client: typeof fixed) => client.decide({ property, placements: ["portal.hero"] });
      await ask(renewed);
      expect(mint).toHaveBeenCalledTimes(2);
      await new Promise((done) => setTimeout(done, 1100));
      await expect(ask(fixed)).rejects.toMatchObject({ code: Code.Unauthenticated });
      expect((await ask(renewed)).propositions).toHaveLength(1);
      expect(mint).toHaveBeenCalledTimes(3);
    });

    it("who is refused with a new key, too, is refused, and not asked for a third", async () => {
      const keys = vi.fn((refused?: string) => (refused === undefined ? "gt_x" : "gt_y"));
      const same = vi.fn(() => "gt_x");
      const ask = (key: Key) => open(key).decide({ property, placements: ["portal.hero"] });
      await expect(ask(keys)).rejects.toMatchObject({ code: Code.Unauthenticated });
      expect(keys.mock.calls).toEqual([[], ["gt_x"]]);
      await expect(ask(same)).rejects.toMatchObject({ code: Code.Unauthenticated });
    });
  },
);
