// What guests do with offers on a page, as events: seen, clicked, accepted, dismissed.
import type { MessageInitShape } from "@bufbuild/protobuf";
import { EventType, type EventSchema } from "./gen/concierge/v1/event_pb.js";
import { ImpressionObserver, type ImpressionOptions } from "./impressions.js";
import { offerEvent, type EventOrigin, type ShownOffer } from "./offers.js";
import type { EventQueue } from "./queue.js";

/** Options of an OfferTracker. */
export interface TrackerOptions extends EventOrigin {
  /** Takes the events. */
  readonly queue: Pick<EventQueue, "add" | "flush">;
  /** When something counts as seen. */
  readonly impressions?: ImpressionOptions;
}

/** Reports what happens with the offers of decisions. Each slot of a decision is seen once. */
export class OfferTracker {
  private readonly observer: ImpressionObserver;
  private readonly seen = new Set<string>();

  constructor(private readonly options: TrackerOptions) {
    this.observer = new ImpressionObserver(options.impressions);
  }

  /** Reports an impression when the element was really seen. */
  watch(element: Element, shown: ShownOffer): void {
    const slot = `${shown.decision} ${shown.placementId} ${shown.slot}`;
    if (this.seen.has(slot)) return;
    this.observer.observe(element, () => {
      if (this.seen.has(slot)) return;
      this.seen.add(slot);
      this.add(EventType.IMPRESSION, shown);
    });
  }

  /** The guest wanted to know more. It is sent at once: the page may be left. */
  click(shown: ShownOffer): void {
    this.add(EventType.CLICK, shown);
    void this.options.queue.flush();
  }

  /** The guest said yes. Resolves when the server has it, or a try failed; then it waits in the queue. */
  accept(shown: ShownOffer, more: MessageInitShape<typeof EventSchema> = {}): Promise<void> {
    this.add(EventType.ACCEPT, shown, more);
    return this.options.queue.flush();
  }

  /** The guest said no: the offer stays away for as long as the contact policies say. */
  dismiss(shown: ShownOffer, reasonCode = "dismissed"): Promise<void> {
    this.add(EventType.DECLINE, shown, { reasonCode });
    return this.options.queue.flush();
  }

  /** Watches nothing any more. */
  disconnect(): void {
    this.observer.disconnect();
  }

  private add(type: EventType, shown: ShownOffer, more: MessageInitShape<typeof EventSchema> = {}): void {
    this.options.queue.add(offerEvent(type, shown, this.options, more));
  }
}
