const ESCAPES: Readonly<Record<string, string>> = { n: "\n", t: "\t", "\\": "\\" };

/** A replacement as somebody writes it beside a regular expression: `\n` is a new line, `\t` a tab. */
export function unescaped(written: string): string {
  return written.replaceAll(/\\([nt\\])/g, (_whole, letter: string) => ESCAPES[letter] ?? letter);
}

/**
 * What a match is replaced by: `$&`, `$1`, `$<name>`, `` $` ``, `$'` and `$$` in `template` mean what they
 * mean to `String.replace` (ECMA-262, GetSubstitution).
 */
export function substitute(template: string, match: RegExpExecArray): string {
  if (!template.includes("$")) return template;
  const groups = match.length - 1;
  return template.replaceAll(
    /\$(?:([$&`'])|(\d\d?)|<([^>]*)>)/g,
    (whole: string, sign?: string, digits?: string, name?: string) => {
      if (sign === "$") return "$";
      if (sign === "&") return match[0];
      if (sign === "`") return match.input.slice(0, match.index);
      if (sign === "'") return match.input.slice(match.index + match[0].length);
      if (name !== undefined) return match.groups === undefined ? whole : (match.groups[name] ?? "");
      return numbered(digits ?? "", match, groups) ?? whole;
    },
  );
}

/** `$12` is group 12 where there are so many, else group 1 and a "2". */
function numbered(digits: string, match: RegExpExecArray, groups: number): string | undefined {
  const both = Number(digits);
  if (both >= 1 && both <= groups) return match[both] ?? "";
  const first = Number(digits[0]);
  if (digits.length === 2 && first >= 1 && first <= groups) return (match[first] ?? "") + digits.slice(1);
  return undefined;
}
