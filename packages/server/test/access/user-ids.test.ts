import { expect, test } from "vitest";
import { userOf } from "../../src/access/user-ids.ts";

const said = { id: "u", name: "Said", color: 1 };

test("a name that comes with a token is shown as one that is said is: no control characters, nothing that turns text around", () => {
  const nameOf = (name: string | undefined): string => userOf({ id: "ann", name }, said).name;
  expect(nameOf("\u202eA\u0007nn\n\u2066 Lee\u2069")).toBe("Ann Lee");
  expect(nameOf("\u202e \n")).toBe("Said");
  expect(nameOf(undefined)).toBe("Said");
  expect(nameOf("שלום")).toBe("שלום");
});
