/* Passkeys: asks the device, puts its answer into the form, sends the form. Needs mfa/js/webauthn-json.js (django-allauth). */
(() => {
  "use strict";

  const api = window.webauthnJSON;
  const supported = Boolean(api && window.PublicKeyCredential);

  function options(form) {
    return JSON.parse(form.querySelector("script[type='application/json']").textContent);
  }

  async function signIn(form) {
    const answer = await fetch(form.action, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(`no options: ${answer.status}`);
    return api.get((await answer.json()).request_options);
  }

  async function add(form) {
    const wanted = options(form).creation_options;
    const passwordless = form.querySelector("[name=passwordless]")?.checked ?? false;
    const choice = wanted.publicKey.authenticatorSelection;
    choice.residentKey = passwordless ? "required" : "discouraged";
    choice.requireResidentKey = passwordless;
    if (passwordless) choice.userVerification = "required";
    return api.create(wanted);
  }

  const ways = { "sign-in": signIn, add, ask: (form) => api.get(options(form).request_options) };

  async function run(form) {
    const place = form.querySelector("[data-passkey-error]");
    const button = form.querySelector("[type=submit]");
    place.hidden = true;
    button.disabled = true;
    try {
      const credential = await ways[form.dataset.passkey](form);
      form.querySelector("[name=credential]").value = JSON.stringify(credential);
      form.submit();
    } catch (error) {
      button.disabled = false;
      button.focus();
      if (error.name === "AbortError" || error.name === "NotAllowedError") return; // the person closed the device's question
      place.textContent = form.dataset.failed;
      place.hidden = false;
    }
  }

  for (const form of document.querySelectorAll("[data-passkey]")) {
    if (!supported) { form.remove(); continue; }
    form.hidden = false;
    form.addEventListener("submit", (event) => { event.preventDefault(); run(form); });
  }
})();
