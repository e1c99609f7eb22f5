// The desk in Chromium: one suggestion for each guest, one tap for what came of it, and that anybody can use it.
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { Channel, EventType, OutcomeStep } from "../../src/index.js";
import { deskServer, rights, settings } from "../../examples/desk/server/desk.js";
import { seed } from "../../examples/desk/server/house.js";
import { Sessions } from "../../examples/shared/server/session.js";
import { Stage, eventually, type Size } from "./support.js";

const MARTA = "d-2001";
const LI = "d-2002";
const SAM = "d-2003";
const INGRID = "d-2004";
const SCRIPT = "d-2007";
const ENTER = "\uE007";
const ESCAPE = "\uE00C";
const DOWN = "\uE015";

describe("the desk in Chromium", () => {
  let stage: Stage;

  beforeAll(async () => {
    stage = await Stage.start({
      name: "desk",
      rights,
      seed: (client) => seed(client, settings.propertyId),
      serve: (client, folder) => deskServer({ client, sessions: new Sessions(), folder }),
    });
  });
  afterAll(() => stage?.stop());
  afterEach(async () => expect(await stage.complaints()).toEqual([]));

  async function visit(size: Size = "tablet", locale = "en"): Promise<void> {
    await stage.visit(size, "desk.locale", locale);
    await stage.signIn("s-17");
    await stage.browser.until("the list", "document.querySelectorAll('.guest-line').length > 3");
  }

  async function open(guest: string): Promise<string> {
    await stage.browser.click(`[data-guest="${guest}"]`);
    await suggestion();
    return (await stage.offers())[0]!;
  }

  /** Waits for a suggestion. Now and then the policy draws that a smile is better; then the guest is opened again. */
  async function suggestion(): Promise<void> {
    for (let tries = 0; tries < 5; tries += 1) {
      await stage.browser.until("an answer", "document.querySelector('.prompt .outcomes, .prompt .nothing')");
      if (!(await stage.browser.run("return Boolean(document.querySelector('.nothing'));"))) return;
      await stage.browser.run("document.querySelector('[aria-current]').click();");
    }
    throw new Error("nothing to suggest, five times");
  }

  const outcome = (one: string) => stage.browser.click(`.tap.${one}`);

  it("suggests to each guest what suits them, with a price, something to say, and why", async () => {
    await visit();
    const offers: Record<string, string> = {};
    for (const guest of [MARTA, LI, INGRID]) {
      offers[guest] = await open(guest);
      expect(await stage.browser.text(".prompt-title")).not.toBe("");
      expect(await stage.browser.text(".price")).toMatch(/€\d+\.\d\d|Free of charge/);
      expect(await stage.browser.text(".say")).toMatch(/\w+ \w+/);
      expect(await stage.browser.text(".reasons")).toMatch(/guest|candidates/);
    }
    expect(new Set(Object.values(offers)).size, JSON.stringify(offers)).toBeGreaterThan(1);
    await stage.picture("desk-suggestion");
  });

  it("one tap tells what came of it, and who wrote it down", async () => {
    await visit();
    const since = Date.now();
    const wanted = await open(INGRID);
    await outcome("accepted");
    // There are some seconds to take it back; until then nothing is told.
    expect(await stage.offersSince(INGRID, EventType.ACCEPT, since)).toEqual([]);
    expect(await stage.violations()).toEqual([]);
    await stage.picture("desk-accepted");
    await stage.browser.click(".next");
    await suggestion();
    const events = (await stage.events(INGRID)).filter(({ source }) => source === "desk");
    expect(events.map(({ eventType, offerId }) => [eventType, offerId])).toEqual([
      [EventType.IMPRESSION, wanted],
      [EventType.ACCEPT, wanted],
    ]);
    for (const { channel, staffId, roomId, reservationId } of events) {
      expect({ channel, staffId, roomId, reservationId }).toEqual({
        channel: Channel.FRONT_DESK,
        staffId: "s-17",
        roomId: "402",
        reservationId: "res-d-2004",
      });
    }
    // The loop is closed: the decision knows what came of it.
    const outcomes = await stage.outcomes(INGRID, settings.placementId);
    expect(outcomes).toContainEqual(expect.objectContaining({ offerId: wanted, step: OutcomeStep.ACCEPTED }));
    // The next suggestion is another, and stays another after a new look.
    expect(await stage.offers()).not.toContain(wanted);
    await visit();
    expect(await open(INGRID)).not.toBe(wanted);
  });

  it("each outcome is its own event, and an answer may follow a while of thinking", async () => {
    await visit();
    const since = Date.now();
    const kinds = async () => {
      const types = [EventType.IMPRESSION, EventType.ACCEPT, EventType.DECLINE, EventType.NOT_OFFERED];
      const lists = await Promise.all(types.map((type) => stage.offersSince(SAM, type, since)));
      return lists.map((list) => list.length);
    };
    await open(SAM);
    await outcome("notOffered");
    await stage.browser.click(".next");
    await suggestion();
    expect(await kinds()).toEqual([0, 0, 0, 1]);
    await outcome("offered");
    // What is not followed by anything is sent by itself when it can no longer be taken back.
    await stage.browser.until("the end of undo", "!document.querySelector('.undo')");
    await eventually(async () => expect(await kinds()).toEqual([1, 0, 0, 1]));
    await outcome("declined");
    await stage.browser.click(".next");
    await suggestion();
    expect(await kinds(), "shown once").toEqual([1, 0, 1, 1]);
  });

  it("a slip is taken back and never told; leaving the page sends what stands", async () => {
    await visit();
    const since = Date.now();
    const offer = await open(MARTA);
    await outcome("declined");
    await stage.browser.click(".undo");
    await suggestion();
    await outcome("offered");
    await stage.browser.open(`${stage.url}/`);
    await eventually(async () => expect(await stage.offersSince(MARTA, EventType.IMPRESSION, since)).toEqual([offer]));
    expect(await stage.offersSince(MARTA, EventType.DECLINE, since)).toEqual([]);
  });

  it("works with the keyboard alone", async () => {
    await visit("wide");
    const since = Date.now();
    await stage.browser.run("document.querySelector('#search').focus();");
    await stage.browser.press("3", "0", "5", ENTER);
    await suggestion();
    expect(await stage.browser.text(".guest-name")).toBe("李伟");
    await stage.browser.press("1");
    await stage.browser.until("the next button in focus", "document.activeElement.matches('.next')");
    await stage.browser.press(ENTER);
    await suggestion();
    expect(await stage.offersSince(LI, EventType.ACCEPT, since)).toHaveLength(1);
    await stage.browser.press(ESCAPE);
    // Figures in the search field are figures.
    await stage.browser.run("document.querySelector('#search').value = '';");
    await stage.browser.press("2");
    expect(await stage.browser.run("return document.querySelector('#search').value;")).toBe("2");
    await stage.browser.press(DOWN);
    await stage.browser.until("a guest in focus", "document.activeElement.matches('.guest-line')");
  });

  it("finds a guest by number, and says when there is none", async () => {
    await visit();
    const find = async (number: string) => {
      await stage.browser.run("const field = document.querySelector('#search'); field.value = ''; field.focus();");
      await stage.browser.press(...number, ENTER);
    };
    await find("nobody-7");
    await stage.browser.until("the answer", "document.querySelector('.guest-parts').innerText.includes('No guest has')");
    // The refusal is the browser's to log: the only line allowed.
    expect((await stage.complaints()).filter((line) => !line.includes("404"))).toEqual([]);
    await find(SCRIPT);
    await suggestion();
    expect(await stage.browser.text(".guest-name")).toBe("<script>alert(1)</script>");
    expect(await stage.browser.run("return document.scripts.length;")).toBe(1);
    expect(await stage.browser.hasDialog()).toBe(false);
  });

  it("is dark where that was chosen, whatever the device says", async () => {
    const { browser } = stage;
    await visit();
    const ground = () => browser.run<string>("return getComputedStyle(document.documentElement).backgroundColor;");
    const light = await ground();
    await browser.run(
      "const theme = document.querySelector('.theme'); theme.value = 'dark'; theme.dispatchEvent(new Event('change'));",
    );
    const dark = await ground();
    expect(dark).not.toBe(light);
    await browser.open(stage.url);
    await browser.until("the list", "document.querySelectorAll('.guest-line').length > 3");
    expect(await ground()).toBe(dark);
    expect(await stage.violations()).toEqual([]);
  });

  for (const [size, locale, theme] of [
    ["tablet", "en", "light"],
    ["tablet", "zh-Hans", "dark"],
    ["phone", "en", "dark"],
    ["phone", "zh-Hans", "light"],
    ["wide", "en", "dark"],
    ["wide", "zh-Hans", "light"],
  ] as const) {
    it(`anybody can use it: ${size}, ${locale}, ${theme}`, async () => {
      const { browser } = stage;
      await browser.colours(theme);
      await stage.visit(size, "desk.locale", locale);
      await browser.until("the sign-in", "document.querySelector('[data-user]')");
      expect(await stage.violations()).toEqual([]);
      await stage.signIn("s-23");
      await browser.until("the list", "document.querySelectorAll('.guest-line').length > 3");
      expect(await stage.violations()).toEqual([]);
      await stage.picture(`desk-list-${size}-${locale}-${theme}`);
      const dark = await browser.run<boolean>("return matchMedia('(prefers-color-scheme: dark)').matches;");
      expect(dark).toBe(theme === "dark");
      await open(locale === "en" ? MARTA : LI);
      expect(await stage.violations()).toEqual([]);
      expect(await stage.isTooWide()).toBe(false);
      if (locale === "zh-Hans") expect(await browser.text(".outcomes")).toMatch(/接受/);
      await stage.picture(`desk-${size}-${locale}-${theme}`);
      await outcome("offered");
      expect(await stage.violations()).toEqual([]);
      await browser.click(".undo");
      await browser.colours("light");
    });
  }
});
