// What stands around a page: name of the house, language, the sign-in of the examples, footer.
import { h, the } from "./dom.js";
import { LOCALES, LOCALE_NAMES, type Locale } from "./language.js";

/** What the page's own server says of the page, and of who is signed in. */
export interface Session<Settings> {
  readonly settings: Settings & { readonly houseName: Readonly<Record<string, string>> };
  /** Id of who is signed in. */
  readonly userId: string | null;
  /** Who may sign in, while nobody is. */
  readonly users: readonly User[];
}

/** Who may sign in to an example. */
export interface User {
  readonly id: string;
  readonly displayName: string;
  readonly note: Readonly<Record<string, string>>;
}

/** What every page says. */
export interface FrameWords {
  readonly title: string;
  readonly skip: string;
  readonly language: string;
  readonly signOut: string;
  readonly signInTitle: string;
  readonly signInText: string;
  readonly footer: string;
}

/** What the header can do. */
export interface HeaderActions {
  choose(locale: Locale): void;
  /** Absent: nobody is signed in. */
  signOut?: () => void;
  /** Further tools of the page. */
  tools?: readonly HTMLElement[];
}

/** Who is signed in, as the page's own server says. */
export async function readSession<Settings>(): Promise<Session<Settings>> {
  const response = await fetch("/session", { headers: { accept: "application/json" } });
  return (await response.json()) as Session<Settings>;
}

/** Language and title of the page, header, footer and skip link. */
export function frame(session: Session<unknown>, locale: Locale, t: FrameWords, actions: HeaderActions): void {
  document.documentElement.lang = locale;
  document.title = t.title;
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
      LOCALE_NAMES[one],
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
      ...(actions.tools ?? []),
      h("div", { role: "group", "aria-label": t.language, class: "languages" }, ...buttons),
      actions.signOut && h("button", { class: "plain-button", type: "button", onclick: actions.signOut }, t.signOut),
    ),
  );
  the(".foot").replaceChildren(h("p", {}, t.footer));
}

/** The sign-in of the examples: no passwords, choose who you are. */
export function signIn(
  session: Session<unknown>,
  locale: Locale,
  t: FrameWords,
  actions: HeaderActions & { signedIn(): void },
): void {
  frame(session, locale, t, actions);
  const choose = async (user: string) => {
    await fetch("/session", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ user }),
    });
    actions.signedIn();
  };
  const lines = session.users.map(({ id, displayName, note }) =>
    h(
      "li",
      {},
      h(
        "button",
        { type: "button", "data-user": id, onclick: () => void choose(id) },
        h("strong", {}, displayName),
        h("span", {}, note[locale] ?? note["en"] ?? ""),
      ),
    ),
  );
  the("main").replaceChildren(
    h(
      "section",
      { class: "sign-in" },
      h("h1", {}, t.signInTitle),
      h("p", { class: "lead" }, t.signInText),
      h("ul", { class: "users" }, ...lines),
    ),
  );
}

/** Ends the session. */
export async function signOut(): Promise<void> {
  await fetch("/session", { method: "DELETE" });
}
