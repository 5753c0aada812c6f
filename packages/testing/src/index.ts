/**
 * A test kit for operational transformation: the laws over any type with the ottypes interface, arbitraries for
 * fast-check, and simulations. Knows no test runner and no platform.
 * @module
 */
export {
  type Chain,
  chainArbitrary,
  chainFor,
  type Fork,
  forkArbitrary,
  operationArbitrary,
  textArbitrary,
} from "./arbitraries.ts";
export { type CaseDescription, type SmallLimits } from "./cases.ts";
export {
  type AssertOptions,
  assertType,
  type CheckOptions,
  checkType,
  type SubjectOptions,
  TypeBroken,
} from "./check-type.ts";
export { everyOperation } from "./exhaustive.ts";
export type { JsonComponent, JsonOperation } from "./json-operation.ts";
export type { LawName } from "./laws/catalogue.ts";
export {
  compositionApplies,
  compositionAssociates,
  compositionAssociatesByEffect,
  compositionHasIdentity,
  convergence,
} from "./laws/composition.ts";
export {
  charactersStayWhole,
  misfitsAreRefused,
  nothingChanges,
  ownOperationsAreAccepted,
  resultsAreNormal,
} from "./laws/conduct.ts";
export { groupingByEffect, groupingOfMoves, groupingOnTheLeft, groupingOnTheRight } from "./laws/grouping.ts";
export { inverseOfComposition, inverseOfInverse, inverseUndoes } from "./laws/inverse.ts";
export { inverseOrRefusal, invertibleStays } from "./laws/invertible.ts";
export { LawBroken, type Situation } from "./laws/law.ts";
export { type LawDescription, lawDescriptions } from "./laws/laws.ts";
export {
  positionsFollowInserts,
  positionsGroup,
  positionsKeepOrder,
  positionsStayInside,
  selectionsFollowPositions,
} from "./laws/positions.ts";
export type { OptionalFunction, OtType, Side } from "./ot-type.ts";
export type { Counterexample, LawResult, Report } from "./report.ts";
export type { Reading, Recipe, SmallCases, Subject } from "./subject.ts";
export type { TextAlgebra } from "./text-algebra.ts";
export { plainText, type TextForm, type TextSubject, textSubject } from "./text-subject.ts";
export { UnreadableValue } from "./value.ts";
export { type GroupingOptions, type GroupingOutcome, simulateGrouping } from "./simulations/grouping.ts";
export {
  type SimulationOptions,
  simulateTyping,
  type TextSimulationOptions,
  type TypingOutcome,
} from "./simulations/typing.ts";
export type { ComposingType } from "./simulations/writer.ts";
