// The portal's own server: the page, the sign-in of the example, and the guarded calls below `/rpc`.
import { readFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { extname, join, normalize } from "node:path";
import { Code, ConnectError, createContextValues, type Interceptor } from "@connectrpc/connect";
import { connectNodeAdapter } from "@connectrpc/connect-node";
import type { ConciergeClient } from "../../../src/index.js";
import { guardedRoutes, guestKey, type PortalSettings } from "./guard.js";
import type { Sessions } from "./session.js";

/** What the page is told about itself. */
export interface PageSettings extends PortalSettings {
  readonly brandId: string;
  readonly heroPlacementId: string;
  readonly listPlacementId: string;
  readonly houseName: Readonly<Record<string, string>>;
}

/** A guest that may be chosen in the example. */
export interface DemoGuest {
  readonly id: string;
  readonly displayName: string;
  readonly note: Readonly<Record<string, string>>;
}

/** Options of the portal server. */
export interface PortalOptions {
  readonly client: ConciergeClient;
  readonly settings: PageSettings;
  readonly sessions: Sessions;
  readonly guests: readonly DemoGuest[];
  /** Folder with the built page. */
  readonly folder: string;
  /** Told of calls that failed: which and why, and never of whom. */
  readonly log?: (line: string) => void;
}

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
};

/** Headers of every answer. No script but ours, no frame around us, no address told to others. */
const HEADERS: Readonly<Record<string, string>> = {
  "content-security-policy":
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' https:; connect-src 'self'; " +
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  "referrer-policy": "same-origin",
  "x-content-type-options": "nosniff",
  "cross-origin-opener-policy": "same-origin",
};

/** The portal's server, not listening yet. */
export function portalServer(options: PortalOptions): Server {
  const { client, settings, sessions, guests } = options;
  const rpc = connectNodeAdapter({
    requestPathPrefix: "/rpc",
    routes: guardedRoutes(client, settings),
    interceptors: options.log ? [tellFailures(options.log)] : [],
    contextValues: (request) => createContextValues().set(guestKey, sessions.guestOf(request as IncomingMessage) ?? ""),
  });

  async function session(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method === "DELETE") return send(response, 204, undefined, { "set-cookie": sessions.end() });
    if (request.method === "POST") {
      const { guest } = JSON.parse(await text(request)) as { guest?: unknown };
      const known = guests.find(({ id }) => id === guest);
      if (!known) return send(response, 404, { detail: "no such guest" });
      return send(response, 204, undefined, { "set-cookie": sessions.begin(known.id) });
    }
    const guestId = sessions.guestOf(request) ?? null;
    return send(response, 200, { settings, guestId, guests: guestId === null ? guests : [] });
  }

  async function file(path: string, response: ServerResponse): Promise<void> {
    const name = path === "/" ? "index.html" : normalize(path).replace(/^[/\\]+/, "");
    const type = TYPES[extname(name)];
    if (!type || name.includes("..")) return send(response, 404, { detail: "not found" });
    try {
      const bytes = await readFile(join(options.folder, name));
      response.writeHead(200, { ...HEADERS, "content-type": type, "cache-control": "no-cache" }).end(bytes);
    } catch {
      send(response, 404, { detail: "not found" });
    }
  }

  return createServer((request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://portal");
    if (!isSameOrigin(request)) return send(response, 403, { detail: "another origin" });
    if (pathname.startsWith("/rpc/")) return rpc(request, response);
    const answer = pathname === "/session" ? session(request, response) : file(pathname, response);
    answer.catch(() => send(response, 400, { detail: "bad request" }));
  });
}

function tellFailures(log: (line: string) => void): Interceptor {
  return (next) => (request) =>
    next(request).catch((reason: unknown) => {
      const error = ConnectError.from(reason);
      log(`${request.method.name}: ${Code[error.code]}: ${error.rawMessage}`);
      throw error;
    });
}

/** What changes something must come from our own page; the cookie alone is no proof of that. */
function isSameOrigin(request: IncomingMessage): boolean {
  if (request.method === "GET" || request.method === "HEAD") return true;
  const { origin, host } = request.headers;
  return origin === undefined || new URL(origin).host === host;
}

function send(response: ServerResponse, status: number, body?: unknown, headers: Record<string, string> = {}): void {
  const type = body === undefined ? {} : { "content-type": "application/json" };
  response.writeHead(status, { ...HEADERS, ...type, "cache-control": "no-store", ...headers });
  response.end(body === undefined ? undefined : JSON.stringify(body));
}

async function text(request: IncomingMessage): Promise<string> {
  let body = "";
  for await (const bytes of request) {
    body += String(bytes);
    if (body.length > 4096) throw new Error("too long");
  }
  return body;
}
