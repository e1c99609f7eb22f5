// What helps to greet a guest: where and how long, in which language, what was wished, what happened lately.
import { timestampDate } from "@bufbuild/protobuf/wkt";
import type { Guest, PreferenceProfile, TimelineEntry } from "../../../src/index.js";
import { h } from "../../shared/page/dom.js";
import { dateText, plain, type Locale } from "../../shared/page/language.js";
import { preferenceText } from "../../shared/page/preferences.js";
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
  titles: ReadonlyMap<string, string>,
  locale: Locale,
): HTMLElement {
  const t = words[locale];
  const wishes = (profile?.statedPreferences ?? []).flatMap(({ dimension, value, level }) => {
    const text = levelText(level, locale);
    return text === undefined ? [] : [h("li", {}, h("span", {}, preferenceText(dimension, value, locale)), h("em", {}, text))];
  });
  const format = new Intl.DateTimeFormat(locale, { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });
  const happened = record
    .flatMap(({ entry, entryTime }) => {
      if (entry.case !== "event") return [];
      const { eventType, offerId } = entry.value;
      const what = eventText(eventType, locale);
      if (what === undefined) return [];
      const title = offerId === "" ? "" : (titles.get(offerId) ?? plain(offerId));
      const when = entryTime ? format.format(timestampDate(entryTime)) : "";
      return [h("li", {}, h("span", {}, title === "" ? what : `${what} · ${title}`), h("time", {}, when))];
    })
    .slice(0, 6);
  return h(
    "aside",
    { class: "facts", "aria-label": t.goodToKnow },
    h("h3", {}, t.goodToKnow),
    wishes.length > 0 ? h("ul", { class: "pairs" }, ...wishes) : h("p", { class: "note" }, t.nothingKnown),
    h("h3", {}, t.lately),
    happened.length > 0 ? h("ul", { class: "pairs" }, ...happened) : h("p", { class: "note" }, t.nothingLately),
  );
}
