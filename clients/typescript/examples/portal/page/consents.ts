// What data may be used for: one switch for each purpose, off until the guest says yes.
import { Channel, ConsentState, type Consent, type Purpose } from "../../../src/index.js";
import { h } from "../../shared/page/dom.js";
import type { Locale } from "../../shared/page/language.js";
import { purposes } from "./words.js";

/** Does the guest agree to a purpose on all channels? */
export function isGranted(consent: Consent | undefined, purpose: Purpose): boolean {
  const records = consent?.currentRecords ?? [];
  const record = records.find((one) => one.purpose === purpose && one.channel === Channel.UNSPECIFIED);
  return record?.state === ConsentState.GRANTED;
}

/** The switches. `change` resolves to false when it failed; the switch then goes back. */
export function consentPanel(
  consent: Consent | undefined,
  locale: Locale,
  change: (purpose: Purpose, isOn: boolean) => Promise<boolean>,
): HTMLElement {
  const lines = purposes[locale].map(([purpose, title, text]) => {
    const box: HTMLInputElement = h("input", {
      type: "checkbox",
      role: "switch",
      id: `purpose-${purpose}`,
      "aria-describedby": `purpose-text-${purpose}`,
      checked: isGranted(consent, purpose),
      onchange: () => {
        const isOn = box.checked;
        void change(purpose, isOn).then((isDone) => {
          if (!isDone) box.checked = !isOn;
        });
      },
    });
    return h(
      "li",
      {},
      h("div", {}, h("label", { for: box.id }, title), h("p", { id: `purpose-text-${purpose}`, class: "note" }, text)),
      box,
    );
  });
  return h("div", { class: "panel consents" }, h("ul", { class: "lines" }, ...lines));
}
