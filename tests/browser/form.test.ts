import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { ServerProcess } from "../support/server-process.ts";
import { waitFor } from "../support/wait-for.ts";
import { PageHost } from "./page-host.ts";
import { sharedBrowser } from "./shared-site.ts";

const shared = sharedBrowser();
let host: PageHost;
let server: ServerProcess;
let documents = 0;

beforeAll(async () => {
  host = await PageHost.start("form.ts");
  server = await ServerProcess.start({ args: ["--allow-origin", host.origin] });
});

afterAll(async () => {
  await server?.[Symbol.asyncDispose]();
  await host?.close();
});

/** The element as the page's scripts have it. */
type Field = HTMLTextAreaElement & {
  session: { status: { pendingEdits: number } } | undefined;
  requireSaved: boolean;
  user: unknown;
  src: string;
  document: string;
};

interface Site extends AsyncDisposable {
  readonly page: Page;
  readonly faults: string[];
  /** Opens its document, and waits for the text. */
  open(): Promise<void>;
  /** Runs in the page, with the element. */
  run<T, A = undefined>(work: (field: Field, given: A) => T, given?: A): Promise<Awaited<T>>;
}

/** A form with this markup of an editor in it, whose document is not open yet. */
async function site(markup: string, document = `form-${documents++}`): Promise<Site> {
  const context = await shared.browser.newContext();
  const page = await context.newPage();
  const faults: string[] = [];
  page.on("pageerror", ({ message }) => faults.push(message));
  await page.goto(host.origin);
  await page.evaluate((html) => {
    const place = window.document.querySelector("#place");
    if (place !== null) place.innerHTML = html;
  }, markup);
  return {
    page,
    faults,
    open: async () => {
      await page.evaluate(
        ([src, id]) => {
          const field = window.document.querySelector("interline-editor") as unknown as Field;
          Object.assign(field, { src, document: id, user: { id: "ana", name: "Ana", color: 1 } });
        },
        [server.syncUrl, document] as const,
      );
      await page.locator("interline-editor:state(ready)").waitFor();
    },
    run: (work, given) =>
      page.evaluate(
        `(${String(work)})(document.querySelector("interline-editor"), ${JSON.stringify(given)})`,
      ) as never,
    async [Symbol.asyncDispose]() {
      expect(faults).toEqual([]);
      await context.close();
    },
  };
}

it("a form submits what is shown, in its place, and not what is disabled", async () => {
  await using form = await site(`<interline-editor name="notes" initial-text="One"></interline-editor>`);
  const entries = () => form.run((field) => Array.from(new FormData(field.form ?? undefined)));
  expect(await entries()).toEqual([
    ["first", "1"],
    ["notes", "One"],
    ["last", "2"],
  ]);
  await form.open();
  await form.page.locator("interline-editor").click();
  await form.page.keyboard.type(" and two");
  expect(await entries()).toEqual([
    ["first", "1"],
    ["notes", "One and two"],
    ["last", "2"],
  ]);
  await form.run((field) => {
    field.wrap = "hard";
    field.cols = 7;
  });
  expect((await entries())[1]).toEqual(["notes", "One and \ntwo"]);
  await form.run((field) => {
    field.disabled = true;
  });
  expect(await entries()).toEqual([
    ["first", "1"],
    ["last", "2"],
  ]);
});

it("says what a textarea says: value, selection and ranges, as own edits that one undo takes back", async () => {
  await using form = await site(`<interline-editor initial-text="one two three"></interline-editor>`);
  await form.open();
  const place = (field: Field) => [field.selectionStart, field.selectionEnd, field.selectionDirection];
  expect(await form.run((field) => [field.value, field.textLength, field.defaultValue])).toEqual([
    "one two three",
    13,
    "one two three",
  ]);
  await form.run((field) => field.setSelectionRange(4, 7, "backward"));
  await expect.poll(() => form.run(place)).toEqual([4, 7, "backward"]);
  await form.run((field) => {
    field.setRangeText("2");
  });
  await expect.poll(() => form.run((field) => field.value)).toBe("one 2 three");
  await expect.poll(() => form.run(place)).toEqual([4, 5, "forward"]);
  await form.run((field) => {
    field.value = "One 2 three, four";
  });
  // At the end, as in a textarea.
  expect((await form.run(place)).slice(0, 2)).toEqual([17, 17]);
  await form.run((field) => {
    field.selectionStart = 99;
    field.selectionEnd = -1;
  });
  expect((await form.run(place)).slice(0, 2)).toEqual([17, 17]);
  await form.run((field) => (field as unknown as { undo(): void }).undo());
  await expect.poll(() => form.run((field) => field.value)).toBe("one 2 three");
  await form.run((field) => (field as unknown as { undo(): void }).undo());
  await expect.poll(() => form.run((field) => field.value)).toBe("one two three");
  const errors = await form.run((field) => {
    const nameOf = (work: () => void): string => {
      try {
        work();
        return "none";
      } catch (error) {
        return (error as Error).name;
      }
    };
    const range = field.setRangeText.bind(field) as (...args: unknown[]) => void;
    return [
      nameOf(() => range("x", 2, 1)),
      nameOf(() => range("x", 1)),
      nameOf(() => range("x", 1, 2, "middle")),
      nameOf(() => {
        field.maxLength = -5;
      }),
    ];
  });
  expect(errors).toEqual(["IndexSizeError", "TypeError", "TypeError", "IndexSizeError"]);
});

it("fires what a textarea fires, once, when the value is new; and lets nothing happen that is cancelled", async () => {
  await using form = await site(`<interline-editor></interline-editor>`);
  await form.open();
  await form.run((field) => {
    const told: string[] = [];
    Object.assign(globalThis, { told });
    for (const type of ["beforeinput", "input", "change", "select"])
      field.addEventListener(type, (event) => {
        const { inputType, data } = event as Partial<InputEvent>;
        told.push([type, inputType ?? "", data ?? "", field.value].join("|"));
        if (type === "beforeinput" && data === "x") event.preventDefault();
      });
  });
  const told = () => form.page.evaluate(() => (globalThis as unknown as { told: string[] }).told.splice(0));
  await form.page.locator("interline-editor").click();
  await form.page.keyboard.type("ab");
  expect(await told()).toEqual([
    "beforeinput|insertText|a|",
    "input|insertText|a|a",
    "beforeinput|insertText|b|a",
    "input|insertText|b|ab",
  ]);
  await form.page.keyboard.press("Enter");
  await form.page.keyboard.press("Backspace");
  expect((await told()).map((line) => line.split("|").slice(0, 2).join(" "))).toEqual([
    "beforeinput insertLineBreak",
    "input insertLineBreak",
    "beforeinput deleteContentBackward",
    "input deleteContentBackward",
  ]);
  await form.page.keyboard.type("q");
  await told();
  await form.page.keyboard.press("Control+z");
  expect((await told()).map((line) => line.split("|").slice(0, 2).join(" "))).toEqual([
    "beforeinput historyUndo",
    "input historyUndo",
  ]);
  await form.page.keyboard.type("cd");
  await told();
  const before = await form.run((field) => field.value);
  await form.page.keyboard.type("x");
  expect((await told()).map((line) => line.split("|")[0])).toEqual(["beforeinput"]);
  await expect.poll(() => form.run((field) => field.value)).toBe(before);
  await form.page.keyboard.press("Control+a");
  await waitFor("select", async () => (await told()).some((line) => line.startsWith("select")));
  await form.page.keyboard.type("z");
  await told();
  await form.page.locator("input[name=last]").focus();
  expect((await told()).map((line) => line.split("|")[0])).toEqual(["change"]);
  // Scripts are not told of what scripts do.
  await form.run((field) => {
    field.value = "set";
  });
  await form.page.locator("interline-editor").focus();
  await form.page.locator("input[name=last]").focus();
  expect((await told()).filter((line) => !line.startsWith("select"))).toEqual([]);
});

it("is valid as a textarea is, for this person's typing and for others' text, and unsaved where that matters", async () => {
  await using form = await site(`<interline-editor required maxlength="5" minlength="2"></interline-editor>`);
  await form.open();
  const flaws = (field: Field) =>
    ["valueMissing", "tooLong", "tooShort", "customError"].filter(
      (flaw) => field.validity[flaw as "tooLong"],
    );
  await expect.poll(() => form.run(flaws)).toEqual(["valueMissing"]);
  expect(await form.run((field) => [field.checkValidity(), field.willValidate])).toEqual([false, true]);
  await form.page.locator("interline-editor").click();
  await form.page.keyboard.type("a");
  await expect.poll(() => form.run(flaws)).toEqual(["tooShort"]);
  await form.page.keyboard.type("bcdefgh");
  await expect.poll(() => form.run((field) => field.value)).toBe("abcde");
  await expect.poll(() => form.run(flaws)).toEqual([]);
  const other = await site(
    `<interline-editor></interline-editor>`,
    await form.run((field) => field.document),
  );
  await other.open();
  await other.page.locator("interline-editor").click();
  await other.page.keyboard.type("more ");
  await waitFor("others' text", () => form.run((field) => field.textLength === 10));
  await expect.poll(() => form.run(flaws)).toEqual(["tooLong"]);
  await other[Symbol.asyncDispose]();
  // What a script sets is of any length.
  await form.run((field) => {
    field.value = "set by a script";
  });
  await expect.poll(() => form.run(flaws)).toEqual([]);
  await form.run((field) => field.setCustomValidity("No."));
  await expect.poll(() => form.run((field) => field.validationMessage)).toBe("No.");
  await form.run((field) => field.setCustomValidity(""));
  await form.run((field) => {
    field.requireSaved = true;
    field.value = "not saved when this is asked";
    return field.validity.customError;
  });
  await waitFor("it to be saved", () => form.run((field) => field.validity.valid));
  expect(
    await form.run((field) => {
      field.value = "again";
      return field.validationMessage;
    }),
  ).toBe("This text is not saved yet. Try again in a moment.");
});

it("is named and focused by its label, disabled by its fieldset, and keeps its text through a reset", async () => {
  await using form = await site(
    `<label for="text">Minutes</label><p id="hint">Keep it short.</p>
     <fieldset><interline-editor id="text" aria-describedby="hint" initial-text="Kept"></interline-editor></fieldset>`,
  );
  await form.open();
  await form.page.locator("label").click();
  await form.page.keyboard.press("End");
  await form.page.keyboard.type("!");
  await expect.poll(() => form.run((field) => field.value)).toContain("!");
  // As assistive technology has it: elements may stand for what labels and describes, without an id.
  const tree = await (await form.page.context().newCDPSession(form.page)).send("Accessibility.getFullAXTree");
  const box = tree.nodes.find(({ properties }) =>
    properties?.some(({ name, value }) => name === "multiline" && value.value === true),
  );
  expect([box?.name?.value, box?.description?.value]).toEqual(["Minutes", "Keep it short."]);
  await form.run((field) => field.form?.reset());
  await expect.poll(() => form.run((field) => field.value)).toContain("Kept");
  await form.run((field) => field.closest("fieldset")?.toggleAttribute("disabled", true));
  await form.page.keyboard.type("?");
  expect(await form.run((field) => [field.value.includes("?"), field.matches(":disabled")])).toEqual([
    false,
    true,
  ]);
  await form.run((field) => field.setAttribute("aria-label", "Other"));
  await form.page.getByRole("textbox", { name: "Other" }).waitFor();
});

it("a textarea inside works before there is a document, and what was written into it becomes an edit, once", async () => {
  const markup = `<interline-editor><textarea name="notes">Agenda: </textarea></interline-editor>`;
  await using form = await site(markup);
  await form.page.locator("textarea").click();
  await form.page.keyboard.press("Control+End");
  await form.page.keyboard.type("lunch");
  await expect.poll(() => form.run((field) => field.value)).toBe("Agenda: lunch");
  await form.open();
  await expect
    .poll(() => form.run((field) => [field.value, field.selectionStart]))
    .toEqual(["Agenda: lunch", 13]);
  // The focus went along.
  await form.page.keyboard.type(", then rest");
  expect(await form.run((field) => Array.from(new FormData(field.form ?? undefined))[1])).toEqual([
    "notes",
    "Agenda: lunch, then rest",
  ]);
  await waitFor("it to be saved", () =>
    form.page
      .locator("interline-editor:state(synced)")
      .count()
      .then((count) => count === 1),
  );
  await using again = await site(markup, await form.run((field) => field.document));
  await again.page.locator("textarea").fill("Agenda: lunch");
  await again.open();
  await expect.poll(() => again.run((field) => field.value)).toBe("Agenda: lunch, then rest");
});
