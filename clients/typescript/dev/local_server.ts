// A real server for tests and the example: an empty store in a temporary folder, keys, a free port.
import { spawn, type ChildProcess } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { accessSync, constants, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

/** The binary: `CONCIERGE_BIN`, else that of a build of this repository, release before debug. */
export function findBinary(packageFolder = process.cwd()): string | undefined {
  const given = process.env["CONCIERGE_BIN"];
  const target = process.env["CARGO_TARGET_DIR"] ?? resolve(packageFolder, "../../target");
  const candidates = given ? [given] : [join(target, "release/concierge"), join(target, "debug/concierge")];
  return candidates.find((path) => {
    try {
      accessSync(path, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** The demo catalog of this repository. */
export function demoCatalog(packageFolder = process.cwd()): string {
  return resolve(packageFolder, "../../models/demo/catalog.toml");
}

/** Rights by the id of a credential. */
export type Rights = Readonly<Record<string, readonly string[]>>;

/** Options of a local server. */
export interface LocalServerOptions {
  readonly binary: string;
  /** Credentials of the brand `demo`. `publisher` is added. */
  readonly credentials: Rights;
  /** Origins whose web pages may call. */
  readonly corsOrigins?: readonly string[];
  /** The catalog to publish; none when left out. */
  readonly catalog?: string;
}

/** A server that runs beside us until `stop`. */
export class LocalServer {
  private process: ChildProcess | undefined;
  private port = 0;
  private readonly folder = mkdtempSync(join(tmpdir(), "concierge-"));
  private readonly keys: Record<string, string> = {};

  private constructor(private readonly options: LocalServerOptions) {}

  /** Makes a store, starts the server, publishes the catalog. */
  static async start(options: LocalServerOptions): Promise<LocalServer> {
    const server = new LocalServer(options);
    try {
      await server.run("init", "--store", join(server.folder, "store"));
      const credentials = { publisher: ["catalog.read", "catalog.write"], ...options.credentials };
      for (const id of Object.keys(credentials)) server.keys[id] = `ck_${id}_${randomBytes(32).toString("hex")}`;
      await server.resume();
      if (options.catalog) {
        await server.run("catalog", "publish", options.catalog, "--server", server.url, "--key", server.key("publisher"));
      }
      return server;
    } catch (error) {
      await server.stop();
      throw error;
    }
  }

  /** Where it is. */
  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** The key of a credential. */
  key(id: string): string {
    const key = this.keys[id];
    if (key === undefined) throw new Error(`no credential "${id}"`);
    return key;
  }

  /** Ends the server and keeps its store and its port. */
  async pause(): Promise<void> {
    const running = this.process;
    this.process = undefined;
    if (!running || running.exitCode !== null) return;
    const ended = new Promise<void>((done) => running.once("exit", () => done()));
    running.kill("SIGTERM");
    await ended;
  }

  /** Starts the server, on the port it had. */
  async resume(): Promise<void> {
    writeFileSync(join(this.folder, "concierge.toml"), this.config(), { mode: 0o600 });
    const child = spawn(this.options.binary, ["serve", "--config", join(this.folder, "concierge.toml")], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.process = child;
    this.port = await new Promise<number>((found, failed) => {
      let output = "";
      const read = (bytes: Buffer) => {
        output += bytes.toString();
        const address = /calls\s+http:\/\/127\.0\.0\.1:(\d+)/.exec(output);
        if (address) found(Number(address[1]));
      };
      child.stdout.on("data", read);
      child.stderr.on("data", read);
      child.once("error", failed);
      child.once("exit", (code) => failed(new Error(`concierge serve ended with ${code}:\n${output}`)));
    });
  }

  /** Ends the server and removes its store. */
  async stop(): Promise<void> {
    await this.pause();
    rmSync(this.folder, { recursive: true, force: true });
  }

  private config(): string {
    const rights = { publisher: ["catalog.read", "catalog.write"], ...this.options.credentials };
    const entries = Object.entries(rights).map(([id, list]) => {
      const sha256 = createHash("sha256").update(this.key(id)).digest("hex");
      return `[[credentials]]\nid = "${id}"\nbrand = "demo"\nrights = ${JSON.stringify(list)}\nsha256 = "${sha256}"\n`;
    });
    return [
      `[server]\nlisten = "127.0.0.1:${this.port}"\ndrain_delay = "0ms"\ndrain_timeout = "5s"\n`,
      `[gateway]\ncors_origins = ${JSON.stringify(this.options.corsOrigins ?? [])}\n`,
      `[metrics]\nlisten = ""\n`,
      `[store]\nfolder = ${JSON.stringify(join(this.folder, "store"))}\n`,
      ...entries,
    ].join("\n");
  }

  private run(...args: string[]): Promise<void> {
    return new Promise((done, failed) => {
      const child = spawn(this.options.binary, args, { stdio: ["ignore", "pipe", "pipe"] });
      let output = "";
      child.stdout.on("data", (bytes: Buffer) => (output += bytes.toString()));
      child.stderr.on("data", (bytes: Buffer) => (output += bytes.toString()));
      child.once("error", failed);
      child.once("exit", (code) => {
        if (code === 0) done();
        else failed(new Error(`concierge ${args[0]} ended with ${code}:\n${output}`));
      });
    });
  }
}
