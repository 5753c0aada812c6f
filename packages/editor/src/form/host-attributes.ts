/** Attributes of the host that say how one types, and count for the text inside as they stand. */
const TYPING = [
  "spellcheck",
  "autocapitalize",
  "autocorrect",
  "inputmode",
  "enterkeyhint",
  "writingsuggestions",
];
/** What is said about the host to assistive technology is said about the text inside, which has the focus. */
const SPOKEN = [
  "aria-autocomplete",
  "aria-braillelabel",
  "aria-brailleroledescription",
  "aria-description",
  "aria-disabled",
  "aria-haspopup",
  "aria-invalid",
  "aria-keyshortcuts",
  "aria-required",
  "aria-roledescription",
];
/** The same for what names elements: an id says nothing inside a shadow root, so the elements themselves are given. */
const REFERRING = {
  "aria-labelledby": "ariaLabelledByElements",
  "aria-describedby": "ariaDescribedByElements",
  "aria-details": "ariaDetailsElements",
  "aria-errormessage": "ariaErrorMessageElements",
  "aria-controls": "ariaControlsElements",
  "aria-owns": "ariaOwnsElements",
  "aria-flowto": "ariaFlowToElements",
} as const;

/** Attributes whose change changes the text inside. */
export const HOST_ATTRIBUTES: readonly string[] = [
  ...TYPING,
  ...SPOKEN,
  ...Object.keys(REFERRING),
  "aria-label",
  "lang",
  "dir",
];

/** What the text inside gets from its host as attributes. What is disabled takes no focus. */
export function innerAttributes(host: HTMLElement, isDisabled: boolean): Record<string, string> {
  const attributes: Record<string, string> = isDisabled
    ? { contenteditable: "false", tabindex: "-1", "aria-disabled": "true" }
    : {};
  if (host.hasAttribute("required")) attributes["aria-required"] = "true";
  for (const name of [...TYPING, ...SPOKEN]) {
    const value = host.getAttribute(name);
    if (value !== null) attributes[name] = value;
  }
  return attributes;
}

/**
 * Gives the text inside the elements that label and describe its host.
 *
 * @param labels the `<label>` elements of the host, which name it unless something nearer does
 */
export function referTo(inner: Element, host: HTMLElement, labels: Iterable<Node>): void {
  for (const [attribute, property] of Object.entries(REFERRING)) {
    if (host.hasAttribute(attribute))
      inner[property as "ariaOwnsElements"] = host[property as "ariaOwnsElements"];
    else if (attribute === "aria-labelledby" && !host.hasAttribute("aria-label")) labelBy(inner, labels);
    else inner[property as "ariaOwnsElements"] = null;
  }
}

function labelBy(inner: Element, labels: Iterable<Node>): void {
  const elements = Array.from(labels).filter((label) => label instanceof Element);
  inner.ariaLabelledByElements = elements.length > 0 ? elements : null;
}

/** The words of the host's labels, for where elements cannot be given. */
export function labelWords(labels: Iterable<Node>): string | undefined {
  const words = Array.from(labels, (label) => label.textContent?.trim() ?? "").join(" ");
  return words === "" ? undefined : words.replaceAll(/\s+/g, " ");
}
