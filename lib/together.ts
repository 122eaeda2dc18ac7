type Results<Tasks extends readonly unknown[]> = { -readonly [Index in keyof Tasks]: Awaited<Tasks[Index]> };

/**
 * Waits for all of them, also when one has failed: a Lambda that answers while a sibling is still running would freeze it
 * half-way. Throws the first failure, in the order of the list.
 */
export const together = async <const Tasks extends readonly unknown[]>(tasks: Tasks): Promise<Results<Tasks>> => {
  if (tasks.length === 0) return [] as unknown as Results<Tasks>;
  const outcomes = await Promise.allSettled(tasks);
  return outcomes.map(outcome => {
    if (outcome.status === 'rejected') throw outcome.reason;
    return outcome.value;
  }) as Results<Tasks>;
};
