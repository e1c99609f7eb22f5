// Amounts and prices as people read them, in their language.
import type { Money } from "./gen/concierge/v1/types_pb.js";

/** An amount in a language: `€12.50`, `12,50 €`, `¥1,250`. Whole amounts keep their decimals. */
export function formatMoney(money: Money, locale: string): string {
  const format = new Intl.NumberFormat(locale, { style: "currency", currency: money.currencyCode });
  const decimals = format.resolvedOptions().maximumFractionDigits ?? 2;
  // At most 10^15 minor units: exact as a double.
  return format.format(Number(money.amountMinor) / 10 ** decimals);
}

/** Is the first amount less than the second? Undefined for different currencies: they do not compare. */
export function isLess(a: Money, b: Money): boolean | undefined {
  return a.currencyCode === b.currencyCode ? a.amountMinor < b.amountMinor : undefined;
}
