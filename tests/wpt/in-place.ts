/** The source of a test, with the element in the place of every `<textarea>`. */
export function inPlace(source: string): string {
  const named = source
    .replaceAll(/<(\/?)textarea\b/gi, "<$1interline-editor")
    .replaceAll(/document\.createElement\(/g, "createInPlace(")
    .replaceAll(
      /((?:querySelector|querySelectorAll|getElementsByTagName)\(["'`])textarea/g,
      "$1interline-editor",
    );
  return named.replace(/<script\b/i, '<script src="/element.js"></script><script');
}
