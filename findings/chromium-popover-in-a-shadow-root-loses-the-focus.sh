#!/usr/bin/env bash
# Chromium 156.0.8078, driven by playwright-core 1.65.1. Escape closes a popover and gives the focus back to the button that opened it. In a shadow
# root the same markup does not, whether its button or a script opened it: a frame later nothing has the focus, and the next Tab begins at
# the top of the page.
# CHROMIUM names the browser, if it is not `chromium` on the path.
# Seen: {"document":["BUTTON","BUTTON"],"shadow root":["BODY","BODY"]}
set -euo pipefail
chromium=${CHROMIUM:-$(command -v chromium)}
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT; cd "$folder"
npm init -y >/dev/null; npm install --silent --no-audit --no-fund playwright-core@1.65.1 >/dev/null
cat > run.mjs <<'JS'
import { chromium } from "playwright-core";
const browser = await chromium.launch({ executablePath: process.argv[2], args: ["--no-sandbox"] });
const page = await browser.newPage();
await page.setContent("<section></section><x-box></x-box>");
await page.evaluate(() => {
  const markup = '<button popovertarget="more">More</button><div id="more" popover><input aria-label="Name"></div>';
  const box = document.querySelector("x-box").attachShadow({ mode: "open" });
  document.querySelector("section").setHTMLUnsafe(markup);
  box.setHTMLUnsafe(markup);
});
const focused = () =>
  page.evaluate(async () => {
    // What is hidden loses the focus when the next frame is made.
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
    let { activeElement } = document;
    while (activeElement.shadowRoot?.activeElement) ({ activeElement } = activeElement.shadowRoot);
    return activeElement.tagName;
  });
const seen = {};
for (const [name, place] of [["document", "section"], ["shadow root", "x-box"]]) {
  const button = page.locator(`${place} button`);
  await button.focus();
  await page.keyboard.press("Enter");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Escape");
  const byButton = await focused();
  await button.focus();
  await page.locator(`${place} [popover]`).evaluate((popover) => {
    popover.showPopover();
    popover.querySelector("input").focus();
  });
  await page.keyboard.press("Escape");
  seen[name] = [byButton, await focused()];
}
await browser.close();
console.log(JSON.stringify(seen));
JS
seen=$(node run.mjs "$chromium"); echo "$seen"
[ "$seen" = '{"document":["BUTTON","BUTTON"],"shadow root":["BODY","BODY"]}' ]
