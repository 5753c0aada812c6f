/** What an element's own markup says about its text. */
export interface Seed {
  /** The text that the page was written with: what a document begins with that has never had an edit. */
  readonly text: string;
  /** The text as a person has made it since, in the `<textarea>` inside; undefined while it is `text`. */
  readonly edited: string | undefined;
}

/** The `<textarea>` inside an element, which works before the script and without it. */
export function textareaIn(host: Element): HTMLTextAreaElement | undefined {
  for (const child of host.children ?? []) if (isTextarea(child)) return child;
  return undefined;
}

/**
 * What an element's markup says now.
 *
 * @param given the text that the host has set, which counts unless a `<textarea>` stands inside
 */
export function seedOf(host: Element, given?: string): Seed {
  const textarea = textareaIn(host);
  if (textarea === undefined) {
    const text = given === undefined ? childText(host) : newlines(given);
    return { text, edited: undefined };
  }
  const { defaultValue, value } = textarea;
  const text = newlines(defaultValue);
  return { text, edited: value === text ? undefined : value.toWellFormed() };
}

/**
 * The text that stands directly inside, as in a `<textarea>`; "" if it is only white space, which belongs to the
 * markup around.
 */
function childText(host: Element): string {
  let text = "";
  for (const child of host.childNodes ?? []) if (isText(child)) text += child.nodeValue ?? "";
  return text.trim() === "" ? "" : newlines(text);
}

function newlines(text: string): string {
  return text.replaceAll(/\r\n?/g, "\n").toWellFormed();
}

/** True for text, also in XML's CDATA sections. */
export function isText({ nodeType }: Node): boolean {
  return nodeType === 3 || nodeType === 4;
}

function isTextarea(element: Element): element is HTMLTextAreaElement {
  return element.localName === "textarea";
}
