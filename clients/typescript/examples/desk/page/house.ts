// Today's guests: a search field and a list, for fingers and for keys.
import { h } from "../../shared/page/dom.js";
import { dateText, type Locale } from "../../shared/page/language.js";
import type { HouseGuest, Movement } from "../server/house.js";
import type { Outcome } from "./outcomes.js";
import { words } from "./words.js";

const MOVEMENTS: readonly Movement[] = ["arrival", "in-house", "departure"];

/** What the list shows and does. */
export interface HouseOptions {
  readonly house: readonly HouseGuest[];
  readonly locale: Locale;
  /** Id of the guest who is open. */
  readonly openId: string | undefined;
  /** What came of the last suggestion, by guest. */
  readonly outcomes: ReadonlyMap<string, Outcome>;
  /** What stands in the search field. */
  readonly wanted: string;
  search(wanted: string): void;
  open(guestId: string): void;
}

/** The list of today with its search field. */
export function housePane(options: HouseOptions): HTMLElement {
  const { locale } = options;
  const t = words[locale];
  const results = h("div", { class: "results" });
  const draw = () => results.replaceChildren(...resultsOf(options, input.value));
  const input: HTMLInputElement = h("input", {
    type: "search",
    id: "search",
    value: options.wanted,
    autocomplete: "off",
    placeholder: t.searchHint,
    oninput: () => {
      options.search(input.value);
      draw();
    },
  });
  const form = h(
    "form",
    {
      role: "search",
      class: "search",
      // Enter opens the first that is found, else whoever has the number.
      onsubmit: (event) => {
        event.preventDefault();
        results.querySelector<HTMLElement>("button")?.click();
      },
    },
    h("label", { for: "search" }, t.search),
    input,
  );
  draw();
  return h(
    "section",
    { class: "house-pane", "aria-labelledby": "today", onkeydown: (event) => move(event as KeyboardEvent, input, results) },
    h("h2", { id: "today" }, t.today(dateText(localToday(), locale))),
    form,
    results,
  );
}

function resultsOf(options: HouseOptions, typed: string): HTMLElement[] {
  const { house, locale } = options;
  const t = words[locale];
  const wanted = typed.trim().toLowerCase();
  const found = house.filter((one) =>
    [one.displayName, one.roomId, one.id].some((text) => text.toLowerCase().includes(wanted)),
  );
  const groups = MOVEMENTS.map((movement) => [movement, found.filter((one) => one.movement === movement)] as const);
  const lists = groups
    .filter(([, guests]) => guests.length > 0)
    .map(([movement, guests]) =>
      h(
        "section",
        { "aria-labelledby": `group-${movement}` },
        h("h3", { id: `group-${movement}` }, t.movements[movement], " ", h("span", { class: "count" }, String(guests.length))),
        h("ul", {}, ...guests.map((guest) => line(guest, options))),
      ),
    );
  if (lists.length > 0) return lists;
  const number = typed.trim();
  return [
    h("p", { class: "note" }, t.noMatch),
    ...(number === ""
      ? []
      : [h("button", { type: "button", class: "secondary", onclick: () => options.open(number) }, t.openNumber(number))]),
  ];
}

function line(guest: HouseGuest, options: HouseOptions): HTMLElement {
  const t = words[options.locale];
  const outcome = options.outcomes.get(guest.id);
  return h(
    "li",
    {},
    h(
      "button",
      {
        type: "button",
        class: "guest-line",
        "data-guest": guest.id,
        "aria-current": guest.id === options.openId ? "true" : undefined,
        onclick: () => options.open(guest.id),
      },
      h("strong", {}, guest.displayName),
      h("span", { class: "where" }, t.room(guest.roomId)),
      outcome && h("span", { class: `mark ${outcome}` }, t.outcomes[outcome]),
    ),
  );
}

/** Arrow keys move through the list, and from the search field into it. */
function move(event: KeyboardEvent, input: HTMLElement, results: HTMLElement): void {
  const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
  if (step === 0) return;
  const stops = [input, ...results.querySelectorAll<HTMLElement>("button")];
  const at = stops.indexOf(document.activeElement as HTMLElement);
  if (at < 0) return;
  event.preventDefault();
  stops[Math.max(0, Math.min(stops.length - 1, at + step))]?.focus();
}

function localToday(): string {
  return new Intl.DateTimeFormat("en-CA").format(Date.now());
}
