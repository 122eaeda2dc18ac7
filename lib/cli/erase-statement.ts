import type { Copies, KEPT, NOT_OFFERED, Statement, TO_DO } from '../domain/erasure/statement.ts';

/** The statement of an erasure in sentences, for whoever has to answer the person who asked for it. */

const KEPT_BECAUSE: Record<(typeof KEPT)[number], string> = {
  consultations: 'the consultations themselves (dates, state, ids of rooms): they are the others’ as well',
  'kaleyra ids': 'a random id in the place of the person’s: it says that somebody took part, and leads to nobody',
  groups: 'the groups in which the person took part, such as patient or doctor: they name nobody',
  'other participants': 'the other participants, with names and links of their own',
};

const KALEYRA_KEEPS: Record<(typeof NOT_OFFERED)[number], string> = {
  transcriptions: 'transcriptions of recorded calls, which can hold what the person said',
  sessions: 'its list of calls, with the random ids of those who were in them',
  chats: 'chat messages',
  statistics: 'statistics of its own',
};

const STILL_TO_DO: Record<(typeof TO_DO)[number], string> = {
  directory: 'remove the person from the user directory, or the next booking brings the name back',
  exports: 'delete exports that were made, and never import a file that still names the person',
  'retired service': 'remove the person from the retired service’s collections, if they are still there',
  kaleyra: 'ask Kaleyra to delete what it keeps',
};

const countOf = (number: number, one: string, many = `${one}s`): string => `${number} ${number === 1 ? one : many}`;

const removedLines = ({ removed }: Statement): string[] => [
  `  ${countOf(removed.uploads, 'uploaded file')}`,
  `  ${countOf(removed.recordings, 'recording')}`,
  `  ${countOf(removed.users, 'user')} at Kaleyra`,
  `  the person’s id and name in ${countOf(removed.names, 'record')}`,
  `  ${countOf(removed.links, 'personal link')}`,
  `  ${countOf(removed.bookings, 'booking')} that ${removed.bookings === 1 ? 'was' : 'were'} not over`,
];

const SHARED_FILES =
  '  (Files and recordings of a consultation cannot be told apart by person: those of all participants are among them.)';

const leftLines = ({ left, bookings, recordingsUntil }: Statement): string[] => [
  ...(recordingsUntil === null
    ? []
    : [`  recordings that Kaleyra may still be making; run it again after ${new Date(recordingsUntil).toISOString()}`]),
  ...(left.rooms > 0 ? [`  ${countOf(left.rooms, 'consultation')} with files, recordings or a room at Kaleyra`] : []),
  ...(left.users > 0 ? [`  ${countOf(left.users, 'user')} at Kaleyra`] : []),
  ...(left.records > 0 ? [`  ${countOf(left.records, 'record')} that others are changing`] : []),
  ...bookings.map(id => `  teleconsultation ${id}: the call is not over; --cancel cancels it`),
];

const remains = ({ kept, notOffered, copies, toDo }: Statement): string[] => [
  'kept, on purpose:',
  ...kept.map(what => `  ${KEPT_BECAUSE[what]}`),
  'kept by Kaleyra, whose documentation knows no call to delete it:',
  ...notOffered.map(what => `  ${KALEYRA_KEEPS[what]}`),
  'in copies for a while:',
  ...copiesLines(copies),
  'still to do by whoever runs this service:',
  ...toDo.map(what => `  ${STILL_TO_DO[what]}`),
];

const copiesLines = ({ backupDays, logDays }: Copies): string[] => [
  `  the table’s point-in-time recovery holds what was removed for ${backupDays} days; a restored table has to be erased again`,
  `  logs are kept for ${logDays} days; they hold ids of this service and of Kaleyra, and a keyed hash of the person’s own`,
];

const HEADS: Record<Statement['outcome'], string> = {
  finished: 'erased: nothing here leads to the person any more',
  unknown: 'nobody with this id is known here: nothing was changed',
  refused: 'refused: these calls are not over; nothing was changed',
  left: 'not finished: something could not be removed. Until it is, the person cannot be booked; run it again',
  waiting: 'not finished',
  interrupted: 'not finished',
};

const DRY_HEADS: Partial<Record<Statement['outcome'], string>> = {
  finished: 'dry run, nothing was changed; this is what an erasure would remove',
  left: 'dry run, nothing was changed; an erasure now could not remove everything',
};

/** Line by line. */
export const sentencesOf = (statement: Statement): string[] => {
  const { outcome, dryRun, bookings } = statement;
  const head = (dryRun ? DRY_HEADS[outcome] : undefined) ?? HEADS[outcome];
  if (outcome === 'unknown') return [head];
  if (outcome === 'refused') {
    return [head, ...bookings.map(id => `  ${id}`), 'run it when they are over, or with --cancel'];
  }
  return [
    head,
    ...(outcome === 'left' ? ['left:', ...leftLines(statement)] : []),
    dryRun ? 'to be removed:' : 'removed:',
    ...removedLines(statement),
    SHARED_FILES,
    ...remains(statement),
  ];
};
