// @vitest-environment jsdom
// The portal: what its server lets pass, and the page itself, drawn in a document, against the real server.
import { mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import type { AddressInfo } from "node:net";
import type { Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { timestampMs } from "@bufbuild/protobuf/wkt";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import {
  Code,
  ConsentState,
  EventErrorCode,
  EventType,
  Purpose,
  connect,
  newEvent,
  type ConciergeClient,
} from "../src/index.js";
import { connectNode } from "../src/node.js";
import { LocalServer, demoCatalog, findBinary } from "../dev/local_server.js";
import { startPage } from "../examples/portal/page/page.js";
import { words } from "../examples/portal/page/words.js";
import { demoGuests, seed } from "../examples/portal/server/demo_guests.js";
import { portalServer, rights, settings } from "../examples/portal/server/portal.js";
import { plain } from "../examples/shared/page/language.js";
import { preferenceText } from "../examples/shared/page/preferences.js";
import { Sessions } from "../examples/shared/server/session.js";

const binary = findBinary();
const realFetch = globalThis.fetch;
const sessions = new Sessions();
const folder = mkdtempSync(join(tmpdir(), "portal-"));
let concierge: LocalServer | undefined;
let portal: Server | undefined;
let base: string;
let direct: ConciergeClient;
const failures: string[] = [];

/** A page's `fetch`: relative addresses, and the cookie of the guest. */
function fetchOf(guest: () => string | undefined): typeof fetch {
  return (url, init) => {
    const headers = new Headers(init?.headers);
    const id = guest();
    const to = new URL(String(url), base);
    // A browser sends the cookie to the page's own server alone.
    if (id !== undefined && to.origin === base) headers.set("cookie", sessions.begin(id).split(";")[0]!);
    // The signal of this document is not one of Node's.
    const { signal: _, ...rest } = init ?? {};
    return realFetch(to, { ...rest, headers });
  };
}

const pageOf = (guest?: string) => connect({ brand: "demo", baseUrl: `${base}/rpc`, fetch: fetchOf(() => guest) });

if (!binary) process.stdout.write("skipped: the portal, as there is no server binary (see the tests of the server)\n");

describe.skipIf(!binary)("the portal", () => {
  beforeAll(async () => {
    const started = (concierge = await LocalServer.start({ binary: binary!, catalog: demoCatalog(), credentials: { portal: rights } }));
    direct = connectNode({ brand: "demo", baseUrl: started.url, key: started.key("portal") });
    await seed(direct, settings.propertyId, settings.textVersion);
    const log = (line: string) => void failures.push(line);
    const apiUrl = started.url;
    const listening = (portal = portalServer({ client: direct, settings, apiUrl, sessions, guests: demoGuests, folder, log }));
    await new Promise<void>((done) => listening.listen(0, "127.0.0.1", done));
    base = `http://127.0.0.1:${(listening.address() as AddressInfo).port}`;
  });
  afterAll(async () => {
    // Whatever of it began.
    portal?.closeAllConnections();
    portal?.close();
    await concierge?.stop();
    rmSync(folder, { recursive: true });
  });

  describe("its server", () => {
    const mine = "p-1001";
    const other = "brands/demo/guests/p-1002";

    it("lets nobody in without a session, nor with a forged one", async () => {
      const ask = (client: ConciergeClient) => client.guests.getGuest({ name: `brands/demo/guests/${mine}` });
      await expect(ask(pageOf())).rejects.toMatchObject({ code: Code.Unauthenticated });
      const cookie = new Sessions().begin(mine).split(";")[0]!;
      const forged: typeof fetch = (url, init) => {
        const headers = new Headers(init?.headers);
        headers.set("cookie", cookie);
        return realFetch(url, { ...init, headers });
      };
      const client = connect({ brand: "demo", baseUrl: `${base}/rpc`, fetch: forged });
      await expect(ask(client)).rejects.toMatchObject({ code: Code.Unauthenticated });
    });

    it("lets a guest call about nobody else", async () => {
      const { guests, events } = pageOf(mine);
      const calls = {
        guest: () => guests.getGuest({ name: other }),
        timeline: () => guests.listGuestTimeline({ parent: other }),
      };
      for (const [name, call] of Object.entries(calls)) {
        await expect(call(), name).rejects.toMatchObject({ code: Code.PermissionDenied });
      }
      const origin = (guest: string) => ({ source: "pms", subject: { case: "guest", value: guest } as const });
      const shown = { offerId: "spa.thermal-circuit" };
      const { results } = await events.writeEvents({
        events: [
          newEvent(EventType.ACCEPT, origin(other), shown),
          newEvent(EventType.ACCEPT, origin(`brands/demo/guests/${mine}`), shown),
          newEvent(EventType.CLICK, origin(`brands/demo/guests/${mine}`), shown),
          newEvent(EventType.PAY, origin(`brands/demo/guests/${mine}`)),
        ],
      });
      const codes = results.map(({ error }) => error?.code);
      const refused = EventErrorCode.PERMISSION_DENIED;
      expect(codes).toEqual([refused, undefined, refused, refused]);
    });

    it("mints tokens for the guest who is signed in, this hotel and this page, whatever is asked for", async () => {
      await expect(pageOf().admin.mintGuestToken({})).rejects.toMatchObject({ code: Code.Unauthenticated });
      const ttl = { seconds: 3600n };
      const asked = { brand: "brands/demo", subject: { case: "guest", value: other } as const, placementIds: ["app.home"], ttl };
      const { token, guest, expireTime } = await pageOf(mine).admin.mintGuestToken(asked);
      expect(guest).toBe(`brands/demo/guests/${mine}`);
      expect(timestampMs(expireTime!)).toBeLessThan(Date.now() + 16 * 60_000);
      const client = connect({ brand: "demo", baseUrl: concierge!.url, key: token });
      const decide = (property: string, placementId: string) => client.decide({ property, placements: [placementId] });
      expect((await decide("algarve-cliffs", "portal.hero")).propositions).toHaveLength(1);
      await expect(decide("algarve-cliffs", "app.home")).rejects.toMatchObject({ code: Code.NotFound });
      await expect(decide("lisbon-baixa", "portal.hero")).rejects.toMatchObject({ code: Code.PermissionDenied });
    });

    it("has no other calls, and no other files", async () => {
      await expect(pageOf(mine).admin.getServerStatus({})).rejects.toMatchObject({ code: Code.Unimplemented });
      await expect(pageOf(mine).decisions.decideOffers({})).rejects.toMatchObject({ code: Code.Unimplemented });
      await expect(pageOf(mine).guests.getConsent({})).rejects.toMatchObject({ code: Code.Unimplemented });
      for (const path of ["/%2e%2e/%2e%2e/etc/passwd", "/..%2f..%2fpackage.json", "/server.mjs", "/secret"]) {
        expect((await realFetch(base + path)).status, path).toBe(404);
      }
    });

    it("takes no change from a page of another origin", async () => {
      // A page in a sandbox has the origin `null`.
      for (const origin of ["https://evil.example", "null"]) {
        const headers = { origin, "content-type": "application/json" };
        const answer = await realFetch(`${base}/session`, { method: "POST", headers, body: '{"user":"p-1001"}' });
        expect(answer.status, origin).toBe(403);
      }
    });

    it("lets no foreign script run and nobody read the cookie", async () => {
      const headers = { "content-type": "application/json" };
      const answer = await realFetch(`${base}/session`, { method: "POST", headers, body: '{"user":"p-1001"}' });
      expect(answer.headers.get("set-cookie")).toMatch(/HttpOnly; SameSite=Strict/);
      const policy = answer.headers.get("content-security-policy")!;
      expect(policy).toMatch(/default-src 'none'; script-src 'self';/);
      expect(policy).toContain(`connect-src 'self' ${concierge!.url};`);
      expect(policy).not.toMatch(/unsafe/);
    });
  });

  describe("its page", () => {
    let guest: string | undefined;
    const observed: Element[] = [];

    beforeEach(() => {
      const html = readFileSync("examples/shared/page/index.html", "utf8");
      document.body.innerHTML = /<body>([\s\S]*)<\/body>/.exec(html)![1]!;
      localStorage.clear();
      failures.length = 0;
      vi.stubGlobal("fetch", fetchOf(() => guest));
      const observer = { observe: (element: Element) => void observed.push(element), unobserve() {}, disconnect() {} };
      const Fake = vi.fn(() => observer);
      vi.stubGlobal("IntersectionObserver", Fake);
      Object.assign(window, { IntersectionObserver: Fake });
      HTMLDialogElement.prototype.showModal = function (this: HTMLDialogElement) {
        this.open = true;
      };
      HTMLDialogElement.prototype.close = function (this: HTMLDialogElement) {
        this.open = false;
      };
    });

    const text = (selector: string) => document.querySelector(selector)?.textContent ?? "";
    const until = (check: () => void) => vi.waitFor(check, { timeout: 8000, interval: 25 });

    async function open(id: string): Promise<void> {
      guest = id;
      await startPage();
      await until(() => expect(document.querySelectorAll(".card").length).toBeGreaterThan(0));
      expect(failures).toEqual([]);
    }

    it("greets the guest, and shows offers with price and reason in English", async () => {
      await open("p-1001");
      expect(document.documentElement.lang).toBe("en");
      expect(text("h1")).toMatch(/^Good \w+, Ana Ferreira$/);
      expect(text(".greeting p")).toMatch(/^Your stay begins on \w+day, /);
      expect(document.querySelectorAll(".hero-offer")).toHaveLength(1);
      for (const card of document.querySelectorAll(".card, .hero-offer")) {
        expect(card.querySelector("h2, h3")?.textContent).not.toBe("");
        expect(card.querySelector(".price")?.textContent).toMatch(/€\d+\.\d\d|Free of charge/);
        expect(card.querySelector(".reason")?.textContent).toMatch(/^Why you see this: [A-Z]/);
        expect(card.querySelectorAll("button")).toHaveLength(2);
        expect(observed).toContain(card);
      }
      expect(document.querySelectorAll(".choice").length).toBeGreaterThan(1);
    });

    it("is in Chinese for a guest who reads Chinese", async () => {
      await open("p-1002");
      expect(document.documentElement.lang).toBe("zh-Hans");
      expect(text("h1")).toMatch(/，王丽$/);
      for (const card of document.querySelectorAll(".card")) {
        expect(card.querySelector("h3")?.textContent).toMatch(/\p{Script=Han}/u);
        expect(card.querySelector(".reason")?.textContent).toMatch(/^为何推荐: \p{Script=Han}/u);
      }
      expect(text(".consents")).toContain("个性化推荐");
      expect(Object.keys(words.en)).toEqual(Object.keys(words["zh-Hans"]));
    });

    it("a guest named <script> stays a name", async () => {
      const alarm = vi.fn();
      vi.stubGlobal("alert", alarm);
      const before = document.querySelectorAll("script").length;
      await open("p-1004");
      expect(text("h1")).toContain("<script>alert(1)</script>");
      expect(document.querySelectorAll("script")).toHaveLength(before);
      guest = undefined;
      await startPage();
      expect(text(".users")).toContain("<script>alert(1)</script>");
      expect(document.querySelectorAll("script")).toHaveLength(before);
      expect(alarm).not.toHaveBeenCalled();
    });

    it("an offer is accepted after a question, and one is dismissed", async () => {
      await open("p-1002");
      const [first, second] = document.querySelectorAll<HTMLElement>(".card");
      first!.querySelector<HTMLElement>(".primary")!.click();
      document.querySelector<HTMLElement>("dialog .primary")!.click();
      await until(() => expect(first!.querySelector(".done")?.textContent).toBe("已提交"));
      second!.querySelector<HTMLElement>(".quiet")!.click();
      await until(() => expect(second!.isConnected).toBe(false));
      const { entries } = await direct.guests.listGuestTimeline({ parent: "brands/demo/guests/p-1002" });
      const types = entries.flatMap(({ entry }) => (entry.case === "event" ? [entry.value.eventType] : []));
      expect(types.slice(0, 3)).toEqual([EventType.DECLINE, EventType.ACCEPT, EventType.CLICK]);
    });

    it("what is known is corrected, added and removed", async () => {
      await open("p-1001");
      const profile = async () => {
        const name = "brands/demo/guests/p-1001/preferenceProfile";
        const { preferenceProfile } = await direct.guests.getPreferenceProfile({ name });
        return (preferenceProfile?.statedPreferences ?? []).map(({ value, level }) => `${value} ${level}`);
      };
      await until(() => expect(text(".known")).toContain("Feather pillow"));
      const select = document.querySelector<HTMLSelectElement>('[aria-label^="Feather pillow"]')!;
      select.value = "5";
      select.dispatchEvent(new window.Event("change"));
      await until(async () => expect(await profile()).toContain("feather 5"));
      await until(() => expect(document.querySelector(".status")?.textContent).toBe("Saved."));
      document.querySelector<HTMLElement>('[aria-label="Remove: Peace and quiet"]')!.click();
      await until(() => expect(text(".known .lines")).not.toContain("Peace and quiet"));
      document.querySelector<HTMLFormElement>(".add")!.requestSubmit();
      await until(() => expect(text(".known .lines")).toContain("Foam pillow"));
    });

    it("consent is given and taken back, and personal suggestions follow", async () => {
      await open("p-1003");
      expect(text(".list .lead")).toBe(words.en.forAll);
      const profiling = () => document.querySelector<HTMLInputElement>(`#purpose-${Purpose.PROFILING}`)!;
      expect(profiling().checked).toBe(false);
      profiling().click();
      await until(() => expect(text(".list .lead")).toBe(words.en.listText));
      await until(() => expect(document.querySelector(".ask form")).not.toBeNull());
      const name = "brands/demo/guests/p-1003/consent";
      const state = async () => (await direct.guests.getConsent({ name })).consent?.currentRecords[0];
      expect(await state()).toMatchObject({ state: ConsentState.GRANTED, source: "portal", textVersion: settings.textVersion });
      profiling().click();
      await until(() => expect(text(".list .lead")).toBe(words.en.forAll));
      expect(await state()).toMatchObject({ state: ConsentState.WITHDRAWN });
    });

    it("a survey answer is sent, and the question goes", async () => {
      await open("p-1001");
      const question = text(".question");
      document.querySelector<HTMLInputElement>(".choice input")!.click();
      document.querySelector<HTMLFormElement>(".survey")!.requestSubmit();
      await until(() => expect(text(".thanks")).toBe(words.en.surveyThanks));
      expect(question).not.toBe("");
    });

    it("a token that the server refuses is renewed, and the guest does not notice", async () => {
      await open("p-1004");
      const called: (string | undefined)[] = [];
      let ended = "";
      const asBefore = fetchOf(() => guest);
      vi.stubGlobal("fetch", ((url, init) => {
        const headers = new Headers(init?.headers);
        const token = headers.get("authorization") ?? "";
        ended ||= token;
        // As if the first token that comes by had ended.
        if (token !== "" && token === ended) headers.set("authorization", "Bearer gt_ended");
        called.push(String(url).split("/").at(-1));
        return asBefore(url, { ...init, headers });
      }) satisfies typeof fetch);
      document.querySelector<HTMLFormElement>(".add")!.requestSubmit();
      await until(() => expect(text(".status")).toBe("Saved."));
      expect(called.slice(0, 3)).toEqual(["UpdatePreferenceProfile", "MintGuestToken", "UpdatePreferenceProfile"]);
      await until(() => expect(text(".known .lines")).not.toBe(""));
      expect(called.filter((name) => name === "MintGuestToken")).toHaveLength(1);
    });

    it("is a whole page while the server is away, and keeps what the guest does", async () => {
      await open("p-1001");
      const card = document.querySelector<HTMLElement>(".card")!;
      await concierge!.pause();
      try {
        card.querySelector<HTMLElement>(".primary")!.click();
        document.querySelector<HTMLElement>("dialog .primary")!.click();
        await until(() => expect(text(".status")).toBe(words.en.acceptedLater));
        expect(localStorage.length).toBeGreaterThan(0);
        await startPage();
        await until(() => expect(text(".list .lead")).toBe(words.en.unavailable));
        expect(text("h1")).toMatch(/^Good /);
      } finally {
        await concierge!.resume();
      }
    });
  });

  it("never reads text as markup", () => {
    const folders = ["portal/page", "desk/page", "shared/page"].map((folder) => `examples/${folder}`);
    const files = folders.flatMap((folder) => readdirSync(folder).map((file) => `${folder}/${file}`));
    const code = files.filter((file) => file.endsWith(".ts"));
    expect(code.length).toBeGreaterThan(15);
    for (const file of code) {
      const source = readFileSync(file, "utf8");
      expect(source, file).not.toMatch(/innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(/);
    }
    expect(plain("spa.sea-salt-massage")).toBe("Sea salt massage");
    expect(preferenceText("x", "<b>", "en")).toBe("X: <b>");
  });
});
