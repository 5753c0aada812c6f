import type { OptionalFunction } from "../ot-type.ts";
import { type LawName, lawSentences } from "./catalogue.ts";
import { compositionLaws } from "./composition.ts";
import { conductLaws } from "./conduct.ts";
import { groupingLaws } from "./grouping.ts";
import { inverseLaws } from "./inverse.ts";
import { invertibleLaws } from "./invertible.ts";
import type { Law } from "./law.ts";
import { positionLaws } from "./positions.ts";

/** All laws, in the order of the report. */
export const laws: readonly Law[] = [
  ...compositionLaws,
  ...groupingLaws,
  ...positionLaws,
  ...inverseLaws,
  ...invertibleLaws,
  ...conductLaws,
];

/** A law as people read it. @public */
export interface LawDescription {
  readonly name: LawName;
  readonly says: string;
  /** Functions that the type must have: of each group at least one. */
  readonly needs: readonly (readonly OptionalFunction[])[];
  /** Always asked, asked if pending operations are on one side, or only told. */
  readonly asked: "always" | "pending left" | "pending right" | "when strict";
}

/** Every law that there is, in the order of a report. @public */
export const lawDescriptions: readonly LawDescription[] = laws.map(
  ({ name, needs, pendingSide, isAdvice }) => ({
    name,
    says: lawSentences[name].says,
    needs,
    asked: isAdvice ? "when strict" : pendingSide === undefined ? "always" : `pending ${pendingSide}`,
  }),
);
