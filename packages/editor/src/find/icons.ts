import { ArrowDown, ArrowUp, type IconNode, Replace, X } from "lucide";

const SVG = "http://www.w3.org/2000/svg";

const ICONS: Readonly<Record<"up" | "down" | "replace" | "close", IconNode>> = {
  up: ArrowUp,
  down: ArrowDown,
  replace: Replace,
  close: X,
};

/** An icon of the panel. It is decoration: the button carries the name. */
export function icon(name: keyof typeof ICONS): SVGSVGElement {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  for (const [tag, shape] of ICONS[name]) {
    const element = document.createElementNS(SVG, tag);
    for (const [key, value] of Object.entries(shape)) element.setAttribute(key, String(value));
    svg.append(element);
  }
  return svg;
}
