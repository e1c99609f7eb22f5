// What every guard needs: who calls, how much time is left, and which events may pass.
import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { Code, ConnectError, createContextKey, type HandlerContext } from "@connectrpc/connect";
import {
  EventErrorCode,
  WriteEventResultSchema,
  type ConciergeClient,
  type Event,
  type EventSchema,
  type WriteEventsRequest,
} from "../../../src/index.js";

/** The id of who makes a call; empty: nobody is signed in. */
export const userKey = createContextKey("");

/** The id of who makes a call. Fails with UNAUTHENTICATED when nobody is signed in. */
export function userOf(context: HandlerContext): string {
  const id = context.values.get(userKey);
  if (id === "") throw new ConnectError("sign in first", Code.Unauthenticated);
  return id;
}

/** The rest of the time that the page gives. */
export function callOptions(context: HandlerContext) {
  const left = context.timeoutMs();
  return { signal: context.signal, ...(left !== undefined && { timeoutMs: left }) };
}

/** Writes the events that `pass` lets through, as it makes them, and refuses each of the others by itself. */
export async function writeAllowed(
  client: ConciergeClient,
  request: WriteEventsRequest,
  context: HandlerContext,
  pass: (event: Event) => MessageInitShape<typeof EventSchema> | undefined,
) {
  const made = request.events.map(pass);
  const passed = made.filter((event) => event !== undefined);
  const answer = passed.length > 0 ? await client.recordEach(passed, callOptions(context)) : undefined;
  const results = answer?.results.values();
  return {
    committedSequence: answer?.committedSequence ?? 0n,
    results: made.map((event) => (event && results?.next().value) ?? refusal()),
  };
}

function refusal() {
  return create(WriteEventResultSchema, {
    error: { code: EventErrorCode.PERMISSION_DENIED, message: "not an event that this page may write" },
  });
}
