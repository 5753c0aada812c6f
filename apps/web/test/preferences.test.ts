import { describe, expect, it } from "vitest";
import { Preferences, type Shelf, usableName } from "../src/preferences.ts";

function memory(kept: Record<string, string> = {}): Shelf {
  const items = new Map(Object.entries(kept));
  return {
    getItem: (key) => items.get(key) ?? null,
    setItem: (key, value) => void items.set(key, value),
    removeItem: (key) => void items.delete(key),
  };
}

function forbidden(): never {
  throw new Error("SecurityError");
}

describe("preferences", () => {
  it("a newcomer gets a name and colour, and keeps them", () => {
    const shelf = memory();
    const user = new Preferences(shelf, () => 0.5).user();
    expect(user.name).toMatch(/^\p{Lu}\p{Ll}+$/u);
    expect(user.id).toMatch(/^[A-Za-z0-9]{22}$/);
    expect(new Preferences(shelf, () => 0.9).user()).toEqual(user);
  });

  it("somebody who is known from elsewhere gets their id back, and nothing that is none", () => {
    const shelf = memory();
    const preferences = new Preferences(shelf, () => 0.5);
    expect(preferences.isKnown).toBe(false);
    expect(preferences.user("known-from-elsewhere").id).toBe("known-from-elsewhere");
    expect(preferences.isKnown).toBe(true);
    expect(new Preferences(shelf, () => 0.5).user("another").id).toBe("known-from-elsewhere");
    expect(new Preferences(memory(), () => 0.5).user("no id!").id).toMatch(/^[A-Za-z0-9]{22}$/);
  });

  it.each(["", "{", "null", '{"id":"a","name":"","color":1}', '{"id":"a","name":"A","color":13}'])(
    "what somebody else left there (%j) is not believed",
    (kept) => {
      const user = new Preferences(memory({ "interline.user": kept }), () => 0).user();
      expect(user).toMatchObject({ name: "Avocet", color: 1 });
    },
  );

  it("works where storage is forbidden", () => {
    const preferences = new Preferences(
      { getItem: forbidden, setItem: forbidden, removeItem: forbidden },
      () => 0,
    );
    preferences.keepTheme("dark");
    expect([preferences.user().name, preferences.theme()]).toEqual(["Avocet", "system"]);
  });

  it("a name is trimmed and cut between characters", () => {
    expect(usableName("  Ana   Ruiz ")).toBe("Ana Ruiz");
    expect(usableName(" \n ")).toBeUndefined();
    expect(usableName("\u202eAna\u0007 \u2066Ruiz")).toBe("Ana Ruiz");
    expect(usableName("\u202e ")).toBeUndefined();
    expect(usableName(`${"x".repeat(63)}😀`)).toBe("x".repeat(63));
  });
});
