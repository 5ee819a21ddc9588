/* Language tabs for the admin: one row of buttons above the form shows the fields of one language, or all.
   modeltranslation's own tabs need jQuery UI from a foreign host, which the policy rightly refuses. */
"use strict";
document.addEventListener("DOMContentLoaded", () => {
  const LANGUAGES = ["ro", "ru", "en"];
  const rows = LANGUAGES.flatMap((language) =>
    [...document.querySelectorAll(`form [name$="_${language}"]`)]
      .filter((field) => LANGUAGES.every((other) => field.form.elements.namedItem(field.name.slice(0, -2) + other)))
      .map((field) => ({ language, field, row: field.closest(".field-row, td") })));
  const form = rows[0]?.field.form;
  if (!form || rows.some(({ row }) => !row)) return;

  const bar = document.createElement("div");
  bar.className = "language-tabs";
  bar.setAttribute("role", "group");
  const names = { all: "RO · RU · EN", ro: "Română", ru: "Русский", en: "English" };
  const buttons = Object.entries(names).map(([language, name]) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = name;
    if (language !== "all") button.lang = language;
    button.addEventListener("click", () => show(language));
    bar.append(button);
    return { language, button };
  });

  /* A cell of a table stays, since its column's heading does; its field alone is hidden. */
  function show(chosen) {
    for (const { language, field, row } of rows) {
      const target = row.matches("td") ? field : row;
      const wrong = row.querySelector(".errorlist");
      target.hidden = chosen !== "all" && language !== chosen && !wrong;
    }
    for (const { language, button } of buttons) button.setAttribute("aria-pressed", language === chosen);
    try { localStorage.setItem("nexus.admin-language", chosen); } catch { /* then it is not remembered */ }
  }

  form.prepend(bar);
  let chosen = "all";
  try { chosen = localStorage.getItem("nexus.admin-language") ?? "all"; } catch { /* all, then */ }
  show(chosen in names ? chosen : "all");
});
