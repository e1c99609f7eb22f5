// Events that survive a lost connection and a closed page: kept until the server has them on disk.
import { fromJsonString, toJsonString } from "@bufbuild/protobuf";
import { timestampMs } from "@bufbuild/protobuf/wkt";
import { Code } from "@connectrpc/connect";
import { asConnectError, retryDelayMs } from "./errors.js";
import { EventSchema, type Event } from "./gen/concierge/v1/event_pb.js";
import type { EventError, WriteEventsResponse } from "./gen/concierge/v1/event_service_pb.js";

/** Where waiting events are kept. Each has its own key, so that tabs do not overwrite one another. */
export interface EventStore {
  /** All entries, in any order. */
  load(): [key: string, json: string][];
  /** Keeps an entry. */
  put(key: string, json: string): void;
  /** Forgets an entry. */
  remove(key: string): void;
}

/** Keeps events as long as the page lives. */
export function memoryStore(): EventStore {
  const entries = new Map<string, string>();
  return {
    load: () => [...entries],
    put: (key, json) => void entries.set(key, json),
    remove: (key) => void entries.delete(key),
  };
}

/**
 * Keeps events in `localStorage`, or another storage of its kind. The prefix must differ from guest to guest, so
 * that events of one are never sent in the session of another.
 */
export function webStore(storage: Storage, prefix: string): EventStore {
  return {
    load() {
      const keys = Array.from({ length: storage.length }, (_, at) => storage.key(at));
      const ours = keys.filter((key): key is string => key?.startsWith(prefix) ?? false);
      return ours.map((key) => [key.slice(prefix.length), storage.getItem(key) ?? ""]);
    },
    put: (key, json) => storage.setItem(prefix + key, json),
    remove: (key) => storage.removeItem(prefix + key),
  };
}

/** Why an event will not be sent. */
export type Lost = { readonly reason: "refused"; readonly error?: EventError } | { readonly reason: "full" | "old" };

/** Options of an EventQueue. */
export interface QueueOptions {
  /** Sends a batch: `(events) => client.recordEach(events)`. */
  readonly send: (events: Event[]) => Promise<Pick<WriteEventsResponse, "results">>;
  /** Where waiting events are kept. Default: memory. */
  readonly store?: EventStore;
  /** Events per call, at most 1,000. Default 50. */
  readonly batchSize?: number;
  /** How long an event waits for others, in milliseconds. Default 500. */
  readonly lingerMs?: number;
  /** Most events that wait; the oldest give way. Default 500. */
  readonly maxEvents?: number;
  /** Older events are not sent: the server would refuse them. Default 7 days. */
  readonly maxAgeMs?: number;
  /** Longest wait between two tries, in milliseconds. Default 60,000. */
  readonly maxBackoffMs?: number;
  /** Told of each event that will not be sent. */
  readonly onLost?: (event: Event, why: Lost) => void;
  /** The page, for its `online` and `visibilitychange`. Default: the global one, if there is one. */
  readonly page?: Window | undefined;
}

/** Sends events in batches and in order, and repeats until they are acknowledged. */
export class EventQueue {
  private readonly settings: Required<Omit<QueueOptions, "page">>;
  private readonly page: Window | undefined;
  private readonly waiting = new Map<string, Event>();
  private readonly stop = new AbortController();
  private timer: ReturnType<typeof setTimeout> | undefined;
  private sending: Promise<void> | undefined;
  private failures = 0;
  private serial = 0;
  private batchSize: number;

  constructor(options: QueueOptions) {
    this.settings = {
      store: memoryStore(),
      batchSize: 50,
      lingerMs: 500,
      maxEvents: 500,
      maxAgeMs: 7 * 86_400_000,
      maxBackoffMs: 60_000,
      onLost: () => {},
      ...options,
    };
    this.batchSize = this.settings.batchSize;
    this.page = "page" in options ? options.page : (globalThis as { window?: Window }).window;
    this.restore();
    const { signal } = this.stop;
    this.page?.addEventListener("online", () => void this.flush(), { signal });
    // A page that is hidden may never come back; what the browser cuts off here is sent by the next page.
    this.page?.document.addEventListener(
      "visibilitychange",
      () => {
        if (this.page?.document.visibilityState === "hidden") void this.flush();
      },
      { signal },
    );
    if (this.waiting.size > 0) this.schedule(0);
  }

  /** Number of events that are not acknowledged yet. */
  get size(): number {
    return this.waiting.size;
  }

  /** Takes an event. It must have its id and moment: `newEvent` and `offerEvent` give them. */
  add(event: Event): void {
    if (event.eventId === "" || !event.eventTime) throw new TypeError("an event needs event_id and event_time");
    // Keys sort as events happened, also over page loads.
    const moment = String(timestampMs(event.eventTime)).padStart(15, "0");
    const key = `${moment}.${String((this.serial += 1)).padStart(6, "0")}.${event.eventId}`;
    this.waiting.set(key, event);
    try {
      this.settings.store.put(key, toJsonString(EventSchema, event));
    } catch {
      // The storage is full or forbidden: the event lives as long as the page.
    }
    while (this.waiting.size > this.settings.maxEvents) this.lose(this.waiting.keys().next().value!, { reason: "full" });
    if (this.timer === undefined && this.sending === undefined) this.schedule(this.settings.lingerMs);
  }

  /** Sends what waits. Resolves when all is acknowledged or a try failed; never rejects. */
  flush(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.sending ??= this.drain().finally(() => {
      this.sending = undefined;
      if (this.waiting.size > 0 && !this.stop.signal.aborted) this.schedule(this.backoffMs());
    });
    return this.sending;
  }

  /** Forgets what waits, in the store too: when a guest signs out. */
  clear(): void {
    for (const key of [...this.waiting.keys()]) this.forget(key);
  }

  /** Sends nothing more. What waits stays in the store for the next queue. */
  close(): void {
    this.stop.abort();
    clearTimeout(this.timer);
    this.timer = undefined;
  }

  private asked = 0;

  private backoffMs(): number {
    if (this.failures === 0) return this.settings.lingerMs;
    const ceiling = Math.min(this.settings.maxBackoffMs, 1000 * 2 ** (this.failures - 1));
    return Math.max(this.asked, ceiling * (0.5 + Math.random() / 2));
  }

  private schedule(ms: number): void {
    if (this.stop.signal.aborted) return;
    this.timer = setTimeout(() => void this.flush(), ms);
    // In Node a waiting queue does not keep the process alive; call flush before the end.
    (this.timer as { unref?: () => void }).unref?.();
  }

  private async drain(): Promise<void> {
    while (this.waiting.size > 0 && !this.stop.signal.aborted) {
      this.dropOld();
      const batch = [...this.waiting].slice(0, this.batchSize);
      if (batch.length === 0) return;
      try {
        const { results } = await this.settings.send(batch.map(([, event]) => event));
        this.failures = 0;
        this.asked = 0;
        const kept = batch.filter(([key], at) => !this.settle(key, results[at]?.error));
        this.batchSize = this.settings.batchSize;
        // The server is short of room: come back later.
        if (kept.length > 0) {
          this.failures += 1;
          return;
        }
      } catch (reason) {
        const error = asConnectError(reason);
        if (isFinal(error.code)) {
          // Something in the batch cannot be read by the server. Find it by halves; alone, it is refused.
          if (batch.length === 1) this.lose(batch[0]![0], { reason: "refused" });
          else this.batchSize = Math.ceil(batch.length / 2);
          continue;
        }
        this.failures += 1;
        this.asked = retryDelayMs(error) ?? 0;
        return;
      }
    }
  }

  /** Is the event done? */
  private settle(key: string, error: EventError | undefined): boolean {
    if (error?.retryable) return false;
    if (error) this.lose(key, { reason: "refused", error });
    else this.forget(key);
    return true;
  }

  private dropOld(): void {
    const oldest = Date.now() - this.settings.maxAgeMs;
    for (const [key, event] of this.waiting) {
      if (event.eventTime && timestampMs(event.eventTime) < oldest) this.lose(key, { reason: "old" });
    }
  }

  private lose(key: string, why: Lost): void {
    const event = this.waiting.get(key);
    this.forget(key);
    if (event) this.settings.onLost(event, why);
  }

  private forget(key: string): void {
    this.waiting.delete(key);
    try {
      this.settings.store.remove(key);
    } catch {
      // What cannot be removed is sent again, and counted once.
    }
  }

  private restore(): void {
    let entries: [string, string][] = [];
    try {
      entries = this.settings.store.load();
    } catch {
      return;
    }
    entries.sort(([a], [b]) => (a < b ? -1 : 1));
    for (const [key, json] of entries) {
      try {
        this.waiting.set(key, fromJsonString(EventSchema, json, { ignoreUnknownFields: true }));
      } catch {
        this.forget(key);
      }
    }
  }
}

function isFinal(code: Code): boolean {
  return code === Code.InvalidArgument || code === Code.OutOfRange || code === Code.Unimplemented;
}
