/* Reads saved pages, and says clearly that one is offline, when there is no connection.
   Pages come from the network first; what is kept is a few files and the pages that the reader saved. */
"use strict";
{% autoescape off %}
const SHELL = "nexus-shell-{{ release|escapejs }}";
const COPIES = "nexus-saved"; // filled by the page when a service is saved
const FILES = [{% for file in shell %}"{{ file|escapejs }}",{% endfor %}];
const PAGES = { {% for page in offline %}"{{ page.language }}": { offline: "{{ page.url|escapejs }}", saved: "{{ page.saved|escapejs }}" },{% endfor %} };
{% endautoescape %}
const PATIENCE = 5000; // milliseconds before a saved copy is shown instead of waiting for a weak network

self.addEventListener("install", (event) => {
  const pages = Object.values(PAGES).flatMap((page) => [page.offline, page.saved]);
  event.waitUntil((async () => {
    const cache = await caches.open(SHELL);
    await cache.addAll([...FILES, ...pages].map((url) => new Request(url, { cache: "reload" })));
    await self.skipWaiting();
  })());
});

self.addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    for (const name of await caches.keys()) {
      if (name.startsWith("nexus-shell-") && name !== SHELL) await caches.delete(name);
    }
    await self.clients.claim();
  })());
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (request.mode === "navigate") event.respondWith(page(request, url));
  else if (url.pathname.startsWith("/static/")) event.respondWith(file(request, url));
});

/* Fingerprinted files never change; the others are asked for again. */
async function file(request, url) {
  const kept = await caches.match(request, { ignoreSearch: true });
  if (kept && /\.[0-9a-f]{12}\./.test(url.pathname)) return kept;
  try { return await fetch(request); } catch (error) {
    if (kept) return kept;
    throw error;
  }
}

async function page(request, url) {
  const kept = await copy(url);
  try {
    const answer = await fetch(request, kept ? { signal: AbortSignal.timeout(PATIENCE) } : {});
    if (answer.status >= 500 && kept) return kept;
    if (answer.ok && kept) await refresh(url, answer.clone());
    return answer;
  } catch {
    return kept ?? (await shell(url)) ?? Response.error();
  }
}

async function copy(url) {
  return (await caches.open(COPIES)).match(url.origin + url.pathname);
}

async function refresh(url, answer) {
  await (await caches.open(COPIES)).put(url.origin + url.pathname, answer);
}

async function shell(url) {
  const pages = PAGES[url.pathname.slice(1, 3)] ?? PAGES.ro;
  const wanted = url.pathname === pages.saved ? pages.saved : pages.offline;
  return (await caches.open(SHELL)).match(wanted, { ignoreVary: true });
}
