import { assertType } from "@interline/testing";
import { type } from "ot-text-unicode";
import { it } from "vitest";

it("keeps the laws of operational transformation, but for those that it is known to break", () => {
  assertType(type, {
    except: ["group-left-effect", "group-left-value", "group-moves-right", "pos-group", "pure"],
  });
}, 60_000);
