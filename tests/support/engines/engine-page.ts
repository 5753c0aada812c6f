/** One page in a browser engine that Playwright cannot drive, with what the tests over all engines need. */
export interface EnginePage extends AsyncDisposable {
  /** Opens an address and returns when the page has loaded. */
  goto(url: string): Promise<void>;
  /** Runs the body of a function in the page and answers what it returns, which must fit into JSON. */
  evaluate(body: string): Promise<unknown>;
  /** Presses and releases the key of each character, where the focus is. */
  type(text: string): Promise<void>;
}

/** Beginning of a body: finds the editor and its text box, in whatever shadow roots they stand. */
export const FIND_EDITOR = `
  const within = (root, selector) =>
    root.querySelector(selector) ??
    Array.from(root.querySelectorAll("*"), ({ shadowRoot }) => shadowRoot && within(shadowRoot, selector)).find(Boolean);
  const editor = within(document, "interline-editor");
  const box = editor && within(editor.shadowRoot, "[role=textbox]");
`;
