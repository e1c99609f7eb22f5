// Repeats calls that failed for a passing reason, with the id of the first try, so that nothing counts twice.
import { clone, getOption, type DescMethodUnary, type Message } from "@bufbuild/protobuf";
import { Code, ConnectError, type Interceptor, type UnaryRequest, type UnaryResponse } from "@connectrpc/connect";
import { asConnectError, retryDelayMs } from "./errors.js";
import { http } from "./gen/google/api/annotations_pb.js";
import { randomId } from "./ids.js";

/** How often and how fast calls are repeated. */
export interface RetryOptions {
  /** Tries in all, the first one included. Default 4; 1 never repeats. */
  readonly maxAttempts: number;
  /** Mean wait before the second try is half of this, in milliseconds; it doubles with each try. Default 100. */
  readonly baseDelayMs: number;
  /** Longest wait that is chosen here, in milliseconds; the server may ask for a longer one. Default 2000. */
  readonly maxDelayMs: number;
  /**
   * Tokens of the budget that all calls of a client share. A failed try takes one, a call that succeeds gives a
   * tenth back; below half of them nothing is repeated, so that a server in trouble is not flooded. Default 20.
   */
  readonly budget: number;
  /** 0 to below 1; for tests. Default `Math.random`. */
  readonly random: () => number;
  /** Waits; rejects when the signal is aborted. For tests. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  /** Milliseconds that never go back; for tests. */
  readonly now: () => number;
}

const DEFAULTS: RetryOptions = {
  maxAttempts: 4,
  baseDelayMs: 100,
  maxDelayMs: 2000,
  budget: 20,
  random: Math.random,
  sleep,
  now: () => performance.now(),
};

/** Calls without a `request_id` that may be repeated: events have ids of their own, the others ask or look. */
const REPEATABLE = new Set([
  "AcknowledgeMessages",
  "ComposeBundle",
  "FindLookalikes",
  "GetBusinessReport",
  "HoldPrice",
  "ListArrivals",
  "QuoteOffer",
  "ValidateCatalog",
  "WriteEvents",
]);

/**
 * An interceptor that gives each call a `request_id` where it has room for one and none was given, and repeats it
 * on UNAVAILABLE and RESOURCE_EXHAUSTED. Calls that cannot be repeated safely, and streams, pass once.
 */
export function retryInterceptor(options: Partial<RetryOptions> = {}): Interceptor {
  const settings = { ...DEFAULTS, ...options };
  let tokens = settings.budget;
  return (next) => async (request) => {
    if (request.stream) return next(request);
    const call = withRequestId(request);
    const deadline = deadlineOf(call, settings.now());
    for (let attempt = 1; ; attempt += 1) {
      try {
        const response = (await next(call)) as UnaryResponse;
        tokens = Math.min(settings.budget, tokens + 0.1);
        return response;
      } catch (reason) {
        const error = asConnectError(reason);
        if (!isPassing(error)) throw error;
        tokens = Math.max(0, tokens - 1);
        const mayRepeat = attempt < settings.maxAttempts && tokens > settings.budget / 2;
        if (!mayRepeat || call.signal.aborted || !isRepeatable(call)) throw error;
        const wait = waitMs(settings, attempt, error);
        const left = deadline === undefined ? undefined : deadline - settings.now() - wait;
        // What would come after the deadline is not waited for.
        if (left !== undefined && left <= 0) throw error;
        await settings.sleep(wait, call.signal);
        if (left !== undefined) call.header.set("grpc-timeout", `${Math.max(1, Math.floor(left))}m`);
      }
    }
  };
}

function isPassing(error: ConnectError): boolean {
  return error.code === Code.Unavailable || error.code === Code.ResourceExhausted;
}

function waitMs(settings: RetryOptions, attempt: number, error: ConnectError): number {
  const ceiling = Math.min(settings.maxDelayMs, settings.baseDelayMs * 2 ** (attempt - 1));
  const jittered = ceiling * settings.random();
  const asked = retryDelayMs(error);
  // Callers who were all told the same time must not come back at once.
  return asked === undefined ? jittered : asked + jittered;
}

function requestIdField(method: DescMethodUnary): string | undefined {
  return method.input.fields.find((field) => field.name === "request_id")?.localName;
}

function isRepeatable(request: UnaryRequest): boolean {
  const method = request.method;
  if (requestIdField(method) !== undefined || REPEATABLE.has(method.name)) return true;
  return getOption(method, http).pattern.case === "get";
}

function withRequestId(request: UnaryRequest): UnaryRequest {
  const field = requestIdField(request.method);
  if (field === undefined) return request;
  const given = request.message as Message & Record<string, unknown>;
  if (given[field] !== "") return request;
  const message = clone(request.method.input, request.message) as Message & Record<string, unknown>;
  message[field] = randomId();
  return { ...request, message };
}

/** When the call must be over, by the header that the transport has set. */
function deadlineOf(request: UnaryRequest, now: number): number | undefined {
  const given = /^(\d{1,8})([HMSmun])$/.exec(request.header.get("grpc-timeout") ?? "");
  if (!given) return undefined;
  const unit = { H: 3_600_000, M: 60_000, S: 1000, m: 1, u: 1e-3, n: 1e-6 }[given[2] as "H" | "M" | "S" | "m" | "u" | "n"];
  return now + Number(given[1]) * unit;
}

function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const ended = () => {
      clearTimeout(timer);
      reject(ConnectError.from(signal.reason, Code.Canceled));
    };
    const timer = setTimeout(() => {
      signal.removeEventListener("abort", ended);
      resolve();
    }, ms);
    if (signal.aborted) ended();
    else signal.addEventListener("abort", ended, { once: true });
  });
}
