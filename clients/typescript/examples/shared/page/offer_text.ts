// An offer as people read it: its headline, its text, and what it costs, taxes and conditions told.
import { timestampDate } from "@bufbuild/protobuf/wkt";
import { ChargeBasis, formatMoney, guestReasons, isLess, type Quote, type ShownOffer } from "../../../src/index.js";
import { h } from "./dom.js";
import { plain, timeText, type Locale } from "./language.js";

const en = {
  total: "in all",
  taxIncluded: (tax: string) => `including ${tax} tax`,
  unit: (price: string, basis: string) => `${price} ${basis}`.trim(),
  plusTax: " plus tax",
  regular: (price: string) => `regular price ${price}`,
  heldUntil: (time: string) => `Price held until ${time}`,
  free: "Free of charge",
};

const words: Readonly<Record<Locale, typeof en>> = {
  en,
  "zh-Hans": {
    total: "合计",
    taxIncluded: (tax) => `含税 ${tax}`,
    unit: (price, basis) => `${basis}${price}`,
    plusTax: "另加税",
    regular: (price) => `原价 ${price}`,
    heldUntil: (time) => `价格保留至 ${time}`,
    free: "免费",
  },
};

const BASES: Readonly<Record<Locale, Partial<Record<ChargeBasis, string>>>> = {
  en: {
    [ChargeBasis.STAY]: "per stay",
    [ChargeBasis.NIGHT]: "per night",
    [ChargeBasis.PERSON]: "per person",
    [ChargeBasis.PERSON_NIGHT]: "per person and night",
    [ChargeBasis.HOUR]: "per hour",
  },
  "zh-Hans": {
    [ChargeBasis.STAY]: "每次入住 ",
    [ChargeBasis.NIGHT]: "每晚 ",
    [ChargeBasis.PERSON]: "每人 ",
    [ChargeBasis.PERSON_NIGHT]: "每人每晚 ",
    [ChargeBasis.HOUR]: "每小时 ",
  },
};

/** The headline of an offer. */
export function offerTitle(shown: ShownOffer): string {
  return shown.offer.content?.title || plain(shown.offerId);
}

/** Fills the places that a text leaves for the decision. */
export function filled(text: string, shown: ShownOffer, locale: Locale): string {
  const { quote } = shown.offer;
  const values: Record<string, string | undefined> = {
    price: quote?.totalPrice && formatMoney(quote.totalPrice, locale),
    list_price: quote?.listPrice && formatMoney(quote.listPrice, locale),
    valid_until: quote?.expireTime && timeText(timestampDate(quote.expireTime), locale),
    reason: guestReasons(shown.offer)[0],
  };
  return text.replace(/\{(price|list_price|valid_until|reason)\}/g, (_, name: string) => values[name] ?? "");
}

/** The price a guest pays, taxes included, with the published condition that justifies it. */
export function price(quote: Quote | undefined, locale: Locale): HTMLElement {
  const t = words[locale];
  const { offerPrice, listPrice, totalPrice, charges = [], qualifications = [] } = quote ?? {};
  if (!quote || !offerPrice || !totalPrice || totalPrice.amountMinor === 0n) return h("p", { class: "price free" }, t.free);
  const tax = charges.reduce((sum, charge) => sum + (charge.amount?.amountMinor ?? 0n), 0n);
  const isAdded = charges.some((charge) => !charge.includedInPrice);
  const basis = BASES[locale][quote.chargeBasis] ?? "";
  const unit = t.unit(formatMoney(offerPrice, locale), basis);
  const parts = [
    isAdded ? unit + t.plusTax : unit,
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
      quote.chargeQuantity > 1 ? t.total : basis.trim(),
      tax > 0n && h("small", {}, ` ${t.taxIncluded(formatMoney({ ...totalPrice, amountMinor: tax }, locale))}`),
    ),
    h("p", { class: "terms" }, parts.filter(Boolean).join(" · ")),
    quote.disclosureText !== "" && h("p", { class: "terms" }, quote.disclosureText),
    quote.expireTime && h("p", { class: "terms" }, t.heldUntil(timeText(timestampDate(quote.expireTime), locale))),
  );
}
