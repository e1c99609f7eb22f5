// One question, when one is worth asking.
import type { SurveyChoice, SurveyQuestion } from "../../../src/index.js";
import { h } from "../../shared/page/dom.js";
import type { Locale } from "../../shared/page/language.js";
import { words } from "./words.js";

/** The question as a form; `answer` is told the choice. */
export function surveyForm(
  question: SurveyQuestion,
  locale: Locale,
  answer: (choice: SurveyChoice) => Promise<void>,
): HTMLElement {
  const t = words[locale];
  const send = h("button", { class: "primary", type: "submit", disabled: true }, t.surveySend);
  const form = h(
    "form",
    {
      class: "survey panel",
      onchange: () => send.removeAttribute("disabled"),
      onsubmit: (event) => {
        event.preventDefault();
        const id = new FormData(form).get("choice");
        const choice = question.choices.find((one) => one.choiceId === id);
        if (!choice) return;
        send.setAttribute("disabled", "");
        void answer(choice);
      },
    },
    h(
      "fieldset",
      {},
      h("legend", {}, h("span", { class: "eyebrow" }, t.surveyTitle), h("span", { class: "question" }, question.text)),
      h(
        "div",
        { class: "choices" },
        ...question.choices.map(({ choiceId, text }) =>
          h("label", { class: "choice" }, h("input", { type: "radio", name: "choice", value: choiceId }), h("span", {}, text)),
        ),
      ),
    ),
    h("p", { class: "note" }, t.surveyNote),
    send,
  );
  return form;
}
