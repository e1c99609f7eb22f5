// What came of a suggestion, as events that close the loop. There are some seconds to take a slip back.
import { EventType, offerEvent, type EventOrigin, type EventQueue, type Event, type ShownOffer } from "../../../src/index.js";

/** What came of a suggestion. */
export type Outcome = "accepted" | "offered" | "declined" | "notOffered";

/** The outcomes in the order of their keys, 1 to 4. */
export const OUTCOMES: readonly Outcome[] = ["accepted", "offered", "declined", "notOffered"];

/** How long an outcome can be taken back, in milliseconds. */
export const UNDO_MS = 5000;

/** The outcomes of one suggestion. */
export class Outcomes {
  private waiting: Event[] = [];
  private timer: ReturnType<typeof setTimeout> | undefined;
  private isShown = false;

  /** @param settled told when an outcome can no longer be taken back, and was sent or kept */
  constructor(
    private readonly shown: ShownOffer,
    private readonly origin: EventOrigin,
    private readonly queue: Pick<EventQueue, "add" | "flush">,
    private readonly settled: () => void = () => {},
  ) {}

  /** Notes an outcome. The one before, if any, can no longer be taken back. */
  record(outcome: Outcome): void {
    void this.settle();
    this.waiting = this.eventsOf(outcome);
    this.timer = setTimeout(() => void this.settle(), UNDO_MS);
  }

  /** Takes the last outcome back; false when it is too late. */
  undo(): boolean {
    clearTimeout(this.timer);
    const isInTime = this.waiting.length > 0;
    this.waiting = [];
    return isInTime;
  }

  /** Sends what waits. Resolves when the server has it, or when a try failed; then the queue keeps it. */
  async settle(): Promise<void> {
    clearTimeout(this.timer);
    const events = this.waiting;
    if (events.length === 0) return;
    this.waiting = [];
    for (const event of events) {
      this.isShown ||= event.eventType === EventType.IMPRESSION;
      this.queue.add(event);
    }
    await this.queue.flush();
    // Another outcome may have been noted meanwhile.
    if (this.waiting.length === 0) this.settled();
  }

  /** Whoever answered was asked: an answer brings its impression along. */
  private eventsOf(outcome: Outcome): Event[] {
    const event = (type: EventType) => offerEvent(type, this.shown, this.origin);
    if (outcome === "notOffered") return [event(EventType.NOT_OFFERED)];
    const shown = this.isShown ? [] : [event(EventType.IMPRESSION)];
    if (outcome === "offered") return shown;
    return [...shown, event(outcome === "accepted" ? EventType.ACCEPT : EventType.DECLINE)];
  }
}
