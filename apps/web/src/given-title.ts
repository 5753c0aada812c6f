/** Where the title of a document stands that was given over the API. */
export interface TitleSource {
  /** Address of the site, with a slash at its end. */
  readonly site: string;
  readonly document: string;
  readonly token: string | undefined;
  readonly fetch: typeof globalThis.fetch;
}

/**
 * The title that was given to a document over the API; empty: none, or it cannot be found out now. Never
 * rejects.
 */
export async function givenTitle({ site, document, token, fetch }: TitleSource): Promise<string> {
  try {
    const headers: HeadersInit = token === undefined ? {} : { authorization: `Bearer ${token}` };
    const response = await fetch(new URL(`api/v1/documents/${document}`, site), { headers });
    const { title } = (await response.json()) as { readonly title?: unknown };
    return response.ok && typeof title === "string" ? title.trim() : "";
  } catch {
    return ""; // a title is an addition: without it the document is "Untitled"
  }
}
