// @vitest-environment jsdom
import { create } from "@bufbuild/protobuf";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { Code, ConnectError } from "@connectrpc/connect";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import {
  EventErrorCode,
  EventQueue,
  EventSchema,
  EventType,
  WriteEventResultSchema,
  memoryStore,
  newEvent,
  webStore,
  type Event,
  type Lost,
  type QueueOptions,
} from "../src/index.js";

const ok = (events: Event[]) => ({ results: events.map(() => create(WriteEventResultSchema)) });
const refused = (retryable: boolean) =>
  create(WriteEventResultSchema, { error: { code: EventErrorCode.INVALID_FIELD, retryable } });
const event = (more = {}) =>
  newEvent(EventType.CLICK, { source: "test", subject: { case: "guest", value: "brands/acme/guests/g" } }, more);

/** A queue whose server behaves as `answer` says; `sent` holds the ids of each batch. */
function queueWith(answer: (events: Event[]) => { results: ReturnType<typeof refused>[] }, more: Partial<QueueOptions> = {}) {
  const sent: string[][] = [];
  const lost: [string, Lost["reason"]][] = [];
  const queue = new EventQueue({
    send: async (events) => {
      sent.push(events.map(({ eventId }) => eventId));
      return answer(events);
    },
    onLost: ({ eventId }, { reason }) => lost.push([eventId, reason]),
    ...more,
  });
  return { queue, sent, lost };
}

const away = () => {
  throw new TypeError("fetch failed");
};

beforeEach(() => {
  vi.useFakeTimers();
  localStorage.clear();
});
afterEach(() => vi.useRealTimers());

describe("the queue", () => {
  it("sends what happened together as one batch, in order", async () => {
    const { queue, sent } = queueWith(ok);
    const events = [event(), event(), event()];
    events.forEach((one) => queue.add(one));
    expect(sent).toEqual([]);
    await vi.advanceTimersByTimeAsync(500);
    expect(sent).toEqual([events.map(({ eventId }) => eventId)]);
    expect(queue.size).toBe(0);
  });

  it("keeps events while the server is away, and repeats them with the same ids", async () => {
    let isAway = true;
    const { queue, sent } = queueWith((events) => (isAway ? away() : ok(events)));
    queue.add(event());
    await vi.advanceTimersByTimeAsync(5000);
    expect(sent.length).toBeGreaterThan(1);
    expect(queue.size).toBe(1);
    isAway = false;
    await vi.advanceTimersByTimeAsync(10_000);
    expect(queue.size).toBe(0);
    expect(new Set(sent.map((batch) => batch.join())).size).toBe(1);
  });

  it("waits longer and longer for a server that is away", async () => {
    const { queue, sent } = queueWith(away);
    queue.add(event());
    await vi.advanceTimersByTimeAsync(3_600_000);
    expect(sent.length).toBeGreaterThan(50);
    expect(sent.length).toBeLessThan(150);
  });

  it("tries at once when the connection is back", async () => {
    let isAway = true;
    const { queue, sent } = queueWith((events) => (isAway ? away() : ok(events)));
    queue.add(event());
    await vi.advanceTimersByTimeAsync(100_000);
    const before = sent.length;
    isAway = false;
    window.dispatchEvent(new window.Event("online"));
    await vi.advanceTimersByTimeAsync(0);
    expect(sent.length).toBe(before + 1);
    expect(queue.size).toBe(0);
  });

  it("outlives the page", async () => {
    const first = queueWith(away, { store: webStore(localStorage, "q.") });
    const events = [event({ slot: 3, attributionToken: "t" }), event()];
    events.forEach((one) => first.queue.add(one));
    await first.queue.flush();
    first.queue.close();
    let received: Event[] = [];
    const second = queueWith((batch) => ok((received = batch)), { store: webStore(localStorage, "q.") });
    await second.queue.flush();
    expect(received).toEqual(events);
    expect(localStorage.length).toBe(0);
  });

  it("never sends the events of one guest in the page of another", async () => {
    const first = queueWith(away, { store: webStore(localStorage, "q.ana.") });
    first.queue.add(event());
    first.queue.close();
    const other = queueWith(ok, { store: webStore(localStorage, "q.li.") });
    await other.queue.flush();
    expect(other.sent).toEqual([]);
  });

  it("tells of refused events and sends the others", async () => {
    const { queue, lost } = queueWith((events) => ({
      results: events.map(({ slot }) => (slot === 2 ? refused(false) : create(WriteEventResultSchema))),
    }));
    const bad = event({ slot: 2 });
    [event(), bad, event()].forEach((one) => queue.add(one));
    await queue.flush();
    expect(lost).toEqual([[bad.eventId, "refused"]]);
    expect(queue.size).toBe(0);
  });

  it("keeps what may succeed later", async () => {
    let isFull = true;
    const { queue, lost } = queueWith((events) => ({
      results: events.map(() => (isFull ? refused(true) : create(WriteEventResultSchema))),
    }));
    queue.add(event());
    await queue.flush();
    expect(queue.size).toBe(1);
    isFull = false;
    await queue.flush();
    expect([queue.size, lost]).toEqual([0, []]);
  });

  it("finds the event that spoils a batch", async () => {
    const { queue, lost } = queueWith((events) => {
      if (events.some(({ slot }) => slot === 9)) throw new ConnectError("malformed", Code.InvalidArgument);
      return ok(events);
    });
    const bad = event({ slot: 9 });
    [event(), event(), bad, event(), event()].forEach((one) => queue.add(one));
    await queue.flush();
    expect(lost).toEqual([[bad.eventId, "refused"]]);
    expect(queue.size).toBe(0);
  });

  it("is bounded, and drops what is too old", async () => {
    const { queue, lost, sent } = queueWith(ok, { maxEvents: 2 });
    const [a, b, c] = [event({ eventTime: timestampFromMs(Date.now() - 8 * 86_400_000) }), event(), event()];
    queue.add(b);
    queue.add(a);
    await queue.flush();
    expect(lost).toEqual([[a.eventId, "old"]]);
    [event(), event(), c].forEach((one) => queue.add(one));
    expect(queue.size).toBe(2);
    await queue.flush();
    expect(sent.flat()).toContain(c.eventId);
    expect(lost.map(([, reason]) => reason)).toEqual(["old", "full"]);
  });

  it("works without storage", async () => {
    const store = { ...memoryStore(), put: () => { throw new DOMException("full", "QuotaExceededError"); } };
    const { queue, sent } = queueWith(ok, { store });
    queue.add(event());
    await queue.flush();
    expect(sent).toHaveLength(1);
  });

  it("takes no event that could not be repeated safely", () => {
    const { queue } = queueWith(ok);
    expect(() => queue.add(create(EventSchema, { source: "x" }))).toThrow(TypeError);
  });
});
