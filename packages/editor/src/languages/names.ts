/** How a language is written. */
export type LanguageKind = "prose" | "markdown" | "code";

/** The kind of a language by its name, as in the attribute `language`. What is not known is code without colours. */
export function kindOf(language: string): LanguageKind {
  switch (language.trim().toLowerCase()) {
    case "":
    case "text":
    case "plain":
    case "plaintext":
    case "prose":
      return "prose";
    case "markdown":
    case "md":
      return "markdown";
    default:
      return "code";
  }
}
