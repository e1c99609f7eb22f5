// Offers as a guest reads them: what, why, for how much, and two honest buttons.
import { timestampDate } from "@bufbuild/protobuf/wkt";
import { formatMoney, guestReasons, isLess, type Quote, type ShownOffer } from "../../../src/index.js";
import { h } from "./dom.js";
import { basisText, plain, timeText, words, type Locale } from "./words.js";

/** What the buttons of an offer do. */
export interface OfferActions {
  accept(shown: ShownOffer, card: HTMLElement): void;
  dismiss(shown: ShownOffer, card: HTMLElement): void;
}

const ART: ReadonlySet<string> = new Set(["spa", "dining", "upgrade", "flex", "transfer", "culture", "family"]);

/** The headline of an offer. */
export function offerTitle(shown: ShownOffer): string {
  return shown.offer.content?.title || plain(shown.offerId);
}

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
    { class: isHero ? "hero-offer" : "card", "aria-labelledby": id },
    !isHero && picture(shown, content?.imageUri),
    h(
      "div",
      { class: "card-body" },
      h(isHero ? "h2" : "h3", { id, lang }, title),
      content?.body && h("p", { class: "card-text", lang }, filled(content.body, shown, locale)),
      reason && h("p", { class: "reason" }, h("span", { class: "visually-hidden" }, `${t.why}: `), reason),
      offer.quote ? price(offer.quote, locale) : h("p", { class: "price free" }, t.free),
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

/** The price a guest pays, taxes included, with the published condition that justifies it. */
export function price(quote: Quote, locale: Locale): HTMLElement {
  const t = words[locale];
  const { offerPrice, listPrice, totalPrice, charges, qualifications } = quote;
  if (!offerPrice || !totalPrice || totalPrice.amountMinor === 0n) return h("p", { class: "price free" }, t.free);
  const tax = charges.reduce((sum, charge) => sum + (charge.amount?.amountMinor ?? 0n), 0n);
  const isAdded = charges.some((charge) => !charge.includedInPrice);
  const unit = t.unit(formatMoney(offerPrice, locale), basisText(quote.chargeBasis, locale));
  const parts = [
    isAdded ? `${unit}${locale === "en" ? " " : ""}${t.plusTax}` : unit,
    listPrice && isLess(offerPrice, listPrice) ? t.regular(formatMoney(listPrice, locale)) : "",
    ...qualifications.map((one) => one.displayText),
  ];
  return h(
    "div",
    { class: "price" },
    h(
      "p",
      { class: "amount" },
      h("strong", {}, formatMoney(totalPrice, locale)),
      " ",
      quote.chargeQuantity > 1 ? t.total : basisText(quote.chargeBasis, locale).trim(),
      tax > 0n && h("small", {}, ` ${t.taxIncluded(formatMoney({ ...totalPrice, amountMinor: tax }, locale))}`),
    ),
    h("p", { class: "terms" }, parts.filter(Boolean).join(" · ")),
    quote.disclosureText !== "" && h("p", { class: "terms" }, quote.disclosureText),
    quote.expireTime && h("p", { class: "terms" }, t.heldUntil(timeText(timestampDate(quote.expireTime), locale))),
  );
}

/** Fills the places that a text leaves for the decision. */
function filled(text: string, shown: ShownOffer, locale: Locale): string {
  const { quote } = shown.offer;
  const values: Record<string, string | undefined> = {
    price: quote?.totalPrice && formatMoney(quote.totalPrice, locale),
    list_price: quote?.listPrice && formatMoney(quote.listPrice, locale),
    valid_until: quote?.expireTime && timeText(timestampDate(quote.expireTime), locale),
    reason: guestReasons(shown.offer)[0],
  };
  return text.replace(/\{(price|list_price|valid_until|reason)\}/g, (_, name: string) => values[name] ?? "");
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
