import { afterEach, expect, it, vi } from "vitest";
import { platformEnvironment } from "../src/environment.ts";

afterEach(() => vi.unstubAllGlobals());

it("a page that is left counts as hidden, also where its visibility does not change, so that the last write begins", () => {
  const [page, document] = [new EventTarget(), new EventTarget()];
  vi.stubGlobal("document", Object.assign(document, { visibilityState: "visible" }));
  vi.stubGlobal("addEventListener", page.addEventListener.bind(page));
  vi.stubGlobal("removeEventListener", page.removeEventListener.bind(page));
  const told: boolean[] = [];
  const stop = platformEnvironment().onVisibility?.((isHidden) => told.push(isHidden));
  page.dispatchEvent(new Event("pagehide"));
  page.dispatchEvent(new Event("pageshow"));
  stop?.();
  page.dispatchEvent(new Event("pagehide"));
  expect(told).toEqual([false, true, false]);
});
