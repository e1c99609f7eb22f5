// The preference centre: what is known, where it comes from, and a way to correct each line.
import { timestampDate } from "@bufbuild/protobuf/wkt";
import type { GuestPreference, PreferenceProfile, TimelineEntry } from "../../../src/index.js";
import { PreferenceLevel } from "../../../src/index.js";
import { h } from "../../shared/page/dom.js";
import { plain, type Locale } from "../../shared/page/language.js";
import { preferenceText, wishes } from "../../shared/page/preferences.js";
import { eventText, levels, words } from "./words.js";

/** A stated preference as the page writes it. */
export type Stated = Pick<GuestPreference, "dimension" | "value" | "level">;

/** What the preference centre can change. */
export interface KnownActions {
  /** Adds a preference or changes its level. */
  state(preference: Stated): void;
  /** Removes a stated preference. */
  remove(preference: GuestPreference): void;
}

/** The preference centre. */
export function knownPanel(
  profile: PreferenceProfile | undefined,
  record: readonly TimelineEntry[],
  titles: ReadonlyMap<string, string>,
  locale: Locale,
  actions: KnownActions,
): HTMLElement {
  const t = words[locale];
  const stated = (profile?.statedPreferences ?? []).filter(({ level }) => level !== PreferenceLevel.NEUTRAL);
  const observed = profile?.observedPreferences ?? [];
  const told = new Set(stated.map(({ dimension, value }) => `${dimension}:${value}`));
  const noticed = observed.filter(({ dimension, value }) => !told.has(`${dimension}:${value}`));
  return h(
    "div",
    { class: "panel known" },
    h("h3", {}, t.stated),
    stated.length === 0
      ? h("p", { class: "note" }, t.nothingStated)
      : h("ul", { class: "lines" }, ...stated.map((one) => statedLine(one, locale, actions))),
    h("h3", {}, t.observed),
    noticed.length === 0
      ? h("p", { class: "note" }, t.nothingObserved)
      : h("ul", { class: "lines" }, ...noticed.map((one) => observedLine(one, locale, actions))),
    addForm(told, locale, actions),
    h("details", {}, h("summary", {}, t.recordTitle), recordList(record, titles, locale)),
  );
}

function statedLine(one: GuestPreference, locale: Locale, actions: KnownActions): HTMLElement {
  const t = words[locale];
  const text = preferenceText(one.dimension, one.value, locale);
  return h(
    "li",
    {},
    h("span", { class: "what" }, text),
    levelSelect(one.level, `${text}: ${t.level}`, locale, (level) => actions.state({ ...one, level })),
    h(
      "button",
      { class: "quiet", type: "button", "aria-label": t.removeThis(text), onclick: () => actions.remove(one) },
      t.remove,
    ),
  );
}

function observedLine(one: GuestPreference, locale: Locale, actions: KnownActions): HTMLElement {
  const t = words[locale];
  const text = preferenceText(one.dimension, one.value, locale);
  return h(
    "li",
    {},
    h("span", { class: "what" }, text),
    // To correct what was noticed is to say it: what was said comes before what was seen.
    levelSelect(one.level, `${text}: ${t.level}`, locale, (level) => actions.state({ ...one, level })),
  );
}

function levelSelect(
  current: PreferenceLevel,
  label: string,
  locale: Locale,
  changed: (level: PreferenceLevel) => void,
): HTMLSelectElement {
  const select = h(
    "select",
    { "aria-label": label, onchange: () => changed(Number(select.value) as PreferenceLevel) },
    ...levels(locale).map(([level, text]) => h("option", { value: level, selected: level === current }, text)),
  );
  return select;
}

function addForm(told: ReadonlySet<string>, locale: Locale, actions: KnownActions): HTMLElement {
  const t = words[locale];
  const open = wishes(locale).filter(({ dimension, value }) => !told.has(`${dimension}:${value}`));
  const wish = h(
    "select",
    { name: "wish" },
    ...open.map(({ text }, at) => h("option", { value: at }, text)),
  );
  const level = h(
    "select",
    { name: "level" },
    ...levels(locale).map(([one, text]) =>
      h("option", { value: one, selected: one === PreferenceLevel.PREFERRED }, text),
    ),
  );
  return h(
    "form",
    {
      class: "add",
      "aria-label": t.addTitle,
      onsubmit: (event) => {
        event.preventDefault();
        const chosen = open[Number(wish.value)];
        if (chosen) actions.state({ ...chosen, level: Number(level.value) as PreferenceLevel });
      },
    },
    h("label", {}, t.wish, wish),
    h("label", {}, t.level, level),
    h("button", { class: "secondary", type: "submit" }, t.add),
  );
}

function recordList(record: readonly TimelineEntry[], titles: ReadonlyMap<string, string>, locale: Locale): HTMLElement {
  const t = words[locale];
  const format = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short" });
  const lines = record.flatMap(({ entry, entryTime }) => {
    const text = entry.case === "event" ? eventText(entry.value.eventType, locale) : undefined;
    if (entry.case !== "event" || text === undefined) return [];
    const { offerId } = entry.value;
    const what = offerId === "" ? "" : (titles.get(offerId) ?? plain(offerId));
    const when = entryTime ? format.format(timestampDate(entryTime)) : "";
    return [h("li", {}, h("span", { class: "what" }, text, what && ` ${what}`), h("time", {}, when))];
  });
  return lines.length === 0 ? h("p", { class: "note" }, t.recordNone) : h("ul", { class: "lines" }, ...lines);
}
