/** Longest file name without its ending, in UTF-16 code units. */
const MAX_NAME = 80;

/**
 * Puts a text on the clipboard, during an action of the writer's. Resolves to whether it is there: where the clipboard is closed to the page, as
 * without a secure origin, an older way is tried.
 * @public
 */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copySelected(text);
  }
}

/** Gives the writer a text as a file, named after its first line. @public */
export function downloadText(text: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "text/plain;charset=utf-8" }));
  link.download = fileName(text);
  link.click();
  // The browser has taken it when the click is over; some only a moment later.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

/** A name for a file with this text, such as `Minutes of Monday.txt`. */
export function fileName(text: string): string {
  const line = /[^\s#].*/u.exec(text)?.[0] ?? "";
  const name = line
    .slice(0, MAX_NAME)
    .replace(/[^\p{L}\p{M}\p{N}_.,()'’–-]+/gu, " ")
    .replace(/^[ .]+|[ .]+$/g, "");
  return `${name === "" ? "Text" : name}.txt`;
}

function copySelected(text: string): boolean {
  const active = document.activeElement;
  const field = document.createElement("textarea");
  field.value = text;
  field.style.position = "fixed";
  document.body.append(field);
  field.select();
  const isCopied = document.execCommand("copy");
  field.remove();
  if (active instanceof HTMLElement) active.focus();
  return isCopied;
}
