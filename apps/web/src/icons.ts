import type { DirectiveResult } from "lit/directive.js";
import { guard } from "lit/directives/guard.js";
import { Check, Copy, Download, Ellipsis, type IconNode, Link, Plus } from "lucide";

const SVG = "http://www.w3.org/2000/svg";

/** An icon of this page, by what it stands for. */
export type IconName = "check" | "copy" | "download" | "link" | "more" | "plus";

const ICONS: Readonly<Record<IconName, IconNode>> = {
  check: Check,
  copy: Copy,
  download: Download,
  link: Link,
  more: Ellipsis,
  plus: Plus,
};

/**
 * An icon in a template. It is decoration: the button carries the name.
 *
 * Law (test `clicks.test.ts`): a render that changes nothing keeps the drawing. A press on it and the release
 * would otherwise be on two elements, and make no click.
 */
export function icon(name: IconName): DirectiveResult {
  return guard([name], () => drawing(name));
}

function drawing(name: IconName): SVGSVGElement {
  const svg = document.createElementNS(SVG, "svg");
  const attributes = {
    class: "icon",
    viewBox: "0 0 24 24",
    fill: "none",
    stroke: "currentColor",
    "stroke-linecap": "round",
    "stroke-linejoin": "round",
    "aria-hidden": "true",
  };
  for (const [key, value] of Object.entries(attributes)) svg.setAttribute(key, value);
  for (const [tag, shape] of ICONS[name]) {
    const element = document.createElementNS(SVG, tag);
    for (const [key, value] of Object.entries(shape)) element.setAttribute(key, String(value));
    svg.append(element);
  }
  return svg;
}
