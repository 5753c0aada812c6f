import { isDocumentId } from "@interline/client";

/** What an address of this site shows. */
export type Place =
  | { readonly kind: "new" }
  | { readonly kind: "document"; readonly id: string }
  | { readonly kind: "none" };

/** Reads the path of an address, as in `/d/4q8x…`, on a site that is under `base`. */
export function placeOf(path: string, base = "/"): Place {
  if (path === base) return { kind: "new" };
  const id = path.startsWith(base) ? /^d\/([^/]+)$/.exec(path.slice(base.length))?.[1] : undefined;
  return isDocumentId(id) ? { kind: "document", id } : { kind: "none" };
}

/** The token of a share link, which stands behind the `#`: no server sees it there. */
export function tokenOf(fragment: string): string | undefined {
  return /^#token=([\w.-]+)$/.exec(fragment)?.[1];
}

/** The path of a document on a site that is under `base`. */
export function pathOf(id: string, base = "/"): string {
  return `${base}d/${id}`;
}

/** WebSocket address of the server of a site, as in `wss://host/sync`. */
export function syncAddress(site: string): string {
  return new URL("sync", site).href.replace(/^http/, "ws");
}
