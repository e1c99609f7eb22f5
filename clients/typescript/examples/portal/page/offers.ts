// Offers as a guest reads them: what, why, for how much, and two honest buttons.
import { guestReasons, type ShownOffer } from "../../../src/index.js";
import { h } from "../../shared/page/dom.js";
import type { Locale } from "../../shared/page/language.js";
import { filled, offerTitle, price } from "../../shared/page/offer_text.js";
import { words } from "./words.js";

/** What the buttons of an offer do. */
export interface OfferActions {
  accept(shown: ShownOffer, card: HTMLElement): void;
  dismiss(shown: ShownOffer, card: HTMLElement): void;
}

const ART: ReadonlySet<string> = new Set(["spa", "dining", "upgrade", "flex", "transfer", "culture", "family"]);

/** A card of an offer; `large` for the hero. */
export function offerCard(shown: ShownOffer, locale: Locale, isHero: boolean, actions: OfferActions): HTMLElement {
  const { offer } = shown;
  const { content } = offer;
  const t = words[locale];
  const id = `offer-${shown.placementId}-${shown.slot}`.replace(/[^a-z0-9-]/g, "-");
  const title = offerTitle(shown);
  // Content may be in another language than the page: screen readers must know.
  const lang = offer.locale || undefined;
  const reason = guestReasons(offer)[0];
  const card: HTMLElement = h(
    "article",
    { class: isHero ? "hero-offer" : "card", "aria-labelledby": id, "data-offer": shown.offerId },
    !isHero && picture(shown, content?.imageUri),
    h(
      "div",
      { class: "card-body" },
      h(isHero ? "h2" : "h3", { id, lang }, title),
      content?.body && h("p", { class: "card-text", lang }, filled(content.body, shown, locale)),
      reason && h("p", { class: "reason" }, h("span", { class: "visually-hidden" }, `${t.why}: `), reason),
      price(offer.quote, locale),
      h(
        "div",
        { class: "actions" },
        h(
          "button",
          { class: "primary", type: "button", "aria-describedby": id, lang, onclick: () => actions.accept(shown, card) },
          content?.actionText || t.book,
        ),
        h(
          "button",
          { class: "quiet", type: "button", "aria-describedby": id, onclick: () => actions.dismiss(shown, card) },
          t.dismiss,
        ),
      ),
    ),
  );
  return card;
}

function picture(shown: ShownOffer, uri: string | undefined): HTMLElement {
  const category = shown.offerId.split(".")[0] ?? "";
  const own = `/art/${ART.has(category) ? category : "house"}.svg`;
  const src = uri?.startsWith("https://") ? uri : own;
  return h("img", { class: "card-art", src, alt: "", width: 640, height: 300, loading: "lazy" });
}

/** Asks whether it shall be arranged. */
export function confirm(shown: ShownOffer, locale: Locale): Promise<boolean> {
  const t = words[locale];
  return new Promise((answered) => {
    const answer = (yes: boolean) => {
      dialog.close();
      dialog.remove();
      answered(yes);
    };
    const dialog = h(
      "dialog",
      { class: "confirm", "aria-labelledby": "confirm-title", oncancel: () => answer(false) },
      h("h2", { id: "confirm-title" }, t.confirmTitle),
      h("p", { class: "confirm-offer" }, offerTitle(shown)),
      shown.offer.quote && price(shown.offer.quote, locale),
      h("p", {}, t.confirmText),
      h(
        "div",
        { class: "actions" },
        h("button", { class: "primary", type: "button", onclick: () => answer(true) }, t.confirmYes),
        h("button", { class: "quiet", type: "button", onclick: () => answer(false) }, t.confirmNo),
      ),
    );
    document.body.append(dialog);
    dialog.showModal();
  });
}
