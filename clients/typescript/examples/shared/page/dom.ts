// Makes elements. Text is always text: nothing that a guest or the catalog says is ever read as markup.

type Child = Node | string | false | undefined | null;
type Props = Readonly<Record<string, string | number | boolean | undefined | EventListener>>;

/** An element with attributes, listeners (`onclick`) and children. */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  props: Props = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === false) continue;
    if (typeof value === "function") element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...children.filter((child): child is Node | string => Boolean(child)));
  return element;
}

/** The one element of the page that must be there. */
export function the(selector: string): HTMLElement {
  const element = document.querySelector<HTMLElement>(selector);
  if (!element) throw new Error(`the page has no ${selector}`);
  return element;
}

/** Tells people who do not see the page what others see where it happened. */
export function announce(message: string): void {
  the(".status").textContent = message;
  the(".status").classList.remove("shown");
}

/** Tells people who do not see the page, and shows it for a while. */
export function say(message: string): void {
  const status = the(".status");
  status.textContent = message;
  status.classList.toggle("shown", message !== "");
  clearTimeout(hide);
  hide = setTimeout(() => status.classList.remove("shown"), 6000);
}

let hide: ReturnType<typeof setTimeout> | undefined;
