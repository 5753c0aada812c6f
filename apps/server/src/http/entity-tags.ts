/** The entity tags of a header, `*` for any, or undefined without a header. What is no list of tags has none. */
export type EntityTags = readonly string[] | "*" | undefined;

const TAG = /(?:W\/)?"[\x21\x23-\x7e\x80-\xff]*"/;
const TAGS = new RegExp(TAG, "g");
const LIST = new RegExp(`^(?:[ \t,]*${TAG.source}[ \t]*(?:,|$))+[ \t,]*$`);

/** Reads `If-Match` or `If-None-Match` (RFC 9110, section 13.1). */
export function tagsOf(header: string | undefined): EntityTags {
  if (header === undefined) return undefined;
  if (header.trim() === "*") return "*";
  return LIST.test(header) ? (header.match(TAGS) ?? []) : [];
}

/** True if one of the tags names what there is. Weakly, as `If-None-Match` compares: `W/` makes no difference. */
export function matches(tags: EntityTags, tag: string): boolean {
  return tags === "*" || (tags?.some((one) => one.replace(/^W\//, "") === tag) ?? false);
}

/**
 * What becomes of a request for something that has `tag` now (RFC 9110, section 13.2.2): it is done; or not, since its preconditions
 * fail; or the answer to a reader is that nothing has changed.
 */
export function preconditionOf(
  method: string,
  { ifMatch, ifNoneMatch }: { readonly ifMatch: EntityTags; readonly ifNoneMatch: EntityTags },
  tag: string,
): "met" | "failed" | "not modified" {
  // A weak tag names nothing here.
  if (ifMatch !== undefined && ifMatch !== "*" && !ifMatch.includes(tag)) return "failed";
  if (!matches(ifNoneMatch, tag)) return "met";
  return method === "GET" || method === "HEAD" ? "not modified" : "failed";
}
