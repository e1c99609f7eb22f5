// @vitest-environment jsdom
import { create } from "@bufbuild/protobuf";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { EventType, ImpressionObserver, OfferTracker, RankedOfferSchema, type Event, type ShownOffer } from "../src/index.js";

/** The observer of the browser, played by hand. */
class FakeIntersectionObserver {
  static last: FakeIntersectionObserver;
  readonly elements = new Set<Element>();
  constructor(private readonly tell: IntersectionObserverCallback) {
    FakeIntersectionObserver.last = this;
  }
  observe = (element: Element) => void this.elements.add(element);
  unobserve = (element: Element) => void this.elements.delete(element);
  disconnect = () => this.elements.clear();

  /** The element now stands in the window with this share; `size` is its own, the window is 1000 by 800. */
  show(target: Element, share: number, size = { width: 300, height: 200 }): void {
    if (!this.elements.has(target)) return;
    const entry = {
      target,
      isIntersecting: share > 0,
      boundingClientRect: size,
      intersectionRect: { width: size.width, height: size.height * share },
      rootBounds: { width: 1000, height: 800 },
    };
    this.tell([entry as unknown as IntersectionObserverEntry], this as unknown as IntersectionObserver);
  }
}

let hidden = false;
const hide = (isHidden: boolean) => {
  hidden = isHidden;
  document.dispatchEvent(new window.Event("visibilitychange"));
};

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("IntersectionObserver", FakeIntersectionObserver);
  (window as unknown as Record<string, unknown>)["IntersectionObserver"] = FakeIntersectionObserver;
  Object.defineProperty(document, "visibilityState", { get: () => (hidden ? "hidden" : "visible"), configurable: true });
  hidden = false;
});
afterEach(() => vi.useRealTimers());

function watched() {
  const observer = new ImpressionObserver();
  const element = document.body.appendChild(document.createElement("div"));
  const seen = vi.fn();
  observer.observe(element, seen);
  return { observer, element, seen, view: FakeIntersectionObserver.last };
}

describe("an impression", () => {
  it("is half of it for a second on end", () => {
    const { element, seen, view } = watched();
    view.show(element, 0.5);
    vi.advanceTimersByTime(999);
    expect(seen).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(seen).toHaveBeenCalledTimes(1);
  });

  it("is not less than half, however long", () => {
    const { element, seen, view } = watched();
    view.show(element, 0.45);
    vi.advanceTimersByTime(60_000);
    expect(seen).not.toHaveBeenCalled();
  });

  it("is not two half seconds", () => {
    const { element, seen, view } = watched();
    for (let time = 0; time < 4; time += 1) {
      view.show(element, 1);
      vi.advanceTimersByTime(600);
      view.show(element, 0);
      vi.advanceTimersByTime(600);
    }
    expect(seen).not.toHaveBeenCalled();
  });

  it("is not in a page behind another", () => {
    const { element, seen, view } = watched();
    view.show(element, 1);
    vi.advanceTimersByTime(600);
    hide(true);
    vi.advanceTimersByTime(60_000);
    expect(seen).not.toHaveBeenCalled();
    hide(false);
    vi.advanceTimersByTime(1000);
    expect(seen).toHaveBeenCalledTimes(1);
  });

  it("is three tenths of something large, and half of the window of something larger than it", () => {
    const large = watched();
    large.view.show(large.element, 0.3, { width: 970, height: 250 });
    const huge = watched();
    huge.view.show(huge.element, 0.2, { width: 1000, height: 2000 });
    vi.advanceTimersByTime(1000);
    expect([large.seen, huge.seen].map(({ mock }) => mock.calls.length)).toEqual([1, 1]);
  });

  it("is nothing without size, without paint, or taken out of the page", () => {
    const flat = watched();
    flat.view.show(flat.element, 1, { width: 300, height: 0 });
    const unpainted = watched();
    Object.assign(unpainted.element, { checkVisibility: () => false });
    unpainted.view.show(unpainted.element, 1);
    const removed = watched();
    removed.view.show(removed.element, 1);
    removed.element.remove();
    const dropped = watched();
    dropped.view.show(dropped.element, 1);
    dropped.observer.disconnect();
    vi.advanceTimersByTime(10_000);
    for (const { seen } of [flat, unpainted, removed, dropped]) expect(seen).not.toHaveBeenCalled();
  });

  it("is told once", () => {
    const { element, seen, view } = watched();
    view.show(element, 1);
    vi.advanceTimersByTime(1000);
    view.show(element, 0);
    view.show(element, 1);
    vi.advanceTimersByTime(5000);
    expect(seen).toHaveBeenCalledTimes(1);
  });
});

describe("the tracker", () => {
  const shown: ShownOffer = {
    decision: "d",
    attributionToken: "token",
    placementId: "portal.hero",
    slot: 2,
    offerId: "spa.x",
    offer: create(RankedOfferSchema),
  };

  it("writes what attribution needs, and a slot of a decision once", async () => {
    const events: Event[] = [];
    const queue = { add: (event: Event) => void events.push(event), flush: () => Promise.resolve() };
    const tracker = new OfferTracker({ source: "portal", subject: { case: "anonymousId", value: "c" }, queue });
    for (let drawn = 0; drawn < 2; drawn += 1) {
      const element = document.body.appendChild(document.createElement("div"));
      tracker.watch(element, shown);
      FakeIntersectionObserver.last.show(element, 1);
      vi.advanceTimersByTime(1000);
    }
    tracker.click(shown);
    await tracker.dismiss(shown);
    await tracker.accept(shown, { quantity: 2 });
    expect(events.map(({ eventType }) => eventType)).toEqual([
      EventType.IMPRESSION,
      EventType.CLICK,
      EventType.DECLINE,
      EventType.ACCEPT,
    ]);
    for (const event of events) {
      expect(event).toMatchObject({ attributionToken: "token", placementId: "portal.hero", slot: 2, offerId: "spa.x" });
      expect(event).toMatchObject({ source: "portal", subject: { case: "anonymousId", value: "c" } });
      expect(event.eventTime).toBeDefined();
    }
    expect(new Set(events.map(({ eventId }) => eventId)).size).toBe(4);
    expect(events[2]!.reasonCode).toBe("dismissed");
  });
});
