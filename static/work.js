/* A device works before its form is sent, where the server asks for it. */
"use strict";
(() => {
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
  const form = document.querySelector("form[data-challenge]");
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
})();
