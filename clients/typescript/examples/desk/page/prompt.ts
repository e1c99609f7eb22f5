// The suggestion as staff read it: what, what to say, for how much, why, and one tap for what came of it.
import { ReasonAudience, type DecideOffersResponse, type ShownOffer } from "../../../src/index.js";
import { h } from "../../shared/page/dom.js";
import type { Locale } from "../../shared/page/language.js";
import { filled, offerTitle, price } from "../../shared/page/offer_text.js";
import { OUTCOMES, type Outcome } from "./outcomes.js";
import { words } from "./words.js";

/** What the buttons do. */
export interface PromptActions {
  record(outcome: Outcome): void;
  undo(): void;
  next(): void;
}

/** Where a suggestion stands: nothing came of it yet, or this. */
export interface PromptState {
  readonly outcome?: Outcome;
  readonly canUndo?: boolean;
}

/** A suggestion. */
export function promptCard(
  decided: DecideOffersResponse,
  shown: ShownOffer,
  locale: Locale,
  state: PromptState,
  actions: PromptActions,
): HTMLElement {
  const t = words[locale];
  const { offer } = shown;
  const lang = offer.locale || undefined;
  const reasons = offer.reasons.filter(({ audience }) => audience === ReasonAudience.STAFF);
  return h(
    "article",
    { class: "prompt", "aria-labelledby": "prompt-title", "data-offer": shown.offerId },
    h("p", { class: "eyebrow" }, t.suggest),
    h("h3", { id: "prompt-title", class: "prompt-title", tabindex: -1, lang }, offerTitle(shown)),
    price(offer.quote, locale),
    talkingPoints(shown, locale),
    h("h4", {}, t.why),
    h(
      "ul",
      { class: "reasons" },
      decided.isNonPersonalized && h("li", {}, t.general),
      ...reasons.map(({ displayText }) => h("li", {}, displayText)),
    ),
    state.outcome === undefined || state.outcome === "offered" ? asked(t, state, actions) : answered(t, state, actions),
  );
}

type Words = (typeof words)[Locale];

/** What to say: the points written for staff, else the text of the offer. */
function talkingPoints(shown: ShownOffer, locale: Locale): HTMLElement | undefined {
  const { content, locale: lang } = shown.offer;
  const text = filled(content?.staffNotes || content?.body || "", shown, locale);
  const points = text.split("\n").map((point) => point.trim()).filter((point) => point !== "");
  if (points.length === 0) return undefined;
  return h(
    "div",
    { class: "say", lang: lang || undefined },
    h("h4", { lang: locale }, words[locale].say),
    points.length > 1 ? h("ul", {}, ...points.map((point) => h("li", {}, point))) : h("p", {}, points[0]),
  );
}

function asked(t: Words, { outcome, canUndo }: PromptState, actions: PromptActions): HTMLElement {
  // Whoever thinks about it was asked: an answer may still come.
  const open = OUTCOMES.filter((one) => outcome === undefined || one === "accepted" || one === "declined");
  return h(
    "div",
    { class: "outcome" },
    outcome && h("p", { class: "done" }, t.done[outcome]),
    h(
      "div",
      { class: "outcomes", role: "group", "aria-label": t.outcomeTitle },
      ...open.map((one) => {
        const key = String(OUTCOMES.indexOf(one) + 1);
        return h(
          "button",
          {
            type: "button",
            class: `tap ${one}`,
            "data-key": key,
            "aria-keyshortcuts": key,
            onclick: () => actions.record(one),
          },
          h("span", {}, t.outcomes[one]),
          h("kbd", { "aria-hidden": "true" }, key),
        );
      }),
    ),
    outcome && after(t, canUndo, actions),
  );
}

function answered(t: Words, { outcome, canUndo }: PromptState, actions: PromptActions): HTMLElement {
  return h(
    "div",
    { class: "outcome" },
    outcome && h("p", { class: `done ${outcome}` }, t.done[outcome]),
    after(t, canUndo, actions),
  );
}

function after(t: Words, canUndo: boolean | undefined, actions: PromptActions): HTMLElement {
  return h(
    "div",
    { class: "actions" },
    h("button", { type: "button", class: "primary next", onclick: () => actions.next() }, t.next),
    canUndo && h("button", { type: "button", class: "quiet undo", onclick: () => actions.undo() }, t.undo),
  );
}
