import { prepare, type Situation } from './fault-situations.ts';
import type { JobSituation } from './job-situations.ts';
import type { World } from './world.ts';

/** Whatever has rows in the tables: a route, or a function without a caller. */
export type Subject = Situation | JobSituation;

export const isJob = (subject: Subject): subject is JobSituation => 'run' in subject;

/** Brings about the moment; `act` then gives what the table says: the status, or what became of the run. */
export const subjectOf = async (world: World, subject: Subject, tag: string): Promise<{ act(): Promise<string> }> => {
  if (isJob(subject)) {
    const id = await subject.prepare(world, tag);
    return { act: () => subject.run(world, id) };
  }
  const prepared = await prepare(world, subject, tag);
  return { act: async () => String((await subject.ask(world, prepared)).status) };
};
