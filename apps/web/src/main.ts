/// <reference types="vite/client" />
import "@interline/editor/define";
import { newDocumentId, pathOf, placeOf, syncAddress, tokenOf } from "./addresses.ts";
import { ClosedDocument } from "./closed-document.ts";
import { CopyButton } from "./copy-button.ts";
import { DocumentPage } from "./document-page.ts";
import { MissingPage } from "./missing-page.ts";
import { PersonPanel } from "./person-panel.ts";
import { Preferences, type Shelf, type Theme } from "./preferences.ts";
import { shouldRenew } from "./renewal.ts";
import { UnsentText } from "./unsent-text.ts";
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
  Math.random,
);
showTheme(preferences.theme());

// The server says in the page's <base> which path the site is under.
const site = document.baseURI;
const base = new URL(site).pathname;
let place = placeOf(location.pathname, base);
const isNew = place.kind === "new";
if (isNew) {
  const id = newDocumentId((bytes) => crypto.getRandomValues(bytes as Uint8Array<ArrayBuffer>));
  history.replaceState(null, "", pathOf(id, base));
  place = { kind: "document", id };
}
document.body.append(place.kind === "document" ? documentPage(place.id, isNew) : new MissingPage());

// What opens the page without a network. Only the built page has it.
if (import.meta.env.PROD) void install().catch(() => undefined);

/**
 * Rejects where a browser forbids it or has none, as in private windows: then the page needs the network to
 * open.
 */
async function install(): Promise<void> {
  await navigator.serviceWorker.register(new URL("service-worker.js", site));
}

function documentPage(id: string, isNew: boolean): DocumentPage {
  const page = new DocumentPage();
  page.address = syncAddress(site);
  page.document = id;
  page.isNew = isNew;
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
