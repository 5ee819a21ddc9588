/* The waiting room: the tablet forgets people and never leaves its own pages; the screen asks for its state for hours. */
(() => {
  "use strict";
  const one = (selector, root = document) => root.querySelector(selector);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const SECOND = 1000;

  /* ------------------------------------------------------------------ the tablet at the door */

  const RETRY = 5 * SECOND;
  const LOOK_AGAIN = 60 * SECOND; // the first page: still open, still ours?

  function kiosk() {
    const body = document.body;
    const { home } = body.dataset;
    const idle = Number(body.dataset.idle), grace = Number(body.dataset.grace);
    const offline = one("[data-offline]"), still = one("[data-still]"), left = one("[data-left]");
    let isBusy = false, timer = 0, leaving = false;

    /* One entry in the history, whoever was here: every way on replaces the page. The address is asked for first,
       since a browser's own page of errors would be the end of a tablet without a keyboard. */
    async function go(address) {
      try {
        const answer = await fetch(address, { cache: "no-store" });
        if (answer.ok || answer.status === 404) return location.replace(answer.redirected ? answer.url : address);
      } catch { /* the network is away */ }
      offline.hidden = false;
      return undefined;
    }

    async function forget() {
      leaving = true;
      one("main").replaceChildren(); // gone from the glass at once, whatever the network does
      if (still.open) still.close();
      await go(home);
      setTimeout(forget, RETRY);
    }

    async function send(form, button) {
      const data = new FormData(form);
      if (button?.name) data.set(button.name, button.value);
      button?.setAttribute("aria-busy", "true");
      try {
        const answer = await fetch(form.action, { method: "POST", body: data, cache: "no-store" });
        if (answer.redirected) return location.replace(answer.url);
        if (!answer.ok) return forget(); // the form has grown old, or the tablet was shut out
        show(await answer.text());
      } catch {
        offline.hidden = false; // the same button may be tapped again: twice is once
      }
      button?.removeAttribute("aria-busy");
      return undefined;
    }

    function show(text) {
      const page = new DOMParser().parseFromString(text, "text/html");
      document.title = page.title;
      one("main").replaceWith(document.adoptNode(one("main", page)));
      const heading = one("h1");
      heading.tabIndex = -1;
      heading.focus();
      window.scrollTo(0, 0);
    }

    async function once(deed) {
      if (isBusy || leaving) return;
      isBusy = true;
      await deed();
      isBusy = false;
    }

    /* Keys write at once; only "done" is sent. */
    function press(form, key) {
      const typed = one("[data-typed]", form), length = Number(form.dataset.keys);
      typed.value = key === "back" ? typed.value.slice(0, -1) : (typed.value + key).slice(0, length);
      all("[data-signs] span", form).forEach((box, at) => { box.textContent = typed.value[at] ?? " "; });
    }

    document.addEventListener("click", (event) => {
      const link = event.target.closest("a[href]");
      if (link) {
        event.preventDefault();
        once(() => go(link.href));
      }
      const key = event.target.closest("button[name=key]:not([data-done])");
      if (key) {
        event.preventDefault();
        press(key.form, key.value);
      }
    });
    document.addEventListener("submit", (event) => {
      event.preventDefault();
      once(() => send(event.target, event.submitter));
    });
    document.addEventListener("keydown", (event) => {
      const form = one("[data-keys]");
      if (!form || event.ctrlKey || event.altKey || event.metaKey) return;
      const value = event.key === "Backspace" ? "back" : event.key.toUpperCase();
      if (one(`button[name=key][value="${CSS.escape(value)}"]:not([data-done])`, form)) press(form, value);
    });
    document.addEventListener("contextmenu", (event) => event.preventDefault());

    /* Nobody there: a warning that counts down, then the first page. */
    function count(seconds) {
      left.textContent = seconds;
      if (seconds === 0) forget();
      else timer = setTimeout(count, SECOND, seconds - 1);
    }
    function warn() {
      still.showModal();
      count(grace);
    }
    function touched() {
      if (!idle || leaving) return;
      clearTimeout(timer);
      if (still.open) still.close();
      timer = setTimeout(warn, idle * SECOND);
    }
    for (const name of ["pointerdown", "keydown"]) document.addEventListener(name, touched, true);
    still.addEventListener("cancel", touched);
    touched();

    /* The first page looks whether the hours have changed, and whether it is still let in. */
    async function look() {
      try {
        const answer = await fetch(home, { cache: "no-store" });
        offline.hidden = true;
        if (answer.status === 404) location.reload();
        const page = new DOMParser().parseFromString(answer.ok ? await answer.text() : "", "text/html");
        const there = one("[data-welcome]", page);
        if (there && there.textContent !== one("[data-welcome]").textContent) location.replace(home);
      } catch {
        offline.hidden = false;
      }
      setTimeout(look, LOOK_AGAIN);
    }
    if (one("[data-welcome]")) setTimeout(look, LOOK_AGAIN);

    /* A page out of the history, or out of the browser's memory, belongs to somebody who has gone. */
    const [entry] = performance.getEntriesByType("navigation");
    if (entry?.type === "back_forward" && !one("[data-welcome]")) forget();
    window.addEventListener("pageshow", (event) => { if (event.persisted) forget(); });
  }

  /* ------------------------------------------------------------------ the call-up screen */

  const EVERY = 3 * SECOND, SLOWEST = 30 * SECOND, PATIENCE = 8 * SECOND, LOST_AFTER = 15 * SECOND;
  const NEW_FOR = 8 * SECOND;
  const NIGHT = "03:00", LONG_ENOUGH = 2 * 3600 * SECOND; // a fresh page once a night, so that updates reach it

  function screen() {
    const body = document.body;
    const address = body.dataset.screen;
    const rows = all("[data-call]");
    const began = performance.now();
    let tag = "", wait = EVERY, heard = performance.now(), known = null;

    function write(place, text) {
      if (place.textContent === text) return;
      place.textContent = text;
      place.toggleAttribute("data-long", text.length > 5);
      place.toggleAttribute("data-longer", text.length > 8 || (place.hasAttribute("data-desk") && text.length > 3));
    }

    function draw(state) {
      const calls = state.called.map((call) => `${call.number} ${call.desk} ${call.calls}`);
      rows.forEach((row, at) => {
        const call = state.called[at];
        row.hidden = !call;
        if (!call) return;
        write(one("[data-number]", row), call.number);
        write(one("[data-desk]", row), call.desk);
        mark(row, Boolean(known) && !known.includes(calls[at]));
      });
      one("[data-nobody]").hidden = state.called.length > 0;
      write(one("[data-waiting]"), String(state.waiting));
      write(one("[data-clock]"), state.clock);
      if (known && calls.some((call) => !known.includes(call))) announce(state.called[0]);
      known = calls;
    }

    /* One timer a row: it is set anew, never heaped up. */
    const marks = new Map();
    function mark(row, isNew) {
      if (!isNew) {
        if (!marks.has(row)) row.classList.remove("is-new");
        return;
      }
      clearTimeout(marks.get(row));
      row.classList.remove("is-new");
      void row.offsetWidth; // so that a call that is repeated moves again
      row.classList.add("is-new");
      marks.set(row, setTimeout(() => { row.classList.remove("is-new"); marks.delete(row); }, NEW_FOR));
    }

    function announce(call) {
      const told = one("[data-told]");
      told.textContent = "";
      told.textContent = `${body.dataset.saidTicket} ${call.number}. ${body.dataset.saidDesk} ${call.desk}.`;
      chime();
    }

    async function ask() {
      const stop = new AbortController();
      const patience = setTimeout(() => stop.abort(), PATIENCE);
      try {
        const answer = await fetch(address, {
          cache: "no-store", signal: stop.signal, headers: tag ? { "If-None-Match": tag } : {},
        });
        if (answer.status === 404) return location.reload(); // shut out: nothing may stay on the glass
        if (answer.status !== 304) {
          if (!answer.ok) throw new Error(answer.status);
          const state = await answer.json();
          tag = answer.headers.get("ETag") ?? "";
          draw(state);
          if (state.clock === NIGHT && performance.now() - began > LONG_ENOUGH) return location.reload();
        }
        heard = performance.now();
        wait = EVERY;
      } catch {
        wait = Math.min(wait * 2, SLOWEST);
      } finally {
        clearTimeout(patience);
      }
      return setTimeout(ask, wait);
    }

    function watch() {
      const isLost = performance.now() - heard > LOST_AFTER;
      one("[data-offline]").hidden = !isLost;
      one("[data-clock]").classList.toggle("is-unsure", isLost); // a clock that stands still is wrong
    }

    /* Sound: off until someone on the spot turns it on; browsers ask for a touch. */
    const button = one("[data-sound]");
    const KEY = "nexus-room-sound";
    let audio = null;
    function keep(value) { try { localStorage.setItem(KEY, value); } catch { /* then it is asked again */ } }
    function kept() { try { return localStorage.getItem(KEY) === "on"; } catch { return false; } }
    function sound(isOn) {
      button.setAttribute("aria-pressed", String(isOn && audio?.state === "running"));
    }
    async function turn(isOn) {
      if (isOn) {
        audio ??= new AudioContext();
        await Promise.race([audio.resume(), new Promise((done) => { setTimeout(done, 500); })]);
      } else await audio?.suspend();
      sound(isOn);
    }
    function chime() {
      if (audio?.state !== "running") return;
      [[660, 0], [528, 0.45]].forEach(([pitch, after]) => {
        const tone = audio.createOscillator(), level = audio.createGain(), at = audio.currentTime + after;
        tone.frequency.value = pitch;
        level.gain.setValueAtTime(0.0001, at);
        level.gain.exponentialRampToValueAtTime(0.35, at + 0.03);
        level.gain.exponentialRampToValueAtTime(0.0001, at + 0.8);
        tone.connect(level).connect(audio.destination);
        tone.start(at);
        tone.stop(at + 0.85);
      });
    }
    button.hidden = !("AudioContext" in window);
    button.addEventListener("click", async () => {
      const isOn = button.getAttribute("aria-pressed") !== "true";
      keep(isOn ? "on" : "off");
      await turn(isOn);
      chime();
    });
    if (kept()) turn(true);

    /* The television stays awake; the lock is lost whenever the page is hidden. */
    async function stayAwake() {
      if (document.visibilityState !== "visible") return;
      try { await navigator.wakeLock?.request("screen"); } catch { /* not here, or the battery is low */ }
    }
    document.addEventListener("visibilitychange", stayAwake);
    stayAwake();

    for (const part of all("[data-number], [data-desk]")) {
      const text = part.textContent;
      part.textContent = "";
      write(part, text);
    }
    setInterval(watch, SECOND);
    ask();
  }

  if ("kiosk" in document.body.dataset) kiosk();
  if ("screen" in document.body.dataset) screen();
})();
