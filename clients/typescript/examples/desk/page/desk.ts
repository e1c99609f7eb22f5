// The parts of the desk put together: the list, the guest who is open, the suggestion and what came of it.
import {
  Code,
  ConnectError,
  EventQueue,
  connect,
  offersIn,
  webStore,
  type ConciergeClient,
  type DecideOffersResponse,
  type Guest,
  type ShownOffer,
} from "../../../src/index.js";
import { announce, h, say, the } from "../../shared/page/dom.js";
import { frame, readSession, signIn, signOut, type Session } from "../../shared/page/frame.js";
import { localeFor, type Locale } from "../../shared/page/language.js";
import type { Titles } from "../server/desk.js";
import type { HouseGuest } from "../server/house.js";
import { guestFacts, guestHead } from "./facts.js";
import { housePane } from "./house.js";
import { Outcomes, type Outcome } from "./outcomes.js";
import { promptCard, type PromptState } from "./prompt.js";
import { applyTheme, themeSelect } from "./theme.js";
import { words } from "./words.js";

/** What the desk server says of the page. */
interface Settings {
  readonly brandId: string;
  readonly propertyId: string;
  readonly placementId: string;
  readonly source: string;
}

const LOCALE_KEY = "desk.locale";

/** Begins: signed in or not. */
export async function startDesk(): Promise<void> {
  applyTheme();
  const session = await readSession<Settings>();
  const locale = localeFor(localStorage.getItem(LOCALE_KEY), navigator.language);
  if (session.userId === null) {
    signIn(session, locale, words[locale], {
      choose: (next) => {
        localStorage.setItem(LOCALE_KEY, next);
        void startDesk();
      },
      tools: [themeSelect(locale)],
      signedIn: () => void startDesk(),
    });
    return;
  }
  const desk = new Desk(session, session.userId, locale);
  await desk.open();
}

/** What the desk's own server says; the page works without it. */
async function read<T>(path: string, otherwise: T): Promise<T> {
  const response = await fetch(path, { headers: { accept: "application/json" } });
  return response.ok ? ((await response.json()) as T) : otherwise;
}

/** A suggestion on the screen. */
interface Prompt {
  readonly decided: DecideOffersResponse;
  readonly shown: ShownOffer | undefined;
  readonly outcomes: Outcomes | undefined;
  state: PromptState;
  /** The state that an undo goes back to. */
  before: PromptState;
}

/** The desk of a member of staff. */
class Desk {
  private readonly client: ConciergeClient;
  private readonly queue: EventQueue;
  private house: readonly HouseGuest[] = [];
  private wanted = "";
  private openId: string | undefined;
  private guest: Guest | undefined;
  private prompt: Prompt | undefined;
  private readonly results = new Map<string, Outcome>();
  private titles: Titles = {};
  private readonly listSide = h("div", { class: "list-side" });
  private readonly guestSide = h("section", { class: "guest-side", "aria-live": "off" });
  private readonly sides = h("div", { class: "desk" }, this.listSide, this.guestSide);
  private readonly leaving = new AbortController();

  constructor(
    private readonly session: Session<Settings>,
    userId: string,
    private locale: Locale,
  ) {
    // The desk's server holds the key, and writes the staff number into every event.
    this.client = connect({ brand: session.settings.brandId, baseUrl: "/rpc", timeoutMs: 4000 });
    this.queue = new EventQueue({
      send: (events) => this.client.recordEach(events),
      // What one member of staff noted is never sent in the name of another.
      store: webStore(localStorage, `desk.events.${userId}.`),
      onLost: () => say(words[this.locale].refused),
    });
  }

  async open(): Promise<void> {
    const { signal } = this.leaving;
    this.guestSide.addEventListener("keydown", (event) => this.key(event), { signal });
    window.addEventListener("pagehide", () => void this.prompt?.outcomes?.settle(), { signal });
    [this.house, this.titles] = await Promise.all([read<HouseGuest[]>("/today", []), read<Titles>("/titles", {})]);
    this.draw();
  }

  private draw(): void {
    frame(this.session, this.locale, words[this.locale], {
      choose: (locale) => {
        localStorage.setItem(LOCALE_KEY, locale);
        this.locale = locale;
        this.draw();
        // The suggestion is written in the language of the screen.
        if (this.openId !== undefined) void this.show(this.openId);
      },
      tools: [themeSelect(this.locale)],
      signOut: () => void this.handOver(),
    });
    the("main").replaceChildren(h("h1", { class: "visually-hidden" }, words[this.locale].title), this.sides);
    this.drawHouse();
    if (this.openId === undefined) this.guestSide.replaceChildren(this.welcome());
  }

  /** Back to the list: on a phone it gives way to the guest who is open. */
  private close(): void {
    const { openId } = this;
    void this.prompt?.outcomes?.settle();
    this.openId = undefined;
    this.prompt = undefined;
    this.draw();
    this.listSide.querySelector<HTMLElement>(`[data-guest="${CSS.escape(openId ?? "")}"]`)?.focus();
  }

  private drawHouse(): void {
    this.sides.classList.toggle("has-guest", this.openId !== undefined);
    const focused = document.activeElement?.getAttribute("data-guest");
    const pane = housePane({
      house: this.house,
      locale: this.locale,
      openId: this.openId,
      outcomes: this.results,
      wanted: this.wanted,
      search: (wanted) => void (this.wanted = wanted),
      open: (guestId) => void this.show(guestId),
    });
    this.listSide.replaceChildren(pane);
    if (focused) pane.querySelector<HTMLElement>(`[data-guest="${CSS.escape(focused)}"]`)?.focus();
  }

  private welcome(): HTMLElement {
    const t = words[this.locale];
    return h("div", { class: "welcome" }, h("p", {}, t.choose), h("p", { class: "note keys" }, t.keys));
  }

  /** Opens a guest: who it is first, then what to suggest. */
  private async show(guestId: string): Promise<void> {
    await this.prompt?.outcomes?.settle();
    this.openId = guestId;
    this.guest = undefined;
    this.prompt = undefined;
    this.drawHouse();
    this.drawGuest(h("p", { class: "note" }, words[this.locale].loading));
    this.guestSide.querySelector<HTMLElement>(".guest-name")?.focus();
    window.scrollTo(0, 0);
    const { guests, names } = this.client;
    try {
      this.guest = (await guests.getGuest({ name: names.guest(guestId) })).guest;
    } catch (error) {
      if (this.openId !== guestId) return;
      const isUnknown = ConnectError.from(error).code === Code.NotFound;
      if (isUnknown) return this.drawGuest(h("p", {}, words[this.locale].unknown));
      // Without the server the list and the outcomes still work.
    }
    if (this.openId === guestId) await this.suggest(guestId);
  }

  private async suggest(guestId: string): Promise<void> {
    const { settings } = this.session;
    const { guests, names } = this.client;
    const [decided, profile, timeline] = await Promise.all([
      this.client
        .decide({
          property: settings.propertyId,
          guest: guestId,
          placements: [settings.placementId],
          context: { locale: this.locale },
        })
        .catch(() => undefined),
      guests.getPreferenceProfile({ name: names.preferenceProfile(guestId) }).catch(() => undefined),
      guests.listGuestTimeline({ parent: names.guest(guestId) }).catch(() => undefined),
    ]);
    // Somebody else was opened meanwhile.
    if (this.openId !== guestId) return;
    if (!decided) return this.drawGuest(this.failed(guestId));
    const shown = offersIn(decided, settings.placementId)[0];
    const origin = { source: settings.source, subject: this.client.subject({ guest: guestId }) };
    const outcomes = shown && new Outcomes(shown, origin, this.queue, () => this.settled());
    this.prompt = { decided, shown, outcomes, state: {}, before: {} };
    const facts = guestFacts(profile?.preferenceProfile, timeline?.entries ?? [], this.titles, this.locale);
    this.drawGuest(this.promptPart(), facts);
  }

  private failed(guestId: string): HTMLElement {
    const t = words[this.locale];
    const again = h("button", { type: "button", class: "secondary", onclick: () => void this.show(guestId) }, t.retry);
    return h("div", { class: "prompt" }, h("p", {}, t.unavailable), again);
  }

  private drawGuest(...parts: HTMLElement[]): void {
    const id = this.openId ?? "";
    const known = this.house.find((one) => one.id === id);
    const hadName = document.activeElement?.classList.contains("guest-name") ?? false;
    const head = guestHead(id, known, this.guest, this.locale);
    const back = h("button", { type: "button", class: "quiet back", onclick: () => this.close() }, words[this.locale].back);
    this.guestSide.replaceChildren(back, head, h("div", { class: "guest-parts" }, ...parts));
    if (hadName) head.querySelector<HTMLElement>(".guest-name")?.focus();
  }

  private promptPart(): HTMLElement {
    const t = words[this.locale];
    const { decided, shown, state } = this.prompt!;
    if (!shown) return h("div", { class: "prompt" }, h("p", { class: "nothing" }, t.nothing));
    return promptCard(decided, shown, this.locale, state, {
      record: (outcome) => this.record(outcome),
      undo: () => this.undo(),
      next: () => void this.next(),
    });
  }

  private redrawPrompt(focus: string): void {
    this.guestSide.querySelector(".prompt")?.replaceWith(this.promptPart());
    this.guestSide.querySelector<HTMLElement>(focus)?.focus();
  }

  private record(outcome: Outcome): void {
    const { prompt, openId } = this;
    if (!prompt?.outcomes || openId === undefined) return;
    prompt.outcomes.record(outcome);
    prompt.before = prompt.state;
    prompt.state = { outcome, canUndo: true };
    this.results.set(openId, outcome);
    announce(words[this.locale].done[outcome]);
    this.drawHouse();
    this.redrawPrompt(".next");
  }

  private undo(): void {
    const { prompt, openId } = this;
    if (!prompt?.outcomes?.undo() || openId === undefined) return;
    prompt.state = { ...prompt.before, canUndo: false };
    const { outcome } = prompt.state;
    if (outcome === undefined) this.results.delete(openId);
    else this.results.set(openId, outcome);
    announce(words[this.locale].undone);
    this.drawHouse();
    this.redrawPrompt(".prompt-title");
  }

  /** The outcome is with the server, or in the queue: it can no longer be taken back. */
  private settled(): void {
    const { prompt } = this;
    if (this.queue.size > 0) say(words[this.locale].kept);
    if (!prompt?.state.canUndo) return;
    prompt.state = { ...prompt.state, canUndo: false };
    const undo = this.guestSide.querySelector<HTMLElement>(".undo");
    if (undo === document.activeElement) this.guestSide.querySelector<HTMLElement>(".next")?.focus();
    undo?.remove();
  }

  private async next(): Promise<void> {
    await this.prompt?.outcomes?.settle();
    const { openId } = this;
    if (openId === undefined) return;
    await this.suggest(openId);
    this.guestSide.querySelector<HTMLElement>(".prompt-title")?.focus();
  }

  /** 1 to 4 while the focus is on the guest: never where somebody types. */
  private key(event: KeyboardEvent): void {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.key === "Escape") return this.toSearch();
    const button = this.guestSide.querySelector<HTMLElement>(`[data-key="${CSS.escape(event.key)}"]`);
    if (!button) return;
    event.preventDefault();
    button.click();
  }

  private toSearch(): void {
    const search = the("#search");
    // On a phone the list is away while a guest is open.
    if (!search.checkVisibility()) this.close();
    the("#search").focus();
  }

  private async handOver(): Promise<void> {
    await this.prompt?.outcomes?.settle();
    await this.queue.flush();
    this.queue.close();
    this.leaving.abort();
    await signOut();
    await startDesk();
  }
}
