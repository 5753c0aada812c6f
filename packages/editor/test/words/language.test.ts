import { expect, it } from "vitest";
import { chosenFrom, englishWords, loadLanguage, wordsIn } from "../../src/words/language.ts";

it.each([
  [["de"], "de", "de"],
  [["de-AT"], "de", "de-AT"],
  [["DE_ch"], "de", "de-CH"],
  [["en"], "en", "en-GB"],
  [["en-US"], "en", "en-US"],
  // A text in Breton on a German page.
  [["br", "de-DE", "en"], "de", "de-DE"],
  [["br"], "en", "en-GB"],
  [[], "en", "en-GB"],
  [["constructor", "__proto__"], "en", "en-GB"],
  // What `Intl` does not take.
  [["de-!"], "de", "de"],
])("of %j the words are in %s, and numbers as in %s", (tags, language, locale) => {
  expect(chosenFrom(tags)).toEqual({ language, locale });
});

it("English is there at once, German once it is loaded", async () => {
  const german = chosenFrom(["de-AT"]);
  expect(wordsIn(chosenFrom(["en"]))).toBe(englishWords());
  expect(wordsIn(german)).toBeUndefined();
  await Promise.all([loadLanguage(german), loadLanguage(german)]);
  expect(wordsIn(german)?.people.here).toBe("Hier");
  expect(wordsIn(german)).toBe(wordsIn(german));
});
