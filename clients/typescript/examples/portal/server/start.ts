// One command: a server with the demo catalog, a few guests, and the portal before them.
import { resolve } from "node:path";
import { connectNode } from "../../../src/node.js";
import { LocalServer, demoCatalog, findBinary } from "../../../dev/local_server.js";
import { demoGuests, seed } from "./demo_guests.js";
import { portalServer, type PageSettings } from "./portal.js";
import { Sessions } from "./session.js";

const settings: PageSettings = {
  brandId: "demo",
  propertyId: "algarve-cliffs",
  heroPlacementId: "portal.hero",
  listPlacementId: "booking.upsell",
  placementIds: ["portal.hero", "booking.upsell"],
  textVersion: "portal-2026-11",
  source: "portal",
  houseName: { en: "Falésia Cliffs Resort", "zh-Hans": "法莱西亚悬崖度假酒店" },
};

let server: LocalServer | undefined;

async function main(): Promise<void> {
  const url = process.env["CONCIERGE_SERVER"];
  const key = process.env["CONCIERGE_KEY"];
  const port = Number(process.env["PORT"] ?? 8080);
  if (!url || !key) {
    const binary = findBinary();
    if (!binary) {
      throw new Error("no server: build it (make demo), or set CONCIERGE_BIN, or CONCIERGE_SERVER and CONCIERGE_KEY");
    }
    const catalog = process.env["CONCIERGE_CATALOG"] ?? demoCatalog();
    // The portal's key may do what a portal does: it sees no floor, no margin, no score, no reasons for staff.
    const credentials = { portal: ["decide", "events.write", "guests.read", "guests.write"] };
    server = await LocalServer.start({ binary, catalog, credentials });
  }
  const client = connectNode({
    brand: settings.brandId,
    baseUrl: url ?? server!.url,
    key: key ?? server!.key("portal"),
    timeoutMs: 3000,
  });
  if (server) await seed(client, settings.propertyId, settings.textVersion);
  const folder = resolve("examples/portal/out/page");
  const guests = demoGuests;
  const log = (line: string) => void process.stderr.write(`${line}\n`);
  const portal = portalServer({ client, settings, sessions: new Sessions(), guests, folder, log });
  portal.listen(port, "127.0.0.1", () => {
    process.stdout.write(`The portal is at http://127.0.0.1:${port}. Ctrl-C ends it.\n`);
  });
  const end = async () => {
    portal.closeAllConnections();
    portal.close();
    await server?.stop();
    process.exit(0);
  };
  process.once("SIGINT", () => void end());
  process.once("SIGTERM", () => void end());
}

main().catch(async (error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  // A server that we started does not outlive us.
  await server?.stop();
  process.exit(1);
});
