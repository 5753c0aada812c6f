import { PERSON_COLORS } from "@interline/client";

/** Names of the twelve colours that people have, in their order. */
export const COLOR_NAMES = [
  "Brick",
  "Amber",
  "Ochre",
  "Moss",
  "Fern",
  "Teal",
  "Lagoon",
  "Sky",
  "Iris",
  "Violet",
  "Orchid",
  "Rose",
] as const;

/** Given to newcomers: sky and iris, near the colour of the own caret, are left to those who choose them. */
export const GIVEN_COLORS: readonly number[] = [1, 2, 3, 4, 5, 6, 7, 10, 11, 12];

/**
 * The colour for somebody who did not choose theirs, among people whose colours are `taken`: the given one if it is free, otherwise
 * the free one farthest, on the wheel, from all that are taken. If none is free it stays.
 */
export function freeColor(given: number, taken: readonly number[]): number {
  if (!taken.includes(given)) return given;
  const distance = (color: number): number =>
    Math.min(
      ...taken.map((other) => {
        const apart = Math.abs(color - other);
        return Math.min(apart, PERSON_COLORS - apart);
      }),
    );
  const free = GIVEN_COLORS.filter((color) => !taken.includes(color));
  return (
    free.reduce<number | undefined>(
      (best, color) => (best === undefined || distance(color) > distance(best) ? color : best),
      undefined,
    ) ?? given
  );
}
