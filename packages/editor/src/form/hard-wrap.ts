/**
 * The text with line breaks where lines are longer than `columns` characters (UTF-16 code units), as
 * `wrap="hard"` submits it: at the last space that fits, which stays at the end of its line, else within the
 * word.
 *
 * Law: without the line breaks that it adds it is the text.
 */
export function hardWrapped(text: string, columns: number): string {
  return text
    .split("\n")
    .flatMap((line) => (line.length <= columns ? line : pieces(line, columns)))
    .join("\n");
}

function pieces(line: string, columns: number): string[] {
  const made: string[] = [];
  let from = 0;
  while (line.length - from > columns) {
    const space = line.lastIndexOf(" ", from + columns);
    let to = space > from ? space + 1 : from + columns;
    if (/[\ud800-\udbff]/.test(line.charAt(to - 1)) && to - from > 1) to--;
    made.push(line.slice(from, to));
    from = to;
  }
  made.push(line.slice(from));
  return made;
}
