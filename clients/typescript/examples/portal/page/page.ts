// The parts of the page put together: one decision fills hero and list; queue and tracker carry what the guest does.
import {
  connect,
  Code,
  ConnectError,
  ConsentBasis,
  ConsentState,
  EventQueue,
  EventType,
  OfferTracker,
  PreferenceLevel,
  guestTokens,
  offerEvent,
  offersIn,
  surveyEvent,
  webStore,
  type ConciergeClient,
  type Consent,
  type DecideOffersResponse,
  type EventOrigin,
  type Guest,
  type PreferenceProfile,
  type Purpose,
  type ShownOffer,
  type SurveyQuestion,
  type TimelineEntry,
} from "../../../src/index.js";
import { h, say, the } from "../../shared/page/dom.js";
import { frame, readSession, signIn, signOut, type Session } from "../../shared/page/frame.js";
import { dateText, localeFor, type Locale } from "../../shared/page/language.js";
import { offerTitle } from "../../shared/page/offer_text.js";
import { consentPanel } from "./consents.js";
import { knownPanel, type Stated } from "./known.js";
import { confirm, offerCard } from "./offers.js";
import { surveyForm } from "./survey.js";
import { words } from "./words.js";

/** What the portal server says of the page. */
interface Settings {
  readonly brandId: string;
  readonly propertyId: string;
  readonly heroPlacementId: string;
  readonly listPlacementId: string;
  readonly source: string;
  readonly textVersion: string;
  /** Where Concierge is. */
  readonly apiUrl: string;
}

const LOCALE_KEY = "portal.locale";
/** The guest of the token, in names. */
const ME = "me";
/** Most events in one call with a guest token. */
const BATCH = 32;

/** Begins: signed in or not. */
export async function startPage(): Promise<void> {
  const session = await readSession<Settings>();
  const chosen = localStorage.getItem(LOCALE_KEY);
  if (session.userId === null) {
    const locale = localeFor(chosen, navigator.language);
    signIn(session, locale, words[locale], {
      choose: (next) => {
        localStorage.setItem(LOCALE_KEY, next);
        void startPage();
      },
      // From here on the guest's own language counts, unless one was chosen.
      signedIn: () => void startPage(),
    });
    return;
  }
  const page = new Page(session, session.userId);
  await page.open(chosen);
}

/** The page of a guest. */
class Page {
  private locale: Locale = "en";
  /** Concierge itself, with a token of this guest. */
  private readonly client: ConciergeClient;
  /** The portal's own server, for what no token may do. It holds the key. */
  private readonly backEnd: ConciergeClient;
  private readonly queue: EventQueue;
  /** What was ordered waits for the portal's own server. */
  private readonly orders: EventQueue;
  private readonly tracker: OfferTracker;
  private guest: Guest | undefined;
  private consent: Consent | undefined;
  private profile: PreferenceProfile | undefined;
  private record: readonly TimelineEntry[] = [];
  private readonly titles = new Map<string, string>();
  /** The parts of the page as drawn last. What an older call brings is drawn into parts that are gone. */
  private parts = newParts();
  /** Changes of preferences, one after the other: each knows the state that the one before left. */
  private writing: Promise<void> = Promise.resolve();

  constructor(
    private readonly session: Session<Settings>,
    private readonly guestId: string,
  ) {
    const { brandId: brand, apiUrl } = session.settings;
    this.backEnd = connect({ brand, baseUrl: "/rpc", timeoutMs: 4000 });
    const key = guestTokens({ mint: () => this.backEnd.admin.mintGuestToken({}) });
    this.client = connect({ brand, baseUrl: apiUrl, key, timeoutMs: 4000 });
    this.queue = new EventQueue({
      send: (events) => this.client.recordEach(events),
      store: webStore(localStorage, `portal.events.${guestId}.`),
      batchSize: BATCH,
    });
    this.orders = new EventQueue({
      send: (events) => this.backEnd.recordEach(events),
      store: webStore(localStorage, `portal.orders.${guestId}.`),
    });
    this.tracker = new OfferTracker({ ...this.origin(ME), queue: this.queue });
  }

  /** Whose events they are: of the token, or of the session. */
  private origin(guest: string): EventOrigin {
    return { source: this.session.settings.source, subject: this.client.subject({ guest }) };
  }

  async open(chosen: string | null): Promise<void> {
    const { names, guests } = this.client;
    const [guest, consent] = await Promise.all([
      this.backEnd.guests.getGuest({ name: names.guest(this.guestId) }).catch(() => undefined),
      guests.getConsent({ name: names.consent(ME) }).catch(() => undefined),
    ]);
    this.guest = guest?.guest;
    this.consent = consent?.consent;
    this.locale = localeFor(chosen, this.guest?.locale, navigator.language);
    await this.draw();
  }

  /** Draws everything in the language of the moment. */
  private async draw(): Promise<void> {
    frame(this.session, this.locale, words[this.locale], {
      choose: (locale) => {
        localStorage.setItem(LOCALE_KEY, locale);
        this.locale = locale;
        void this.draw();
      },
      signOut: () => void this.signOut(),
    });
    this.parts = newParts();
    the("main").replaceChildren(...Object.values(this.parts));
    this.drawConsents();
    await Promise.all([this.drawOffers(), this.drawSurvey(), this.drawKnown()]);
  }

  private async drawOffers(): Promise<void> {
    const { settings } = this.session;
    const { hero, list } = this.parts;
    let decided: DecideOffersResponse | undefined;
    try {
      decided = await this.client.decide({
        property: settings.propertyId,
        placements: [
          { placementId: settings.heroPlacementId, offerCount: 1 },
          { placementId: settings.listPlacementId, offerCount: 6 },
        ],
        context: { locale: this.locale },
        includeContent: true,
        deferActivation: true,
      });
    } catch {
      decided = undefined;
    }
    this.drawHero(hero, decided ? offersIn(decided, settings.heroPlacementId)[0] : undefined);
    this.drawList(list, decided);
  }

  private drawHero(section: HTMLElement, shown: ShownOffer | undefined): void {
    const t = words[this.locale];
    const hour = new Date().getHours();
    const part = hour < 5 || hour >= 17 ? "evening" : hour < 12 ? "morning" : "day";
    const date = this.guest?.statistics?.nextCheckInDate;
    const card = shown && this.card(shown, true);
    section.replaceChildren(
      h(
        "div",
        { class: "greeting" },
        h("h1", {}, t.nameAfter(t.greeting[part], this.guest?.displayName ?? "")),
        h("p", {}, date ? t.stayBegins(dateText(date, this.locale)) : t.welcome),
      ),
      ...(card ? [card] : []),
    );
    if (shown && card) this.tracker.watch(card, shown);
  }

  private drawList(section: HTMLElement, decided: DecideOffersResponse | undefined): void {
    const t = words[this.locale];
    if (!decided) {
      const again = h("button", { class: "secondary", type: "button", onclick: () => void this.drawOffers() }, t.retry);
      section.replaceChildren(h("h2", {}, t.listTitle), h("p", { class: "lead" }, t.unavailable), again);
      return;
    }
    const offers = offersIn(decided, this.session.settings.listPlacementId);
    const cards = offers.map((shown) => this.card(shown, false));
    section.replaceChildren(
      h("h2", { tabindex: -1 }, t.listTitle),
      h("p", { class: "lead" }, decided.isNonPersonalized ? t.forAll : t.listText),
      cards.length > 0 ? h("div", { class: "cards" }, ...cards) : h("p", { class: "note" }, t.emptyList),
    );
    cards.forEach((card, at) => this.tracker.watch(card, offers[at]!));
  }

  private card(shown: ShownOffer, isHero: boolean): HTMLElement {
    this.titles.set(shown.offerId, offerTitle(shown));
    return offerCard(shown, this.locale, isHero, {
      accept: (offer, card) => void this.accept(offer, card),
      dismiss: (offer, card) => void this.dismiss(offer, card),
    });
  }

  private async accept(shown: ShownOffer, card: HTMLElement): Promise<void> {
    const t = words[this.locale];
    this.tracker.click(shown);
    if (!(await confirm(shown, this.locale))) return;
    this.orders.add(offerEvent(EventType.ACCEPT, shown, this.origin(this.guestId)));
    await this.orders.flush();
    say(this.orders.size === 0 ? t.accepted : t.acceptedLater);
    const actions = card.querySelector(".actions");
    actions?.replaceChildren(h("p", { class: "done" }, t.requested));
    await this.drawKnown();
  }

  private async dismiss(shown: ShownOffer, card: HTMLElement): Promise<void> {
    await this.tracker.dismiss(shown);
    card.remove();
    say(words[this.locale].dismissed);
    this.parts.list.querySelector<HTMLElement>("h2")?.focus();
    await this.drawKnown();
  }

  private async drawSurvey(): Promise<void> {
    const { guests, names } = this.client;
    const section = this.parts.ask;
    let question: SurveyQuestion | undefined;
    try {
      const answer = await guests.nextSurveyQuestion({
        guest: names.guest(ME),
        placementId: this.session.settings.heroPlacementId,
        stayStage: this.guest?.stayStage ?? 0,
        locale: this.locale,
      });
      question = answer.question;
    } catch {
      // Without a question the page is whole.
    }
    section.hidden = !question;
    if (!question) return section.replaceChildren();
    const asked = question;
    const form = surveyForm(asked, this.locale, async (choice) => {
      this.queue.add(surveyEvent(asked, choice, this.origin(ME)));
      await this.queue.flush();
      const t = words[this.locale];
      section.replaceChildren(h("p", { class: "panel thanks", tabindex: -1 }, t.surveyThanks));
      say(t.surveyThanks);
      await Promise.all([this.drawOffers(), this.drawKnown()]);
    });
    section.replaceChildren(form);
  }

  private async drawKnown(): Promise<void> {
    const { guests, names } = this.client;
    const section = this.parts.about;
    const parent = names.guest(this.guestId);
    const [profile, timeline] = await Promise.all([
      guests.getPreferenceProfile({ name: names.preferenceProfile(ME) }).catch(() => undefined),
      this.backEnd.guests.listGuestTimeline({ parent, pageSize: 60 }).catch(() => undefined),
    ]);
    this.profile = profile?.preferenceProfile;
    this.record = timeline?.entries ?? [];
    const t = words[this.locale];
    const wasOpen = section.querySelector("details")?.open ?? false;
    const panel = knownPanel(this.profile, this.record, this.titles, this.locale, {
      state: (one) => void this.state(one),
      // NEUTRAL is what no longer holds.
      remove: ({ dimension, value }) => void this.state({ dimension, value, level: PreferenceLevel.NEUTRAL }),
    });
    panel.querySelector("details")!.open = wasOpen;
    section.replaceChildren(h("h2", {}, t.knownTitle), h("p", { class: "lead" }, t.knownText), panel);
  }

  /** Says one preference; the others stay. */
  private state(preference: Stated): Promise<void> {
    return (this.writing = this.writing.then(() => this.write(preference)));
  }

  private async write({ dimension, value, level }: Stated): Promise<void> {
    const t = words[this.locale];
    const { guests, names } = this.client;
    try {
      const answer = await guests.updatePreferenceProfile({
        preferenceProfile: {
          name: names.preferenceProfile(ME),
          statedPreferences: [{ dimension, value, level }],
          etag: this.profile?.etag ?? "",
        },
        allowMissing: true,
      });
      this.profile = answer.preferenceProfile;
      say(t.saved);
    } catch (error) {
      const isStale = ConnectError.from(error).code === Code.FailedPrecondition;
      say(isStale ? t.changedMeanwhile : t.failed);
    }
    await Promise.all([this.drawKnown(), this.drawOffers()]);
  }

  private drawConsents(): void {
    const t = words[this.locale];
    const panel = consentPanel(this.consent, this.locale, (purpose, isOn) => this.agree(purpose, isOn));
    this.parts.consent.replaceChildren(h("h2", {}, t.consentTitle), h("p", { class: "lead" }, t.consentText), panel);
  }

  private async agree(purpose: Purpose, isOn: boolean): Promise<boolean> {
    const t = words[this.locale];
    const { guests, names } = this.client;
    const { source, textVersion } = this.session.settings;
    const record = isOn
      ? { purpose, source, state: ConsentState.GRANTED, basis: ConsentBasis.CONSENT, textVersion }
      : { purpose, source, state: ConsentState.WITHDRAWN };
    try {
      const answer = await guests.updateConsent({ name: names.consent(ME), records: [record] });
      this.consent = answer.consent;
    } catch {
      say(t.failed);
      return false;
    }
    say(t.saved);
    await Promise.all([this.drawOffers(), this.drawSurvey(), this.drawKnown()]);
    return true;
  }

  private async signOut(): Promise<void> {
    // What could not be sent must not wait in the browser for somebody else.
    for (const queue of [this.queue, this.orders]) {
      await queue.flush();
      queue.clear();
      queue.close();
    }
    this.tracker.disconnect();
    await signOut();
    await startPage();
  }
}

function newParts() {
  return {
    hero: h("section", { class: "hero" }),
    list: h("section", { class: "list" }),
    ask: h("section", { class: "ask", hidden: true }),
    about: h("section", { class: "about" }),
    consent: h("section", { class: "consent" }),
  };
}
