/// <reference types="vite/client" />
import "@interline/editor/define";
import { pathOf, placeOf, syncAddress, tokenOf } from "./addresses.ts";
import { ClosedDocument } from "./closed-document.ts";
import { CopyButton } from "./copy-button.ts";
import { DeviceKeys } from "./device-keys.ts";
import { DocumentPage } from "./document-page.ts";
import { MissingPage } from "./missing-page.ts";
import { Ownership } from "./ownership.ts";
import { PersonPanel } from "./person-panel.ts";
import { Preferences, type Shelf, type Theme } from "./preferences.ts";
import { shouldRenew } from "./renewal.ts";
import { startDocument } from "./starting.ts";
import { UnsentText } from "./unsent-text.ts";
import { within } from "./within.ts";
import { tokens } from "@interline/editor";

customElements.define("closed-document", ClosedDocument);
customElements.define("copy-button", CopyButton);
customElements.define("person-panel", PersonPanel);
customElements.define("document-page", DocumentPage);
customElements.define("missing-page", MissingPage);
customElements.define("unsent-text", UnsentText);

if (tokens.styleSheet !== undefined && !document.adoptedStyleSheets.includes(tokens.styleSheet)) {
  document.adoptedStyleSheets.push(tokens.styleSheet);
}

const preferences = new Preferences(
  shelf(() => localStorage),
  // An id is a secret too.
  () => (crypto.getRandomValues(new Uint32Array(1))[0] ?? 0) / 2 ** 32,
);
const keys = new DeviceKeys(shelf(() => localStorage));
showTheme(preferences.theme());

// The server says in the page's <base> which path the site is under.
const site = document.baseURI;
const base = new URL(site).pathname;
const place = placeOf(location.pathname, base);
if (place.kind === "none") document.body.append(new MissingPage());
else void show(place.kind === "new" ? undefined : place.id);

// What opens the page without a network. Only the built page has it.
if (import.meta.env.PROD) void install().catch(() => undefined);

/**
 * Rejects where a browser forbids it or has none, as in private windows: then the page needs the network to
 * open.
 */
async function install(): Promise<void> {
  await navigator.serviceWorker.register(new URL("service-worker.js", site));
}

/** How long a first visit waits to hear whether this browser was here before, in ms. */
const RECALL_WITHIN = 300;

/** Shows a document; undefined: a new one. */
async function show(document: string | undefined): Promise<void> {
  let secret: string | undefined;
  let id = document;
  if (id === undefined) {
    ({ id, secret } = startDocument((bytes) => crypto.getRandomValues(bytes as Uint8Array<ArrayBuffer>)));
    history.replaceState(null, "", pathOf(id, base));
  }
  const isKnown = preferences.isKnown;
  const known = isKnown ? undefined : await within(RECALL_WITHIN, keys.get("guest"));
  const user = preferences.user(known);
  void keys.set("guest", user.id);
  const ownership = new Ownership({ site, document: id, keys, fetch: (...request) => fetch(...request) });
  if (secret !== undefined) void ownership.started(secret);
  window.document.body.append(documentPage(id, secret !== undefined, ownership));
}

function documentPage(id: string, isNew: boolean, ownership: Ownership): DocumentPage {
  const page = new DocumentPage();
  page.address = syncAddress(site);
  page.document = id;
  page.isNew = isNew;
  page.ownership = ownership;
  page.token = tokenOf(location.hash);
  page.user = preferences.user();
  page.isColorGiven = !preferences.isChosen;
  page.theme = preferences.theme();
  // Another link to the same document: the browser stays on the page.
  window.addEventListener("hashchange", () => {
    if (tokenOf(location.hash) !== page.token) location.reload();
  });
  page.addEventListener("il-outdated", ({ status }) => {
    if (
      shouldRenew(
        status,
        shelf(() => sessionStorage),
        import.meta.url,
      )
    )
      location.reload();
  });
  page.addEventListener("person-change", ({ user }) => preferences.keepUser(user));
  page.addEventListener("theme-change", ({ theme }) => {
    preferences.keepTheme(theme);
    page.theme = theme;
    showTheme(theme);
  });
  return page;
}

function showTheme(theme: Theme): void {
  if (theme === "system") delete document.documentElement.dataset["theme"];
  else document.documentElement.dataset["theme"] = theme;
}

/** Some browsers throw at the mere mention of storage that is switched off. */
function shelf(name: () => Shelf): Shelf | undefined {
  try {
    return name();
  } catch {
    return undefined;
  }
}
