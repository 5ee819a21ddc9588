/* What pages do beyond links and forms. Everything here adds to a page that works without it, and what it
   remembers stays on this device: the saved list, ticks, and copies of saved pages for reading offline. */
"use strict";
(() => {
  const one = (selector, root = document) => root.querySelector(selector);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const words = one("[data-words]")?.dataset ?? {};
  const language = document.documentElement.lang || "ro";
  const COPIES = "nexus-saved"; // the service worker reads the same cache
  const MOST_SAVED = 50;

  /* localStorage may be forbidden or full: then nothing is kept, and nothing breaks. */
  const store = {
    isAllowed() {
      try { return Boolean(localStorage); } catch { return false; }
    },
    read(name, otherwise) {
      try { return JSON.parse(localStorage.getItem(`nexus.${name}`)) ?? otherwise; } catch { return otherwise; }
    },
    write(name, value) {
      try { localStorage.setItem(`nexus.${name}`, JSON.stringify(value)); return true; } catch { return false; }
    },
  };

  function say(text) {
    const toast = one("[data-toast]");
    if (!toast || !text) return;
    toast.textContent = text;
    clearTimeout(say.timer);
    say.timer = setTimeout(() => { toast.textContent = ""; }, 6000);
  }

  function setLabel(button, text) {
    const label = one("span", button) ?? button;
    label.textContent = text;
  }

  /* ---- The saved list: [{key, name, summary, url, language}], newest first ---- */
  const savedList = () => store.read("saved", []).filter((entry) => entry && entry.key);

  function showCount() {
    const count = savedList().length;
    for (const badge of all("[data-saved-count]")) {
      badge.textContent = count;
      badge.hidden = count === 0;
    }
  }

  function showSaved(button) {
    const saved = savedList().some((entry) => entry.key === button.dataset.save);
    button.setAttribute("aria-pressed", saved);
    setLabel(button, saved ? words.unsave : words.save);
  }

  async function keepCopies(...urls) {
    try {
      const cache = await caches.open(COPIES);
      await cache.addAll(urls.filter(Boolean).map((url) => new Request(url, { cache: "reload" })));
      return true;
    } catch { return false; }
  }

  async function dropCopies(key) {
    try {
      const cache = await caches.open(COPIES);
      for (const request of await cache.keys()) {
        if (new URL(request.url).pathname.includes(`/services/${key}/`)) await cache.delete(request);
      }
    } catch { /* no copies, then */ }
  }

  async function save(button) {
    const { save: key, name, summary, url, print } = button.dataset;
    const list = savedList();
    if (list.some((entry) => entry.key === key)) { await unsave(key); return; }
    if (list.length >= MOST_SAVED || !store.write("saved", [{ key, name, summary, url, language }, ...list])) {
      say(store.isAllowed() ? words.full : words.forbidden);
      return;
    }
    showSavedEverywhere();
    say(await keepCopies(url, print) ? words.saved : words.savedLink);
  }

  async function unsave(key) {
    store.write("saved", savedList().filter((entry) => entry.key !== key));
    await dropCopies(key);
    const card = one(`[data-saved-card="${CSS.escape(key)}"]`);
    if (card) {
      card.remove();
      showEmpty();
      one("h1")?.focus();
    }
    showSavedEverywhere();
    say(words.removed);
  }

  function showSavedEverywhere() {
    for (const button of all("[data-save]")) showSaved(button);
    showCount();
  }

  function showEmpty() {
    const nothing = savedList().length === 0;
    for (const note of all("[data-saved-empty]")) note.hidden = !nothing;
    return nothing;
  }

  /* The page "My list": cards from the server; without a connection the titles that the device remembers. */
  async function showSavedList() {
    const place = one("[data-saved-list]");
    if (!place) return;
    const list = savedList();
    if (showEmpty()) { place.replaceChildren(); return; }
    const query = new URLSearchParams(list.map((entry) => ["key", entry.key]));
    try {
      const answer = await fetch(`${place.dataset.savedList}?${query}`, { headers: { "HX-Request": "true" } });
      if (!answer.ok || answer.redirected) throw new Error("no cards");
      place.innerHTML = await answer.text(); // our own origin's answer, escaped by its templates
    } catch {
      const grid = document.createElement("div");
      grid.className = "grid grid--wide";
      grid.append(...list.map(rememberedCard));
      place.replaceChildren(grid);
      for (const note of all("[data-offline-note]")) note.hidden = false;
    }
    wake(place);
  }

  function rememberedCard(entry) {
    const card = document.createElement("article");
    const heading = document.createElement("h2");
    const link = document.createElement("a");
    const text = document.createElement("p");
    card.className = "card";
    card.lang = entry.language || language;
    link.href = entry.url;
    link.textContent = entry.name;
    text.textContent = entry.summary || "";
    heading.append(link);
    card.append(heading, text);
    return card;
  }
  /* ---- Ticks: {"service:pension-italy": [0, 2]}; by number, so that they hold in every language ---- */
  function showTicks(list) {
    const ticked = new Set(store.read("ticks", {})[list.dataset.ticks] ?? []);
    const boxes = all("input[type=checkbox]", list);
    boxes.forEach((box, number) => { box.checked = ticked.has(number); });
    showProgress(list, boxes);
  }

  function showProgress(list, boxes) {
    const place = one(`[data-ticks-of="${CSS.escape(list.dataset.ticks)}"]`);
    if (!place) return;
    const done = boxes.filter((box) => box.checked).length;
    place.hidden = done === 0;
    place.textContent = place.dataset.text.replace("{done}", done).replace("{all}", boxes.length);
  }

  function keepTicks(list) {
    const boxes = all("input[type=checkbox]", list);
    const ticks = store.read("ticks", {});
    const numbers = boxes.flatMap((box, number) => (box.checked ? [number] : []));
    if (numbers.length) ticks[list.dataset.ticks] = numbers; else delete ticks[list.dataset.ticks];
    store.write("ticks", ticks);
    showProgress(list, boxes);
  }

  /* ---- Reading aloud, by a voice of the page's language; without one the button stays hidden ---- */
  const speech = window.speechSynthesis;
  const voiceFor = (code) => speech?.getVoices().find((voice) => voice.lang.slice(0, 2).toLowerCase() === code);

  function showListen() {
    for (const button of all("[data-listen]")) button.hidden = !voiceFor(language);
  }

  function stopSpeaking(button) {
    speech.cancel();
    for (const part of all(".is-speaking")) part.classList.remove("is-speaking");
    button.setAttribute("aria-pressed", "false");
    setLabel(button, words.listen);
  }

  function toggleSpeaking(button) {
    if (button.getAttribute("aria-pressed") === "true") { stopSpeaking(button); return; }
    const parts = all("[data-speak] :is(h1, h2, h3, p, dt, dd, li):not(:has(p, li))").filter(
      (part) => part.textContent.trim() && !part.closest("[hidden], .no-speech"));
    speech.cancel();
    button.setAttribute("aria-pressed", "true");
    setLabel(button, words.stop);
    parts.forEach((part, number) => { // one sentence-sized piece each: browsers cut long ones off
      const piece = new SpeechSynthesisUtterance(part.innerText);
      piece.lang = part.closest("[lang]").lang;
      piece.voice = voiceFor(piece.lang.slice(0, 2)) ?? null;
      piece.onstart = () => {
        part.classList.add("is-speaking");
        part.scrollIntoView({ block: "nearest" });
      };
      piece.onend = () => {
        part.classList.remove("is-speaking");
        if (number === parts.length - 1) stopSpeaking(button);
      };
      speech.speak(piece);
    });
  }

  /* ---- Passing a page on ---- */
  async function share() {
    const page = { title: document.title, url: one("link[rel=canonical]")?.href ?? location.href };
    try {
      if (navigator.share) await navigator.share(page);
      else { await navigator.clipboard.writeText(page.url); say(words.copied); }
    } catch (error) {
      if (error.name !== "AbortError") say(words.copyFailed);
    }
  }

  async function forget() {
    try {
      for (const name of Object.keys(localStorage)) if (name.startsWith("nexus.")) localStorage.removeItem(name);
    } catch { /* nothing was kept there */ }
    try { await caches.delete(COPIES); } catch { /* nor there */ }
    showCount();
    const place = one("[data-forget-status]");
    if (place) place.textContent = words.forgotten;
  }

  /* ---- Suggestions under the search box: the combobox pattern of the ARIA Authoring Practices ---- */
  function suggest(input) {
    const list = document.getElementById(input.getAttribute("aria-controls"));
    if (!list) return;
    const options = () => all("[role=option]", list);
    const current = () => options().findIndex((option) => option.getAttribute("aria-selected") === "true");
    const close = () => {
      list.replaceChildren();
      input.setAttribute("aria-expanded", "false");
      input.removeAttribute("aria-activedescendant");
    };
    const choose = (number) => {
      options().forEach((option, place) => option.setAttribute("aria-selected", place === number));
      const option = options()[number];
      if (option) input.setAttribute("aria-activedescendant", option.id);
      else input.removeAttribute("aria-activedescendant");
    };
    list.addEventListener("htmx:afterSwap", () => {
      if (document.activeElement !== input || !input.value.trim() || !options().length) { close(); return; }
      input.setAttribute("aria-expanded", "true");
      input.removeAttribute("aria-activedescendant");
    });
    input.addEventListener("keydown", (event) => {
      const count = options().length;
      const at = current();
      const moves = { ArrowDown: at + 1 >= count ? -1 : at + 1, ArrowUp: at < 0 ? count - 1 : at - 1 };
      if (event.key in moves && count) { event.preventDefault(); choose(moves[event.key]); }
      else if (event.key === "Enter" && at >= 0) { event.preventDefault(); open(options()[at]); }
      else if (event.key === "Escape" && count) { event.preventDefault(); close(); }
    });
    const open = (option) => { if (option?.dataset.url) location.assign(option.dataset.url); };
    list.addEventListener("pointerdown", (event) => event.preventDefault()); // the box keeps the focus
    list.addEventListener("click", (event) => open(event.target.closest("[role=option]")));
    input.addEventListener("blur", () => setTimeout(close, 100));
    input.form.addEventListener("submit", close);
  }

  /* ---- Results replaced by htmx: filters stay open, the count is read out, the focus is never lost ---- */
  const opened = new Map();

  function beforeResults(place) {
    for (const part of all("details[id]", place)) opened.set(part.id, part.open);
  }

  function afterResults(place) {
    for (const part of all("details[id]", place)) if (opened.has(part.id)) part.open = opened.get(part.id);
    const heading = one("h1", place);
    const status = one("[data-results-status]");
    if (status && heading) status.textContent = heading.textContent.trim();
    if (heading) document.title = `${heading.textContent.trim()} · NEXUS`;
    if (document.activeElement === document.body && heading) heading.focus({ preventScroll: true });
    wake(place);
  }

  /* ---- The corner of who is signed in: asked for only where a cookie says that somebody is ---- */
  const isSignedIn = () => /(?:^|; )signed-in=1/.test(document.cookie);

  function ring() {
    const corner = one("[data-bell]");
    if (!corner || !isSignedIn() || document.hidden || corner.contains(document.activeElement)) return;
    htmx.ajax("GET", corner.dataset.bell, { target: corner, swap: "innerHTML" });
  }

  function showDoor() {
    if (!isSignedIn()) for (const link of all("[data-sign-in]")) link.textContent = link.dataset.signIn;
  }

  /* ---- Of two numbers of one line, the one that rings here comes first ---- */
  const isAtHome = () => ["Europe/Chisinau", "Europe/Tiraspol"].includes(Intl.DateTimeFormat().resolvedOptions().timeZone);

  function orderPhones(root) {
    const first = isAtHome() ? "moldova" : "abroad";
    for (const group of all("[data-phones]", root)) group.prepend(...all(`:scope > [data-rings=${first}]`, group));
  }

  /* ---- What is on a page, or has come to it ---- */
  function wake(root) {
    for (const part of all(".js-only", root)) part.hidden = false;
    for (const button of all("[data-save]", root)) showSaved(button);
    for (const list of all("[data-ticks]", root)) showTicks(list);
    orderPhones(root);
    showListen();
    showCount();
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("button");
    if (!button) return;
    if ("save" in button.dataset) save(button);
    else if ("unsave" in button.dataset) unsave(button.dataset.unsave);
    else if ("listen" in button.dataset) toggleSpeaking(button);
    else if ("share" in button.dataset) share();
    else if ("printNow" in button.dataset) window.print();
    else if ("forget" in button.dataset) forget();
  });
  document.addEventListener("change", (event) => {
    const list = event.target.closest?.("[data-ticks]");
    if (list) keepTicks(list);
  });
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.target.id === "results") beforeResults(event.target);
  });
  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.target.id !== "results") return;
    afterResults(event.target);
    if ("rings" in event.target.dataset) ring();
  });
  /* A filter that cannot be fetched is followed as the link that it is. */
  for (const name of ["htmx:sendError", "htmx:responseError"]) {
    document.addEventListener(name, (event) => {
      if (event.target.href) location.assign(event.target.href);
    });
  }
  /* The place in the queue asks every few seconds; without an answer the page says since when it knows nothing. */
  const stale = one("[data-stale]");
  let heard = new Date();
  function tellStale() {
    const time = heard.toLocaleTimeString(language, { hour: "2-digit", minute: "2-digit" });
    const text = stale.dataset.stale.replace("{time}", time);
    if (stale.textContent !== text) stale.textContent = text;
    stale.hidden = false;
  }
  if (stale) {
    document.addEventListener("htmx:afterRequest", (event) => {
      if (!event.detail.successful) return tellStale();
      heard = new Date();
      stale.hidden = true;
      return undefined;
    });
    window.addEventListener("offline", tellStale);
  }
  /* Without a connection a form is not sent: the answer would be a page without what was typed. */
  document.addEventListener("submit", (event) => {
    if (navigator.onLine || event.target.method !== "post" || event.target.matches("[role=search]")) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    say(words.unsent);
  }, true);
  window.addEventListener("storage", showSavedEverywhere); // the list was changed in another tab
  window.addEventListener("pagehide", () => {
    speech?.cancel();
    for (const input of all("form[method=post] input[type=search]")) input.value = ""; // going back shows no words
  });
  speech?.addEventListener?.("voiceschanged", showListen);

  wake(document);
  showDoor();
  ring();
  setInterval(ring, 60000);
  for (const input of all("[role=combobox]")) suggest(input);
  showSavedList();
  one("[data-focus]")?.focus();
  if ("serviceWorker" in navigator) {
    window.addEventListener("load", () => { navigator.serviceWorker.register("/sw.js").catch(() => {}); });
  }
})();
