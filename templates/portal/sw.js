/* Reads saved pages, and says clearly that one is offline, when there is no connection.
   Pages come from the network first; what is kept is a few files and the pages that the reader saved. */
"use strict";
{% autoescape off %}
const SHELL = "nexus-shell-{{ shell_name|escapejs }}"; // named by what is in it: new words are a new shell
const COPIES = "nexus-saved"; // filled by the page when a service is saved
const FILES = [{% for file in shell %}"{{ file|escapejs }}",{% endfor %}];
const PAGES = { {% for page in offline %}"{{ page.language }}": { offline: "{{ page.url|escapejs }}", saved: "{{ page.saved|escapejs }}" },{% endfor %} };
{% endautoescape %}
const PATIENCE = 5000; // milliseconds before a saved copy is shown instead of waiting for a weak network

self.addEventListener("install", (event) => {
  event.waitUntil((async () => {
    const cache = await caches.open(SHELL);
    await cache.addAll(FILES); // the page has just fetched them: the browser's own cache answers
    const windows = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
    await Promise.all(windows.map((window) => keepShell(new URL(window.url))));
    await self.skipWaiting();
  })());
});

/* What is shown without a connection, in the language of an address; others follow when they are visited. */
async function keepShell(url) {
  const pages = PAGES[url.pathname.slice(1, 3)] ?? PAGES.ro;
  const cache = await caches.open(SHELL);
  const missing = [];
  for (const wanted of [pages.offline, pages.saved]) {
    if (!(await cache.match(wanted, { ignoreVary: true }))) missing.push(new Request(wanted, { cache: "reload" }));
  }
  await cache.addAll(missing);
}

self.addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    await keepFilesOfCopies();
    for (const name of await caches.keys()) {
      if (name.startsWith("nexus-shell-") && name !== SHELL) await caches.delete(name);
    }
    await self.clients.claim();
  })());
});

/* A saved page names the files of its day: they stay with the copies when the shell of that day goes. */
async function keepFilesOfCopies() {
  const copies = await caches.open(COPIES);
  const named = new Set();
  for (const request of await copies.keys()) {
    if (new URL(request.url).pathname.startsWith("/static/")) continue;
    const text = await (await copies.match(request)).text();
    for (const [address] of text.matchAll(/\/static\/[\w./-]+/g)) named.add(new URL(address, request.url).href);
  }
  for (const request of await copies.keys()) {
    if (new URL(request.url).pathname.startsWith("/static/") && !named.has(request.url)) await copies.delete(request);
  }
  for (const address of named) {
    const file = await caches.match(address);
    if (file && !(await copies.match(address))) await copies.put(address, file);
  }
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (url.origin !== self.location.origin) return;
  if (request.method !== "GET") {
    if (request.mode === "navigate") event.respondWith(sent(request, url));
    return;
  }
  if (request.mode === "navigate") {
    event.respondWith(page(request, url));
    event.waitUntil(keepShell(url).catch(() => {}));
  } else if (url.pathname.startsWith("/static/")) event.respondWith(file(request, url));
});

/* Fingerprinted files never change; the others are asked for again. */
async function file(request, url) {
  const kept = await caches.match(request, { ignoreSearch: true }).catch(() => undefined);
  if (kept && /\.[0-9a-f]{12}\./.test(url.pathname)) return kept;
  try { return await fetch(request); } catch (error) {
    if (kept) return kept;
    throw error;
  }
}

/* A search is posted too: without a connection it ends on the page with the numbers, not on the browser's own. */
async function sent(request, url) {
  try { return await fetch(request); } catch { return (await shell(url)) ?? Response.error(); }
}

async function page(request, url) {
  const kept = await copy(url);
  try {
    const answer = await fetch(request, kept ? { signal: AbortSignal.timeout(PATIENCE) } : {});
    if (answer.status >= 500 && kept) return kept;
    if (kept) await (mayKeep(answer) ? refresh(url, answer.clone()) : forget(url, answer));
    return answer;
  } catch {
    return kept ?? (await shell(url)) ?? Response.error();
  }
}

/* A disk that fails must not keep anyone from pages that the network has. */
async function copy(url) {
  try { return await (await caches.open(COPIES)).match(url.origin + url.pathname); } catch { return undefined; }
}

/* Pages for people in danger say no-store: not even a copy that was saved before they did may stay. */
const mayKeep = (answer) => answer.ok && !(answer.headers.get("Cache-Control") ?? "").includes("no-store");

async function forget(url, answer) {
  const isMoved = answer.type === "opaqueredirect";
  if (answer.ok || isMoved) await (await caches.open(COPIES)).delete(url.origin + url.pathname);
}

async function refresh(url, answer) {
  await (await caches.open(COPIES)).put(url.origin + url.pathname, answer);
}

async function shell(url) {
  const pages = PAGES[url.pathname.slice(1, 3)] ?? PAGES.ro;
  const kind = url.pathname === pages.saved ? "saved" : "offline";
  const cache = await caches.open(SHELL);
  for (const wanted of [pages, ...Object.values(PAGES)]) { // better in another language than not at all
    const kept = await cache.match(wanted[kind], { ignoreVary: true });
    if (kept) return kept;
  }
  return undefined;
}

/* A message of the portal: one line, and where it leads. */
self.addEventListener("push", (event) => {
  let message = {};
  try { message = event.data.json(); } catch { /* shown without words */ }
  event.waitUntil(self.registration.showNotification(message.title || "NEXUS", {
    body: message.body || "",
    tag: message.id || "nexus",
    data: { url: message.url || "/" },
  }));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const target = new URL(event.notification.data.url, location.origin);
  if (target.origin === location.origin) event.waitUntil(clients.openWindow(target.href));
});
