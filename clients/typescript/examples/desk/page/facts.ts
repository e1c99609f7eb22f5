// What helps to greet a guest: where and how long, in which language, what was wished, what happened lately.
import { timestampDate } from "@bufbuild/protobuf/wkt";
import type { Guest, PreferenceProfile, TimelineEntry } from "../../../src/index.js";
import { h } from "../../shared/page/dom.js";
import { dateText, plain, type Locale } from "../../shared/page/language.js";
import { preferenceText } from "../../shared/page/preferences.js";
import type { Titles } from "../server/desk.js";
import type { HouseGuest } from "../server/house.js";
import { eventText, levelText, words } from "./words.js";

/** Name and stay of a guest. */
export function guestHead(id: string, known: HouseGuest | undefined, guest: Guest | undefined, locale: Locale): HTMLElement {
  const t = words[locale];
  const spoken = known?.locale ?? guest?.locale ?? "";
  const facts = [
    ...(known
      ? [
          t.room(known.roomId),
          t.movements[known.movement],
          t.until(dateText(known.checkOutDate, locale)),
          t.adults(known.adults),
          known.children > 0 ? t.children(known.children) : "",
        ]
      : [t.guestNumber(id)]),
    spoken && t.speaks(new Intl.DisplayNames(locale, { type: "language" }).of(spoken) ?? spoken),
    guest ? t.stays(guest.statistics?.stayCount ?? 0) : "",
  ];
  return h(
    "header",
    { class: "guest-head" },
    h("h2", { tabindex: -1, class: "guest-name" }, guest?.displayName || known?.displayName || id),
    h("ul", { class: "chips" }, ...facts.filter((one) => one !== "").map((one) => h("li", {}, one))),
  );
}

/** What the guest said, and what happened lately. */
export function guestFacts(
  profile: PreferenceProfile | undefined,
  record: readonly TimelineEntry[],
  titles: Titles,
  locale: Locale,
): HTMLElement {
  const t = words[locale];
  const wishes = (profile?.statedPreferences ?? []).flatMap(({ dimension, value, level }) => {
    const text = levelText(level, locale);
    return text === undefined ? [] : [h("li", {}, h("span", {}, preferenceText(dimension, value, locale)), h("em", {}, text))];
  });
  const format = new Intl.DateTimeFormat(locale, { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });
  // Newest first; what happened again and again is told once.
  const happened = new Map<string, string>();
  for (const { entry, entryTime } of record) {
    const what = entry.case === "event" ? eventText(entry.value.eventType, locale) : undefined;
    if (entry.case !== "event" || what === undefined) continue;
    const { offerId } = entry.value;
    const line = offerId === "" ? what : `${what} · ${titles[offerId]?.[locale] ?? plain(offerId)}`;
    if (!happened.has(line)) happened.set(line, entryTime ? format.format(timestampDate(entryTime)) : "");
  }
  const lines = [...happened].slice(0, 6).map(([line, when]) => h("li", {}, h("span", {}, line), h("time", {}, when)));
  return h(
    "aside",
    { class: "facts", "aria-label": t.goodToKnow },
    h(
      "div",
      {},
      h("h3", {}, t.goodToKnow),
      wishes.length > 0 ? h("ul", { class: "pairs" }, ...wishes) : h("p", { class: "note" }, t.nothingKnown),
    ),
    h(
      "div",
      {},
      h("h3", {}, t.lately),
      lines.length > 0 ? h("ul", { class: "pairs" }, ...lines) : h("p", { class: "note" }, t.nothingLately),
    ),
  );
}
