// A page as people have it before them: the real server, the built example, a browser, and what must hold of every page.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join, resolve } from "node:path";
import { timestampMs } from "@bufbuild/protobuf/wkt";
import { EventType, TimelineKind, type ConciergeClient, type Event, type SlotOutcome } from "../../src/index.js";
import { connectNode } from "../../src/node.js";
import { LocalServer, demoCatalog, findBinary } from "../../dev/local_server.js";
import { PMS_RIGHTS, origins } from "../../examples/shared/server/run.js";
import { Browser } from "./webdriver.js";
// @ts-expect-error the build of the examples is plain JavaScript
import { buildExample } from "../../examples/shared/build.mjs";

/** Sizes of windows. */
export const SIZES = { wide: [1280, 900], tablet: [1024, 768], phone: [390, 844] } as const;
export type Size = keyof typeof SIZES;

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const PICTURES = resolve(process.env["SCREENSHOTS"] ?? "../../target/browser");

/** An example to look at. */
export interface Example {
  readonly name: string;
  readonly rights: readonly string[];
  seed(client: ConciergeClient): Promise<void>;
  serve(client: ConciergeClient, folder: string, apiUrl: string): Server;
}

/** Everything between the eyes and the disk. */
export class Stage {
  private constructor(
    readonly browser: Browser,
    readonly client: ConciergeClient,
    readonly url: string,
    private readonly ends: readonly (() => unknown)[],
  ) {}

  static async start(example: Example): Promise<Stage> {
    const binary = findBinary();
    if (!binary) throw new Error("no server binary: build one (cargo build), or set CONCIERGE_BIN to the path of one");
    await buildExample(example.name);
    // Whatever of it began ends, also when the rest could not begin.
    const ends: (() => unknown)[] = [];
    try {
      const credentials = { [example.name]: example.rights, pms: PMS_RIGHTS };
      // The server must know the page's origin before the page can know the server.
      const port = await freePort();
      const server = await LocalServer.start({ binary, catalog: demoCatalog(), credentials, corsOrigins: origins(port) });
      ends.unshift(() => server.stop());
      const connectAs = (id: string) => connectNode({ brand: "demo", baseUrl: server.url, key: server.key(id) });
      await example.seed(connectAs("pms"));
      const client = connectAs(example.name);
      const page = example.serve(client, `examples/${example.name}/out/page`, server.url);
      await new Promise<void>((done, failed) => page.once("error", failed).listen(port, "127.0.0.1", done));
      ends.unshift(() => {
        page.closeAllConnections();
        page.close();
      });
      const browser = await Browser.start();
      ends.unshift(() => browser.stop());
      return new Stage(browser, client, `http://127.0.0.1:${port}`, ends);
    } catch (error) {
      for (const end of ends) await end();
      throw error;
    }
  }

  async stop(): Promise<void> {
    for (const end of this.ends) await end();
  }

  /** A fresh visit: nobody is signed in, nothing is stored, nothing was said. */
  async visit(size: Size, key: string, locale: string): Promise<void> {
    const { browser } = this;
    await browser.device(SIZES[size][0], SIZES[size][1], size !== "wide");
    await browser.forget(this.url);
    await browser.open(this.url);
    await browser.run("localStorage.setItem(arguments[0], arguments[1]);", key, locale);
    await browser.open(this.url);
    await browser.console();
  }

  /** Signs in by the example's own list. */
  async signIn(user: string): Promise<void> {
    await this.browser.until("the sign-in", "document.querySelector('[data-user]')");
    await this.browser.click(`[data-user="${user}"]`);
  }

  /** The events of a guest as the server has them, oldest first. */
  async events(guest: string): Promise<Event[]> {
    const parent = `brands/demo/guests/${guest}`;
    const kinds = [TimelineKind.EVENT];
    const { entries } = await this.client.guests.listGuestTimeline({ parent, kinds, pageSize: 100, oldestFirst: true });
    return entries.flatMap(({ entry }) => (entry.case === "event" ? [entry.value] : []));
  }

  /** Those of a kind since a moment, by their offers. */
  async offersSince(guest: string, type: EventType, since: number): Promise<string[]> {
    const events = await this.events(guest);
    const later = events.filter(({ eventTime }) => eventTime !== undefined && timestampMs(eventTime) >= since);
    return later.filter(({ eventType }) => eventType === type).map(({ offerId }) => offerId);
  }

  /** What came of the decisions of a guest for a placement. Needs the right `decisions.read`. */
  async outcomes(guest: string, placementId: string): Promise<SlotOutcome[]> {
    const parent = `brands/demo/guests/${guest}`;
    const { entries } = await this.client.guests.listGuestTimeline({ parent, kinds: [TimelineKind.DECISION], pageSize: 50 });
    const made = entries.flatMap(({ entry }) => (entry.case === "decision" ? [entry.value] : []));
    const ours = made.filter(({ placementIds }) => placementIds.includes(placementId));
    const decisions = await Promise.all(ours.map(({ decision: name }) => this.client.decisions.getDecision({ name })));
    return decisions.flatMap(({ decision }) => decision?.outcomes ?? []);
  }

  /** Writes the page as it looks into the folder of pictures. */
  async picture(name: string): Promise<void> {
    mkdirSync(PICTURES, { recursive: true });
    // A picture shows all of the page: what waits to be scrolled to is loaded first.
    await this.browser.run("for (const image of document.images) image.loading = 'eager';");
    await this.browser.until("the images", "[...document.images].every((image) => image.complete)");
    writeFileSync(join(PICTURES, `${name}.png`), await this.browser.picture());
  }

  /** What axe finds wrong in the page, one line for each element. */
  async violations(): Promise<string[]> {
    await this.browser.run(`if (!window.axe) { ${AXE}; }`);
    return this.browser.run<string[]>(
      "return axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) => violations.flatMap((one) =>" +
        " one.nodes.map(({ target, failureSummary }) => `${one.id}: ${target}: ${failureSummary}`)));",
    );
  }

  /** The lines of the console that tell of something wrong. */
  async complaints(): Promise<string[]> {
    const lines = await this.browser.console();
    return lines.filter(({ level }) => level === "SEVERE" || level === "WARNING").map(({ message }) => message);
  }

  /** Does anything stick out of the window sideways? */
  async isTooWide(): Promise<boolean> {
    return this.browser.run("return document.documentElement.scrollWidth > window.innerWidth;");
  }

  /** The offers on the page, from top to bottom. */
  offers(): Promise<string[]> {
    return this.browser.run("return [...document.querySelectorAll('[data-offer]')].map((one) => one.dataset.offer);");
  }
}

/** A port that nobody has at the moment. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => server.close(done));
  return port;
}

/** Waits until a check holds. */
export async function eventually(check: () => Promise<void>): Promise<void> {
  const end = Date.now() + 10_000;
  for (;;) {
    try {
      return await check();
    } catch (error) {
      if (Date.now() > end) throw error;
      await new Promise((done) => setTimeout(done, 100));
    }
  }
}
