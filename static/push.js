/* Messages on this device: asks the browser, hands its answer to the portal. The service worker shows what comes. */
(() => {
  "use strict";

  const form = document.querySelector("[data-push]");
  if (!form || !("serviceWorker" in navigator) || !("PushManager" in window)) { form?.remove(); return; }
  const say = (text) => { form.querySelector("[data-push-status]").textContent = text; };

  function bytes(text) {
    const padded = text + "=".repeat((4 - (text.length % 4)) % 4);
    return Uint8Array.from(atob(padded.replaceAll("-", "+").replaceAll("_", "/")), (sign) => sign.charCodeAt(0));
  }

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if ((await Notification.requestPermission()) !== "granted") { say(form.dataset.denied); return; }
    try {
      const worker = await navigator.serviceWorker.ready;
      const key = bytes(form.dataset.key);
      const subscription = await worker.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key });
      const answer = await fetch(form.action, {
        method: "POST",
        headers: { "Content-Type": "application/json", "X-CSRFToken": form.querySelector("[name=csrfmiddlewaretoken]").value },
        body: JSON.stringify(subscription),
      });
      if (!answer.ok) throw new Error(String(answer.status));
      location.reload();
    } catch {
      say(form.dataset.denied);
    }
  });
})();
