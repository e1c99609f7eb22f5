// The portal in Chromium: what two guests see, what is told of what they do, and that anybody can use it.
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { EventType } from "../../src/index.js";
import { demoGuests, seed } from "../../examples/portal/server/demo_guests.js";
import { portalServer, rights, settings } from "../../examples/portal/server/portal.js";
import { Sessions } from "../../examples/shared/server/session.js";
import { Stage, eventually, type Size } from "./support.js";

const ANA = "p-1001";
const LI = "p-1002";
const SCRIPT = "p-1004";

describe("the portal in Chromium", () => {
  let stage: Stage;

  beforeAll(async () => {
    stage = await Stage.start({
      name: "portal",
      rights,
      seed: (client) => seed(client, settings.propertyId, settings.textVersion),
      serve: (client, folder, apiUrl) =>
        portalServer({ client, settings, apiUrl, sessions: new Sessions(), guests: demoGuests, folder }),
    });
  });
  afterAll(() => stage?.stop());
  afterEach(async () => expect(await stage.complaints()).toEqual([]));

  async function visit(guest: string, size: Size = "wide", locale = "en"): Promise<void> {
    await stage.visit(size, "portal.locale", locale);
    await stage.signIn(guest);
    await stage.browser.until("the offers", "document.querySelectorAll('.card').length > 1");
    await stage.browser.until("the record", "document.querySelector('.known details')");
  }

  it("two guests see different pages: each what that guest likes first", async () => {
    const ANAS = /^(spa\.|dining\.wine|dining\.chefs)/;
    const LIS = /^(culture\.|transfer\.|dining\.cataplana)/;
    const pages: Record<string, string[][]> = { [ANA]: [], [LI]: [] };
    // Now and then something else is tried, so one visit would prove nothing.
    for (let visits = 0; visits < 4; visits += 1) {
      for (const guest of [ANA, LI]) {
        await visit(guest);
        pages[guest]!.push(await stage.offers());
      }
    }
    // The higher an offer stands, the more it counts.
    const prominence = (guest: string, likes: RegExp) =>
      pages[guest]!.flatMap((page) => page.map((offer, index) => (likes.test(offer) ? 1 / (1 + index) : 0)))
        .reduce((sum, one) => sum + one, 0);
    expect(prominence(ANA, ANAS), JSON.stringify(pages)).toBeGreaterThan(prominence(LI, ANAS));
    expect(prominence(LI, LIS), JSON.stringify(pages)).toBeGreaterThan(prominence(ANA, LIS));
  });

  it("tells what was really seen, and nothing else", async () => {
    const since = Date.now();
    await visit(ANA, "phone");
    const [hero, ...list] = await stage.offers();
    await eventually(async () => expect(await stage.offersSince(ANA, EventType.IMPRESSION, since)).toContain(hero));
    // What is below the window is not seen, however long it is there.
    await new Promise((done) => setTimeout(done, 2000));
    const last = list.at(-1)!;
    expect(await stage.offersSince(ANA, EventType.IMPRESSION, since)).not.toContain(last);
    await stage.browser.run("document.querySelector('.card:last-child').scrollIntoView({ block: 'center' });");
    await eventually(async () => expect(await stage.offersSince(ANA, EventType.IMPRESSION, since)).toContain(last));
    const seen = await stage.offersSince(ANA, EventType.IMPRESSION, since);
    expect(new Set(seen).size, "each once").toBe(seen.length);
  });

  it("an offer that is accepted is told, and the next page is another", async () => {
    const since = Date.now();
    await visit(ANA);
    const [wanted] = (await stage.offers()).filter((offer) => !offer.startsWith("content."));
    await stage.browser.click(`[data-offer="${wanted}"] .primary`);
    await eventually(async () => expect(await stage.offersSince(ANA, EventType.CLICK, since)).toEqual([wanted]));
    expect(await stage.violations()).toEqual([]);
    await stage.picture("portal-confirm");
    expect(await stage.offersSince(ANA, EventType.ACCEPT, since)).toEqual([]);
    await stage.browser.click("dialog .primary");
    await stage.browser.until("the thanks", "document.querySelector('.done')");
    expect(await stage.offersSince(ANA, EventType.ACCEPT, since)).toEqual([wanted]);
    for (let visits = 0; visits < 3; visits += 1) {
      await visit(ANA);
      const offers = await stage.offers();
      expect(offers.length).toBeGreaterThan(1);
      expect(offers).not.toContain(wanted);
    }
  });

  it("calls Concierge itself; its own server only for what no token may do", async () => {
    await visit(ANA);
    const called = await stage.browser.run<string[]>(
      "return performance.getEntriesByType('resource').map(({ name }) => name).filter((name) => name.includes('/concierge.v1.'));",
    );
    const own = called.filter((url) => url.startsWith(`${stage.url}/rpc/`)).map((url) => url.split("/").at(-1));
    expect([...new Set(own)].sort()).toEqual(["GetGuest", "ListGuestTimeline", "MintGuestToken"]);
    expect(own.filter((name) => name === "MintGuestToken"), "one token for all calls").toHaveLength(1);
    const direct = called.filter((url) => !url.startsWith(stage.url)).map((url) => url.split("/").at(-1));
    expect([...new Set(direct)].sort()).toEqual(
      expect.arrayContaining(["DecideOffers", "GetConsent", "GetPreferenceProfile", "NextSurveyQuestion"]),
    );
  });

  it("a guest named <script> is a name", async () => {
    await visit(SCRIPT);
    expect(await stage.browser.text("h1")).toContain("<script>alert(1)</script>");
    expect(await stage.browser.run("return document.scripts.length;")).toBe(1);
    expect(await stage.browser.hasDialog()).toBe(false);
    await stage.picture("portal-script");
    // Were it markup, it would not run either: the policy of the page refuses it, and says so.
    await stage.browser.run(
      "const bad = document.createElement('script'); bad.textContent = 'alert(1)'; document.body.append(bad);",
    );
    expect(await stage.browser.hasDialog()).toBe(false);
    expect(await stage.complaints()).toEqual([expect.stringContaining("Content Security Policy")]);
  });

  for (const [size, locale] of [["wide", "en"], ["wide", "zh-Hans"], ["phone", "en"], ["phone", "zh-Hans"]] as const) {
    it(`anybody can use it: ${size}, ${locale}`, async () => {
      await stage.visit(size, "portal.locale", locale);
      await stage.browser.until("the sign-in", "document.querySelector('[data-user]')");
      expect(await stage.violations()).toEqual([]);
      await stage.picture(`portal-sign-in-${size}-${locale}`);
      await visit(locale === "en" ? ANA : LI, size, locale);
      await stage.browser.run("document.querySelector('.known details').open = true;");
      expect(await stage.violations()).toEqual([]);
      expect(await stage.isTooWide()).toBe(false);
      await stage.picture(`portal-${size}-${locale}`);
    });
  }

  it("the checks themselves can fail", async () => {
    await visit(ANA);
    await stage.browser.run(
      "const image = document.createElement('img'); image.src = '/art/spa.svg'; document.querySelector('main').append(image);",
    );
    expect((await stage.violations()).join()).toMatch(/^image-alt: .*img/);
    await stage.browser.run("console.error('a deliberate error'); setTimeout(() => { throw new Error('thrown'); });");
    await eventually(async () => {
      const complaints = (await stage.complaints()).join("\n");
      expect(complaints).toMatch(/thrown/);
    });
    await stage.browser.run("console.error('a deliberate error');");
    expect((await stage.complaints()).join()).toContain("a deliberate error");
    await stage.browser.run("document.querySelector('h1').style.width = '3000px';");
    expect(await stage.isTooWide()).toBe(true);
    await stage.browser.run("setTimeout(() => alert(1));");
    await eventually(async () => expect(await stage.browser.hasDialog()).toBe(true));
    await stage.browser.dismiss();
  });
});
