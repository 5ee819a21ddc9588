/* Booking: the visitor's own clock, the proof of work, the time that is left. The pages work without it. */
"use strict";
(() => {
  const one = (selector) => document.querySelector(selector);
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone || "";
  const HOME = "Europe/Chisinau";

  /* Where the browser's clock differs from Moldova's, times are shown on both. */
  function differs(other) {
    const show = (timeZone) => new Date().toLocaleTimeString("en-GB", { timeZone });
    try { return show(other) !== show(HOME); } catch { return false; }
  }
  for (const field of document.querySelectorAll("input[data-zone]")) {
    if (!field.value && zone && differs(zone)) field.value = zone;
  }
  const select = one("[data-zone-select]");
  const address = new URL(location.href);
  if (select && zone && !address.searchParams.has("zone") && differs(zone)) {
    address.searchParams.set("zone", zone);
    location.replace(address);
  }

  /* When the ten minutes are over, the note about them stands out; the server tells what became of the time. */
  const held = one("[data-held-until]");
  if (held) {
    const left = new Date(held.dataset.heldUntil) - Date.now();
    if (left > 0) setTimeout(() => held.classList.add("panel--urgent"), left);
  }
})();
