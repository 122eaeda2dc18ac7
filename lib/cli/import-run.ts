import type { Clock } from '../clock.ts';
import type { Config } from '../config.ts';
import { fromOldTeleconsultation, importedDueAt } from '../domain/migration/from-old.ts';
import { gatherPeople, isVisible, type OldPeople, type OldPerson } from '../domain/migration/people.ts';
import { OldTeleconsultation, OldUser } from '../schemas/old-records.ts';
import type { DueRecord, ImportStore } from '../store/imports.ts';
import type { Line } from './lines.ts';
import { eachOf, inGroups } from './parallel.ts';
import type { Report } from './report.ts';

/** The import itself: people first, all of them, then teleconsultations as they are read. */
export interface ImportRun {
  users: AsyncIterable<Line>;
  teleconsultations: AsyncIterable<Line>;
  store: ImportStore;
  report: Report;
  clock: Clock;
  rooms: Config['rooms'];
  /** What was a draft counts as visible. */
  drafts: boolean;
  /** Milliseconds since 1970; null: no work for what has ended. */
  cleanSince: number | null;
  /** Looks at every line and writes nothing. */
  dryRun: boolean;
}

const USERS = 'users';
const TELECONSULTATIONS = 'teleconsultations';

const TAKEN = 'has a Kaleyra id that is somebody else’s in the table';

const AT_ONCE = 64;
/** Records in one step, and steps at a time: together as many calls as there are connections. */
const GROUP = 32;
const GROUPS_AT_ONCE = 3;

interface Schema<Value> {
  safeParse(value: unknown): { success: true; data: Value } | { success: false; error: { issues: readonly Issue[] } };
}

interface Issue {
  path: readonly PropertyKey[];
  message: string;
}

/** The parsed line, or undefined once its problems are reported. */
const parse = <Value>({ report }: ImportRun, file: string, schema: Schema<Value>, line: Line): Value | undefined => {
  if (line.problem !== undefined) {
    report.refused(file, line.number, [{ field: undefined, reason: line.problem }]);
    return undefined;
  }
  const result = schema.safeParse(line.value);
  if (result.success) return result.data;
  const problems = result.error.issues.map(({ path, message }) => ({
    field: path.length === 0 ? undefined : path.map(String).join('.'),
    reason: message,
  }));
  report.refused(file, line.number, problems);
  return undefined;
};

const readPeople = async (run: ImportRun): Promise<OldPeople> => {
  const rows: OldPerson[] = [];
  for await (const line of run.users) {
    const user = parse(run, USERS, OldUser, line);
    if (user !== undefined) rows.push({ ...user, line: line.number });
  }
  const people = gatherPeople(rows, run);
  for (const { line, others } of people.contested()) {
    const reason = `has the Kaleyra id of somebody else: see line ${others.join(', ')}`;
    run.report.refused(USERS, line, [{ field: undefined, reason }]);
  }
  return people;
};

/** @returns the Kaleyra ids that are somebody else's in the table */
const putPeople = async (run: ImportRun, people: OldPeople): Promise<Set<string>> => {
  const taken = new Set<string>();
  await eachOf(people.all(), AT_ONCE, async person => {
    if (!run.dryRun && (await run.store.putWayBack(person)) === 'taken') {
      taken.add(person.kaleyraId);
      run.report.refused(USERS, person.line ?? 0, [{ field: undefined, reason: TAKEN }]);
      return;
    }
    run.report.done(USERS, 1);
  });
  await eachOf(people.current(), AT_ONCE, async person => {
    if (run.dryRun || taken.has(person.kaleyraId)) return;
    if ((await run.store.putWayThere(person)) === 'kept') {
      run.report.left(USERS, person.line ?? 0, 'is known under another Kaleyra id since');
    }
    // No line more is done, but whoever watches sees that it goes on.
    run.report.done(USERS, 0);
  });
  return taken;
};

interface NumberedRecord extends DueRecord {
  line: number;
}

/** Whether a line of this import has been at the room or the id before; two records never share either. */
const createFirstSeen = () => {
  const lineOf = new Map<string, number>();
  return (key: string, line: number): number | undefined => {
    const first = lineOf.get(key);
    if (first === undefined) lineOf.set(key, line);
    return first;
  };
};

/** What can be taken, line by line; what cannot is reported. */
async function* readRecords(
  run: ImportRun,
  people: OldPeople,
  taken: ReadonlySet<string>,
): AsyncGenerator<NumberedRecord> {
  const firstWithId = createFirstSeen();
  const firstWithRoom = createFirstSeen();
  for await (const line of run.teleconsultations) {
    const refuse = (field: string | undefined, reason: string): void =>
      run.report.refused(TELECONSULTATIONS, line.number, [{ field, reason }]);
    const old = parse(run, TELECONSULTATIONS, OldTeleconsultation, line);
    if (old === undefined) continue;
    if (old.state === 'DRAFT' && !isVisible(old.state, run)) {
      run.report.left(TELECONSULTATIONS, line.number, 'is a draft, which only --drafts takes');
      continue;
    }
    const sameId = firstWithId(old.id, line.number);
    if (sameId !== undefined) {
      refuse('_id', `is the one of line ${sameId}`);
      continue;
    }
    const imported = fromOldTeleconsultation(old, people, run);
    if ('refusals' in imported) {
      run.report.refused(TELECONSULTATIONS, line.number, imported.refusals);
      continue;
    }
    const { participants, room } = imported.record;
    const index = participants.findIndex(({ kaleyraId }) => taken.has(kaleyraId));
    if (index >= 0) {
      refuse(`participants.${index}`, TAKEN);
      continue;
    }
    const sameRoom = room === null ? undefined : firstWithRoom(room.id, line.number);
    if (sameRoom !== undefined) {
      refuse('bandyerRoomId', `is the room of line ${sameRoom}`);
      continue;
    }
    const dueAt = importedDueAt(imported.record, run.rooms, run.clock.now(), run.cleanSince);
    yield { ...imported, line: line.number, dueAt };
  }
}

/**
 * Notes people and names that only teleconsultations tell, each once.
 * @returns the participants of the record who are somebody else in the table
 */
const createIntroduction = (run: ImportRun, people: OldPeople) => {
  const outcomes = new Map<string, Promise<'done' | 'taken'>>();
  const introduce = async (person: OldPerson, heard: string | null): Promise<'done' | 'taken'> => {
    const outcome = await run.store.putWayBack(person, heard);
    const learned = person.line === null && people.isCurrent(person);
    if (outcome === 'done' && learned) await run.store.putWayThere(person);
    return outcome;
  };
  return async ({ record, people: persons }: NumberedRecord): Promise<number[]> => {
    const strangers: number[] = [];
    for (const [index, person] of persons.entries()) {
      const fullName = person.fullName ?? record.participants[index]?.fullName ?? null;
      const tells = person.line === null || (person.fullName === null && fullName !== null);
      const outcome = outcomes.get(person.kaleyraId) ?? (tells ? introduce(person, fullName) : undefined);
      if (outcome === undefined) continue;
      outcomes.set(person.kaleyraId, outcome);
      if ((await outcome) === 'taken') strangers.push(index);
    }
    return strangers;
  };
};

/** @returns whether nothing was refused */
export const runImport = async (run: ImportRun): Promise<boolean> => {
  const { report, store } = run;
  const people = await readPeople(run);
  const taken = await putPeople(run, people);
  const introduce = createIntroduction(run, people);

  const write = async (records: readonly NumberedRecord[]): Promise<number> => {
    const known: NumberedRecord[] = [];
    await eachOf(records, GROUP, async record => {
      const strangers = await introduce(record);
      if (strangers.length === 0) known.push(record);
      else {
        const problems = strangers.map(index => ({ field: `participants.${index}`, reason: TAKEN }));
        report.refused(TELECONSULTATIONS, record.line, problems);
      }
    });
    const kept = await store.putRecords(known);
    for (const { record, line } of known) {
      if (kept.has(record.id)) report.left(TELECONSULTATIONS, line, 'was changed since it was imported');
    }
    return known.length - kept.size;
  };

  await eachOf(inGroups(readRecords(run, people, taken), GROUP), GROUPS_AT_ONCE, async records => {
    report.done(TELECONSULTATIONS, run.dryRun ? records.length : await write(records));
  });
  return report.close();
};
