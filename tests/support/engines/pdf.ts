import { inflateSync } from "node:zlib";

/** What a PDF shows without being drawn. */
export interface PdfPages {
  readonly pages: number;
  /** Pages with text on them. */
  readonly written: number;
}

/**
 * Counts the pages of a PDF as Firefox makes it: its objects and its pages' contents are deflated streams.
 */
export function pagesIn(pdf: Buffer): PdfPages {
  let pages = 0;
  let written = 0;
  for (const stream of streamsIn(pdf)) {
    pages += stream.match(/\/Type\s*\/Page\b/g)?.length ?? 0;
    // Text is shown by Tj or TJ between BT and ET.
    if (/\bBT\b[^]*\bT[jJ]\b[^]*\bET\b/.test(stream)) written++;
  }
  return { pages, written };
}

function* streamsIn(pdf: Buffer): Iterable<string> {
  const end = "endstream";
  for (let at = pdf.indexOf("stream"); at >= 0; at = pdf.indexOf("stream", at + end.length)) {
    const from = pdf.indexOf("\n", at) + 1;
    const to = pdf.indexOf(end, from);
    if (to < 0) return;
    const text = textOf(pdf.subarray(from, to));
    if (text !== undefined) yield text;
    at = to + end.length - "stream".length;
  }
}

/** Undefined for what is not deflated, such as a font. */
function textOf(bytes: Buffer): string | undefined {
  try {
    return inflateSync(bytes).toString("latin1");
  } catch {
    return undefined;
  }
}
