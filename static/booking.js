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

  /* ALTCHA, version 1: the number whose hash with the salt is the challenge. */
  async function solve({ algorithm, challenge, salt, signature, maxnumber }) {
    const encoder = new TextEncoder();
    for (let number = 0; number <= maxnumber; number += 1) {
      const hash = await crypto.subtle.digest(algorithm, encoder.encode(salt + number));
      const hex = Array.from(new Uint8Array(hash), (byte) => byte.toString(16).padStart(2, "0")).join("");
      if (hex === challenge) return btoa(JSON.stringify({ algorithm, challenge, number, salt, signature }));
    }
    return "";
  }
  const form = one("form[data-challenge]");
  if (form && window.crypto?.subtle) {
    let isDone = false;
    const proof = solve(JSON.parse(form.dataset.challenge))
      .then((found) => { form.elements.proof.value = found; })
      .finally(() => { isDone = true; });
    form.addEventListener("submit", async (event) => {
      if (isDone) return;
      event.preventDefault();
      await proof;
      form.requestSubmit();
    });
  }

  /* When the ten minutes are over, the page says so by asking the server again; typed text is kept by the form. */
  const held = one("[data-held-until]");
  if (held) {
    const left = new Date(held.dataset.heldUntil) - Date.now();
    if (left > 0) setTimeout(() => held.classList.add("panel--urgent"), left);
  }
})();
