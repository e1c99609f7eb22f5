// The own server of a page: its files, the sign-in of the examples, and the guarded calls below `/rpc`. The key to the
// API stays here.
import { readFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { extname, join, normalize } from "node:path";
import { Code, ConnectError, createContextValues, type ConnectRouter, type Interceptor } from "@connectrpc/connect";
import { connectNodeAdapter } from "@connectrpc/connect-node";
import type { User } from "../page/frame.js";
import { userKey } from "./guard.js";
import type { Sessions } from "./session.js";

/** Options of the server of a page. */
export interface PageOptions {
  /** What the page is told about itself. Nothing secret. */
  readonly settings: object;
  /** The calls that the page may make. */
  readonly routes: (router: ConnectRouter) => void;
  readonly sessions: Sessions;
  /** Who may sign in, in an example. */
  readonly users: readonly User[];
  /** Folder with the built page. */
  readonly folder: string;
  /** Another server that the page may call. */
  readonly apiUrl?: string;
  /** Further answers in JSON to who is signed in, by their paths. */
  readonly answers?: Readonly<Record<string, () => unknown | Promise<unknown>>>;
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
function headersFor(apiUrl?: string): Readonly<Record<string, string>> {
  const called = apiUrl === undefined ? "'self'" : `'self' ${new URL(apiUrl).origin}`;
  return {
    "content-security-policy":
      `default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' https:; connect-src ${called}; ` +
      "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
    "cross-origin-opener-policy": "same-origin",
  };
}

/** The server of a page, not listening yet. */
export function pageServer(options: PageOptions): Server {
  const { settings, routes, sessions, users, answers = {} } = options;
  const always = headersFor(options.apiUrl);
  const rpc = connectNodeAdapter({
    requestPathPrefix: "/rpc",
    routes,
    interceptors: options.log ? [tellFailures(options.log)] : [],
    contextValues: (request) => createContextValues().set(userKey, sessions.userOf(request as IncomingMessage) ?? ""),
  });

  async function session(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method === "DELETE") return send(response, 204, undefined, { "set-cookie": sessions.end() });
    if (request.method === "POST") {
      const { user } = JSON.parse(await text(request)) as { user?: unknown };
      const known = users.find(({ id }) => id === user);
      if (!known) return send(response, 404, { detail: "no such user" });
      return send(response, 204, undefined, { "set-cookie": sessions.begin(known.id) });
    }
    const userId = sessions.userOf(request) ?? null;
    return send(response, 200, { settings, userId, users: userId === null ? users : [] });
  }

  async function further(answer: () => unknown, request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (sessions.userOf(request) === undefined) return send(response, 401, { detail: "sign in first" });
    send(response, 200, await answer());
  }

  function answer(path: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (path === "/session") return session(request, response);
    if (Object.hasOwn(answers, path)) return further(answers[path]!, request, response);
    return file(path, response);
  }

  async function file(path: string, response: ServerResponse): Promise<void> {
    const name = path === "/" ? "index.html" : normalize(path).replace(/^[/\\]+/, "");
    const type = TYPES[extname(name)];
    if (!type || name.includes("..")) return send(response, 404, { detail: "not found" });
    try {
      const bytes = await readFile(join(options.folder, name));
      response.writeHead(200, { ...always, "content-type": type, "cache-control": "no-cache" }).end(bytes);
    } catch {
      send(response, 404, { detail: "not found" });
    }
  }

  function send(response: ServerResponse, status: number, body?: unknown, headers: Record<string, string> = {}): void {
    const type = body === undefined ? {} : { "content-type": "application/json" };
    response.writeHead(status, { ...always, ...type, "cache-control": "no-store", ...headers });
    response.end(body === undefined ? undefined : JSON.stringify(body));
  }

  return createServer((request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://page");
    if (!isSameOrigin(request)) return send(response, 403, { detail: "another origin" });
    if (pathname.startsWith("/rpc/")) return rpc(request, response);
    answer(pathname, request, response).catch(() => send(response, 400, { detail: "bad request" }));
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
  return origin === undefined || origin === `http://${host}` || origin === `https://${host}`;
}

async function text(request: IncomingMessage): Promise<string> {
  let body = "";
  for await (const bytes of request) {
    body += String(bytes);
    if (body.length > 4096) throw new Error("too long");
  }
  return body;
}
