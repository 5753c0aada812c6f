/** How many turns of the event loop some work lets others have, and what it comes to. */
export async function turnsOf<Result>(
  work: Promise<Result>,
): Promise<{ readonly turns: number; readonly result: Result }> {
  const end = { isReached: false };
  const done = work.finally(() => {
    end.isReached = true;
  });
  let turns = 0;
  while (!end.isReached) {
    await new Promise((resolve) => setImmediate(resolve));
    turns++;
  }
  return { turns, result: await done };
}
