/** One tab in a browser engine that Playwright cannot drive, with what the tests over all engines need. */
export interface EnginePage {
  /** Opens an address and returns when the page has loaded. */
  goto(url: string): Promise<void>;
  /** Runs the body of a function in the page and answers what it returns, which must fit into JSON. */
  evaluate(body: string): Promise<unknown>;
  /** Presses and releases the key of each character, where the focus is. */
  type(text: string): Promise<void>;
  /** Presses keys as `Control+z` or `ArrowLeft`, one combination after another. */
  press(...combinations: readonly string[]): Promise<void>;
  /** Closes the tab without a question. */
  close(): Promise<void>;
}

/** A browser with a profile of its own, which goes with it. Its tabs share what the browser stores. */
export interface Engine extends AsyncDisposable {
  newTab(): Promise<EnginePage>;
}

/**
 * Beginning of a body: finds elements in whatever shadow roots they stand, and the editor and its text box.
 */
export const FIND_EDITOR = `
  const within = (root, selector) =>
    root.querySelector(selector) ??
    Array.from(root.querySelectorAll("*"), ({ shadowRoot }) => shadowRoot && within(shadowRoot, selector)).find(Boolean);
  const editor = within(document, "interline-editor");
  const box = editor && within(editor.shadowRoot, "[role=textbox]");
`;

/** Keys that have no character, as WebDriver and WebDriver BiDi name them. */
const KEYS: Readonly<Record<string, string>> = {
  ArrowLeft: "\uE012",
  Backspace: "\uE003",
  Control: "\uE009",
  End: "\uE010",
  Enter: "\uE007",
  Escape: "\uE00C",
  Home: "\uE011",
};

export interface KeyAction {
  readonly type: "keyDown" | "keyUp";
  readonly value: string;
}

/** Key actions for characters, one after another. */
export function actionsFor(text: string): readonly KeyAction[] {
  return Array.from(text).flatMap((value) => [
    { type: "keyDown", value },
    { type: "keyUp", value },
  ]);
}

/** Key actions for combinations such as `Control+z`. */
export function actionsForCombinations(combinations: readonly string[]): readonly KeyAction[] {
  return combinations.flatMap((combination) => {
    const keys = combination.split("+").map((name) => KEYS[name] ?? name);
    return [
      ...keys.map((value) => ({ type: "keyDown" as const, value })),
      ...keys.toReversed().map((value) => ({ type: "keyUp" as const, value })),
    ];
  });
}

/**
 * Pointer actions that press or release the main button of the mouse at a place of the window, in CSS pixels.
 */
export function pointerActions(what: "down" | "up", x: number, y: number): readonly object[] {
  const button = { type: what === "down" ? "pointerDown" : "pointerUp", button: 0 };
  return [{ type: "pointerMove", x: Math.round(x), y: Math.round(y) }, button];
}
