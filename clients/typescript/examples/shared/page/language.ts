// The languages of the pages, and how each writes dates, times and things that have ids only.

/** Languages of the pages. */
export const LOCALES = ["en", "zh-Hans"] as const;
export type Locale = (typeof LOCALES)[number];

/** Their names, each in its own words. */
export const LOCALE_NAMES: Readonly<Record<Locale, string>> = { en: "English", "zh-Hans": "中文" };

/** The best language of a page for a person. */
export function localeFor(...wanted: readonly (string | null | undefined)[]): Locale {
  const first = wanted.find((tag) => tag);
  return first?.toLowerCase().startsWith("zh") ? "zh-Hans" : "en";
}

/** An id as words: `spa.sea-salt-massage` becomes `Sea salt massage`. */
export function plain(id: string): string {
  const text = id.slice(id.indexOf(".") + 1).replace(/[-_.]+/g, " ");
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** A local date `YYYY-MM-DD` as people read it. */
export function dateText(date: string, locale: Locale): string {
  const format = new Intl.DateTimeFormat(locale, { weekday: "long", day: "numeric", month: "long", timeZone: "UTC" });
  return format.format(new Date(`${date}T00:00:00Z`));
}

/** A moment as time of day. */
export function timeText(moment: Date, locale: Locale): string {
  return new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit", hour12: false }).format(moment);
}
