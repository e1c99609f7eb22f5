// One command: a server with the demo catalog and a few guests, or one that runs already, and a page before it.
import type { Server } from "node:http";
import { resolve } from "node:path";
import type { ConciergeClient } from "../../../src/index.js";
import { connectNode } from "../../../src/node.js";
import { LocalServer, demoCatalog, findBinary } from "../../../dev/local_server.js";

/** An example. */
export interface Example {
  readonly name: string;
  readonly brandId: string;
  /** The rights of its key. */
  readonly rights: readonly string[];
  /** Port when `PORT` is not set. */
  readonly port: number;
  /** Writes its guests into a new store. */
  seed(client: ConciergeClient): Promise<void>;
  /** The server of its page. */
  serve(client: ConciergeClient, setting: Setting): Server;
}

/** Where an example runs. */
export interface Setting {
  /** Folder with the built page. */
  readonly folder: string;
  /** Where pages reach Concierge itself. */
  readonly apiUrl: string;
  readonly log: (line: string) => void;
  /** Are its guests in the store? */
  readonly isSeeded: boolean;
}

/** What tells of guests and their past is another system, with a key of its own. */
export const PMS_RIGHTS: readonly string[] = ["decide", "events.write", "guests.read", "guests.write"];

/** The origins of a page at a port of this machine, as browsers name them. */
export function origins(port: number): string[] {
  return ["127.0.0.1", "localhost"].map((host) => `http://${host}:${port}`);
}

/** Runs an example until it is interrupted. */
export function run(example: Example): void {
  let server: LocalServer | undefined;
  start(example, (one) => (server = one)).catch(async (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    // A server that we started does not outlive us.
    await server?.stop();
    process.exit(1);
  });
}

async function start(example: Example, started: (server: LocalServer) => void): Promise<void> {
  const url = process.env["CONCIERGE_SERVER"];
  const key = process.env["CONCIERGE_KEY"];
  const port = Number(process.env["PORT"] ?? example.port);
  let server: LocalServer | undefined;
  if (!url || !key) {
    const binary = findBinary();
    if (!binary) {
      throw new Error("no server: build it (make demo), or set CONCIERGE_BIN, or CONCIERGE_SERVER and CONCIERGE_KEY");
    }
    const catalog = process.env["CONCIERGE_CATALOG"] ?? demoCatalog();
    const credentials = { [example.name]: example.rights, pms: PMS_RIGHTS };
    server = await LocalServer.start({ binary, catalog, credentials, corsOrigins: origins(port) });
    started(server);
    await example.seed(connectNode({ brand: example.brandId, baseUrl: server.url, key: server.key("pms") }));
  }
  const apiUrl = server?.url ?? url!;
  const client = connectNode({
    brand: example.brandId,
    baseUrl: apiUrl,
    key: server?.key(example.name) ?? key!,
    timeoutMs: 3000,
  });
  const log = (line: string) => void process.stderr.write(`${line}\n`);
  const folder = resolve("examples", example.name, "out/page");
  const page = example.serve(client, { folder, apiUrl, log, isSeeded: server !== undefined });
  page.listen(port, "127.0.0.1", () => {
    process.stdout.write(`The ${example.name} is at http://127.0.0.1:${port}. Ctrl-C ends it.\n`);
  });
  const end = async () => {
    page.closeAllConnections();
    page.close();
    await server?.stop();
    process.exit(0);
  };
  process.once("SIGINT", () => void end());
  process.once("SIGTERM", () => void end());
}
