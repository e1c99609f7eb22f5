// What stands around the page: name of the house, language, sign-in of the example, footer.
import { h, the } from "./dom.js";
import type { Session } from "./page.js";
import { LOCALES, words, type Locale } from "./words.js";

const NAMES: Readonly<Record<Locale, string>> = { en: "English", "zh-Hans": "中文" };

/** What the header can do. */
export interface HeaderActions {
  choose(locale: Locale): void;
  /** Absent: nobody is signed in. */
  signOut?: () => void;
}

/** Header, footer and skip link. */
export function header(session: Session, locale: Locale, actions: HeaderActions): void {
  const t = words[locale];
  const { houseName } = session.settings;
  const buttons = LOCALES.map((one) =>
    h(
      "button",
      {
        type: "button",
        class: "language",
        lang: one,
        "aria-pressed": one === locale ? "true" : "false",
        onclick: () => actions.choose(one),
      },
      NAMES[one],
    ),
  );
  the(".skip").textContent = t.skip;
  the(".top").replaceChildren(
    h(
      "p",
      { class: "house" },
      h("img", { src: "/art/mark.svg", alt: "", width: 32, height: 32 }),
      houseName[locale] ?? houseName["en"],
    ),
    h(
      "div",
      { class: "tools" },
      h("div", { role: "group", "aria-label": t.language, class: "languages" }, ...buttons),
      actions.signOut && h("button", { class: "plain-button", type: "button", onclick: actions.signOut }, t.signOut),
    ),
  );
  the(".foot").replaceChildren(h("p", {}, t.footer));
}

/** What the sign-in of the example can do. */
export interface SignInActions {
  choose(locale: Locale): void;
  signedIn(): void;
}

/** The sign-in of the example. */
export function signIn(session: Session, locale: Locale, actions: SignInActions): void {
  const t = words[locale];
  document.documentElement.lang = locale;
  document.title = t.title;
  header(session, locale, { choose: (one) => actions.choose(one) });
  const choose = async (guest: string) => {
    await fetch("/session", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ guest }),
    });
    actions.signedIn();
  };
  the("main").replaceChildren(
    h(
      "section",
      { class: "sign-in" },
      h("h1", {}, t.signInTitle),
      h("p", { class: "lead" }, t.signInText),
      h(
        "ul",
        { class: "guests" },
        ...session.guests.map(({ id, displayName, note }) =>
          h(
            "li",
            {},
            h(
              "button",
              { type: "button", onclick: () => void choose(id) },
              h("strong", {}, displayName),
              h("span", {}, note[locale] ?? note["en"] ?? ""),
            ),
          ),
        ),
      ),
    ),
  );
}
