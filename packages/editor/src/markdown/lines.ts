/** A line of Markdown that is an item of a list, or a quote, or both, in its parts. */
export interface MarkedLine {
  /** White space and quote marks before the list's mark, as they are. */
  readonly lead: string;
  /** `-`, `*`, `+` or `12.`; "" in a quote without a list. */
  readonly mark: string;
  /** The space behind it. */
  readonly gap: string;
  /** `[ ] ` or `[x] `; "" if it is no task. */
  readonly task: string;
  /** What is written. */
  readonly text: string;
}

const LINE = /^((?:[ \t]*>[ \t]?)*[ \t]*)(?:([-*+]|\d{1,9}[.)])([ \t]+|$))?(\[[ xX]\](?:[ \t]+|$))?(.*)$/s;

/** The parts of a line; undefined: it is neither an item nor a quote. */
export function markedLine(line: string): MarkedLine | undefined {
  const [, lead = "", mark = "", gap = "", task = "", text = ""] = LINE.exec(line) ?? [];
  if (mark === "") return lead.includes(">") ? { lead, mark, gap, task: "", text: task + text } : undefined;
  // A box without a list is none.
  return { lead, mark, gap, task, text };
}

/** Length of what stands before the words, in UTF-16 code units. */
export function prefixLength({ lead, mark, gap, task }: MarkedLine): number {
  return lead.length + mark.length + gap.length + task.length;
}

/** What the next line begins with: the same mark, the next number, an empty box. */
export function nextPrefix({ lead, mark, gap, task }: MarkedLine): string {
  const [, number, sign] = /^(\d+)([.)])$/.exec(mark) ?? [];
  const next = number === undefined ? mark : `${Number(number) + 1}${sign}`;
  // Nine digits are a number of a list, ten are not.
  const kept = next.length > 10 ? mark : next;
  return lead + kept + (mark === "" || gap !== "" ? gap : " ") + (task === "" ? "" : "[ ] ");
}

/** What is left of a prefix where nothing is written behind it: the list ends, or the innermost quote. */
export function endedPrefix({ lead, mark }: MarkedLine): string {
  if (mark !== "") return lead.includes(">") ? lead : "";
  return lead.replace(/>[ \t]*$/, "").trimStart();
}

/** Where the box of a task stands in a line, in UTF-16 code units, and what it becomes when it is pressed. */
export function toggledTask(line: string): { readonly at: number; readonly insert: " " | "x" } | undefined {
  const marked = markedLine(line);
  if (marked === undefined || marked.task === "") return undefined;
  const at = prefixLength({ ...marked, task: "" }) + 1;
  return { at, insert: line[at] === " " ? "x" : " " };
}

const ADDRESS = /^(?:https?:\/\/|mailto:|ftp:\/\/)[^\s<>]+$/i;

/** A selected text that an address is pasted over, as a link; undefined: it becomes what was pasted. */
export function linked(selected: string, pasted: string): string | undefined {
  const address = pasted.trim();
  if (!ADDRESS.test(address) || selected.trim() === "" || /[\n[\]]/.test(selected)) return undefined;
  // Over an address the writer wants the other one.
  if (ADDRESS.test(selected.trim())) return undefined;
  const isBalanced = (address.match(/\(/g) ?? []).length === (address.match(/\)/g) ?? []).length;
  return `[${selected}](${isBalanced ? address : `<${address}>`})`;
}
