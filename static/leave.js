/* The quick way out of a page for people in danger: by its link, or by Escape three times. The page is emptied before
   anything is fetched, and its place in the history is taken by a harmless one. Without a script the link does it. */
"use strict";
(() => {
  const PRESSES = 3;
  const WITHIN = 2000; // milliseconds
  const way = document.querySelector("[data-leave]");
  if (!way) return;
  let pressed = [];

  function leave() {
    document.title = "NEXUS";
    document.body.replaceChildren();
    location.replace(way.href);
  }

  way.addEventListener("click", (event) => {
    event.preventDefault();
    leave();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") { pressed = []; return; }
    pressed = [...pressed.filter((at) => event.timeStamp - at < WITHIN), event.timeStamp];
    if (pressed.length >= PRESSES) leave();
  });
  /* Going back must not show what was left: a page that the browser kept whole is asked for again. */
  window.addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
})();
