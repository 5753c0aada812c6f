import type { Extension } from "@codemirror/state";
import { highlightActiveLineGutter, lineNumbers } from "@codemirror/view";
import { styled } from "../surface/styled.ts";
import { codeStyles } from "./code.styles.ts";

/** The gutter with the numbers of lines. */
export const numberedLines: Extension = [lineNumbers(), highlightActiveLineGutter(), styled(codeStyles)];
