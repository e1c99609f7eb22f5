// What an error of the server says, in types: which fields are wrong, why, and when to come back.
import { Code, ConnectError } from "@connectrpc/connect";
import type { EventError, WriteEventsResponse } from "./gen/concierge/v1/event_service_pb.js";
import { BadRequestSchema, ErrorInfoSchema, RetryInfoSchema } from "./gen/google/rpc/error_details_pb.js";

/** Some events of a call were refused; the others are on disk. */
export class EventsRefused extends Error {
  override readonly name = "EventsRefused";
  /** Which ones, by their place in the call, and why. */
  readonly refused: readonly { readonly at: number; readonly error: EventError }[];

  /** What the server said of all events of the call. */
  constructor(readonly answer: WriteEventsResponse) {
    const refused = answer.results.flatMap(({ error }, at) => (error ? [{ at, error }] : []));
    super(refused.map(({ at, error }) => [`events[${at}]`, error.field, error.message].filter(Boolean).join(" ")).join("; "));
    this.refused = refused;
  }
}

/** A field of the request that is wrong. */
export interface FieldViolation {
  /** Path in the request: `context.stay_stage`. */
  readonly field: string;
  /** What is wrong with it. */
  readonly description: string;
}

/** The fields that an error names; empty when it names none. */
export function fieldViolations(error: unknown): FieldViolation[] {
  return ConnectError.from(error)
    .findDetails(BadRequestSchema)
    .flatMap((detail) => detail.fieldViolations)
    .map(({ field, description }) => ({ field, description }));
}

/** The stable reason of an error in UPPER_SNAKE_CASE, if it has one. */
export function errorReason(error: unknown): string | undefined {
  return ConnectError.from(error).findDetails(ErrorInfoSchema)[0]?.reason;
}

/** The least time to wait before the call is repeated, in milliseconds, if the server says so. */
export function retryDelayMs(error: unknown): number | undefined {
  const delay = ConnectError.from(error).findDetails(RetryInfoSchema)[0]?.retryDelay;
  return delay && Number(delay.seconds) * 1000 + delay.nanos / 1e6;
}

/**
 * The error as a ConnectError. What `fetch` throws when no connection could be made, or when it broke, becomes
 * UNAVAILABLE: it is not known whether the call was applied, and it may be repeated with the same ids.
 */
export function asConnectError(error: unknown): ConnectError {
  if (error instanceof ConnectError) {
    // An answer without its end: the connection broke, or something between cut it.
    const cut = error.code === Code.Unknown && /^missing (trailer|response body)$/.test(error.rawMessage);
    return cut ? new ConnectError(error.rawMessage, Code.Unavailable, error.metadata, undefined, error) : error;
  }
  if (error instanceof TypeError) {
    return new ConnectError("the server cannot be reached", Code.Unavailable, undefined, undefined, error);
  }
  return ConnectError.from(error);
}
