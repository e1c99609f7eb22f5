// Light, dark, or as the device says.
import { h } from "../../shared/page/dom.js";
import { words } from "./words.js";
import type { Locale } from "../../shared/page/language.js";

const KEY = "desk.theme";
const THEMES = ["auto", "light", "dark"] as const;

/** Puts the theme that was chosen last on the page. */
export function applyTheme(): void {
  const chosen = localStorage.getItem(KEY) ?? "auto";
  document.documentElement.dataset["theme"] = THEMES.some((one) => one === chosen) ? chosen : "auto";
}

/** Chooses the theme. */
export function themeSelect(locale: Locale): HTMLElement {
  const t = words[locale];
  const current = document.documentElement.dataset["theme"];
  const select = h(
    "select",
    {
      class: "theme",
      "aria-label": t.theme,
      onchange: () => {
        localStorage.setItem(KEY, select.value);
        applyTheme();
      },
    },
    ...THEMES.map((one) => h("option", { value: one, selected: one === current }, t.themes[one])),
  );
  return select;
}
