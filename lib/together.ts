/**
 * Begins something in the next turn of the loop, when what was begun before it has left the process: signing two dozen calls to
 * the table takes as long as one of them, and whoever is slowest to answer should not hear of it last.
 */
export const onceSent = async <Result>(begin: () => Promise<Result>): Promise<Result> => {
  await new Promise(setImmediate);
  return begin();
};

type Results<Tasks extends readonly unknown[]> = { -readonly [Index in keyof Tasks]: Awaited<Tasks[Index]> };

/**
 * Waits for all of them, also when one has failed: a Lambda that answers while a sibling is still running would freeze it
 * half-way. Throws the first failure, in the order of the list.
 */
export const together = async <const Tasks extends readonly unknown[]>(tasks: Tasks): Promise<Results<Tasks>> => {
  if (tasks.length === 0) return [] as unknown as Results<Tasks>;
  try {
    return (await Promise.all(tasks)) as Results<Tasks>;
  } catch {
    // Not before all of them have ended; and not with the one that was the first to fail.
    const outcomes = await Promise.allSettled(tasks);
    throw outcomes.find(outcome => outcome.status === 'rejected')?.reason;
  }
};
