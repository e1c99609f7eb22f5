// The real server of a test file, or the reason why there is none.
import { afterAll, beforeAll, describe } from "vitest";
import { LocalServer, demoCatalog, findBinary, type LocalServerOptions } from "../dev/local_server.js";

const binary = findBinary();
const WHY =
  "skipped: no server binary; build one (cargo build), or set CONCIERGE_BIN to the path of one";

/** Rights of the credentials of tests. `portal` has those of a portal, `all` may see everything. */
const CREDENTIALS = {
  portal: ["decide", "events.write", "guests.read", "guests.write", "tokens.mint"],
  all: ["decide", "events.write", "guests.read", "guests.write", "decisions.read", "view.margin", "view.scores"],
};

/** Tests against a real server; `server` gives it while they run. Skipped, saying why, where there is no binary. */
export function describeWithServer(
  name: string,
  body: (server: () => LocalServer) => void,
  options: Partial<LocalServerOptions> = {},
): void {
  if (!binary) {
    process.stdout.write(`${WHY} (${name})\n`);
    describe.skip(`${name} (${WHY})`, () => body(() => undefined as never));
    return;
  }
  describe(name, () => {
    let running: LocalServer | undefined;
    beforeAll(async () => {
      running = await LocalServer.start({ binary, catalog: demoCatalog(), credentials: CREDENTIALS, ...options });
    });
    afterAll(() => running?.stop());
    body(() => running!);
  });
}

