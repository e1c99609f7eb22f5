// Tells what was really seen: enough of it, long enough, in a page that was in front.

/** When something counts as seen. The defaults are those of the Media Rating Council (MRC, *Viewable Ad Impression
 * Measurement Guidelines*, 2014): half of it for one second on end; of large things, three tenths. */
export interface SeenRule {
  /** Share of the element that must be in the window, 0 to 1. Default 0.5. */
  readonly share: number;
  /** How long on end, in milliseconds. Default 1000. */
  readonly forMs: number;
  /** Elements of this area and more, in CSS pixels squared, are large. Default 242,500. */
  readonly largeArea: number;
  /** Share of a large element. Default 0.3. */
  readonly largeShare: number;
}

/** Options of an ImpressionObserver. */
export interface ImpressionOptions extends Partial<SeenRule> {
  /** For tests and other windows. Default: the global ones. */
  readonly window?: Window & { readonly IntersectionObserver: typeof IntersectionObserver };
}

const RULE: SeenRule = { share: 0.5, forMs: 1000, largeArea: 242_500, largeShare: 0.3 };
const THRESHOLDS = Array.from({ length: 21 }, (_, at) => at / 20);

interface Watched {
  readonly seen: () => void;
  inView: boolean;
  timer: ReturnType<typeof setTimeout> | undefined;
}

/** Calls back once for each element that was really seen. */
export class ImpressionObserver {
  private readonly rule: SeenRule;
  private readonly window: Window & { readonly IntersectionObserver: typeof IntersectionObserver };
  private readonly observer: IntersectionObserver;
  private readonly watched = new Map<Element, Watched>();
  private readonly visibilityChanged = () => {
    for (const [element, one] of this.watched) this.judge(element, one);
  };

  constructor(options: ImpressionOptions = {}) {
    const { window: given, ...rule } = options;
    this.rule = { ...RULE, ...rule };
    this.window = given ?? (globalThis.window as Window & typeof globalThis);
    this.observer = new this.window.IntersectionObserver((entries) => this.changed(entries), { threshold: THRESHOLDS });
    this.window.document.addEventListener("visibilitychange", this.visibilityChanged);
  }

  /** Watches an element until it was seen. An element that is watched already is watched for the new call back. */
  observe(element: Element, seen: () => void): void {
    this.unobserve(element);
    this.watched.set(element, { seen, inView: false, timer: undefined });
    this.observer.observe(element);
  }

  /** Watches an element no longer. */
  unobserve(element: Element): void {
    const one = this.watched.get(element);
    if (!one) return;
    clearTimeout(one.timer);
    this.watched.delete(element);
    this.observer.unobserve(element);
  }

  /** Watches nothing any more. */
  disconnect(): void {
    for (const element of [...this.watched.keys()]) this.unobserve(element);
    this.observer.disconnect();
    this.window.document.removeEventListener("visibilitychange", this.visibilityChanged);
  }

  private changed(entries: IntersectionObserverEntry[]): void {
    for (const entry of entries) {
      const one = this.watched.get(entry.target);
      if (!one) continue;
      one.inView = this.isInView(entry);
      this.judge(entry.target, one);
    }
  }

  private isInView(entry: IntersectionObserverEntry): boolean {
    const size = area(entry.boundingClientRect);
    const visible = area(entry.intersectionRect);
    if (!entry.isIntersecting || size === 0 || visible === 0) return false;
    const needed = size >= this.rule.largeArea ? this.rule.largeShare : this.rule.share;
    if (visible / size >= needed) return true;
    // Larger than the window: it is seen when it fills half of the window.
    const window = area(entry.rootBounds ?? { width: this.window.innerWidth, height: this.window.innerHeight });
    return window > 0 && visible / window >= 0.5;
  }

  private judge(element: Element, one: Watched): void {
    if (!one.inView || this.window.document.visibilityState !== "visible") {
      clearTimeout(one.timer);
      one.timer = undefined;
      return;
    }
    one.timer ??= setTimeout(() => {
      one.timer = undefined;
      // Without paint it is not seen, wherever it stands: try again for as long as it stands there.
      if (!isPainted(element)) return this.judge(element, one);
      this.unobserve(element);
      one.seen();
    }, this.rule.forMs);
  }
}

function area(rect: { readonly width: number; readonly height: number }): number {
  return rect.width * rect.height;
}

function isPainted(element: Element): boolean {
  if (!element.isConnected) return false;
  return element.checkVisibility?.({ opacityProperty: true, visibilityProperty: true }) ?? true;
}
