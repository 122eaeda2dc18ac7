/** Invented people whom the embedded stack offers to be played, under the ids by which the running functions know them. */
import { DIRECTORY_PREFIX } from './directory/index.ts';

export interface InventedPerson {
  /** As the gateway would name them, and as the stored participants are named. */
  readonly userId: string;
  /** As a booking names them. */
  readonly bookedAs: string;
  readonly group: string;
  readonly fullName: string;
}

export interface InventedPeople {
  /** A doctor and a patient first. */
  readonly known: readonly [doctor: InventedPerson, patient: InventedPerson, ...others: InventedPerson[]];
  /** Names and groups come from the embedded directory: a booking needs their ids only. */
  readonly inDirectory: boolean;
  /** A directory of which this stack knows nothing. */
  readonly elsewhere?: string;
}

type Row = readonly [userId: string, customId: string, group: string, fullName: string];

const ROWS: readonly [Row, Row, ...Row[]] = [
  ['dr-rossi', '64e100000000000000000001', 'doctor', 'Dr Ada Rossi-Example'],
  ['mr-bianchi', '64e100000000000000000003', 'patient', 'Mr Ugo Bianchi-Example'],
  ['dr-verdi', '64e100000000000000000002', 'doctor', 'Dr Ivo Verdi-Example'],
  ['ms-neri', '64e100000000000000000004', 'patient', 'Ms Eva Neri-Example'],
];

/** @param env of the running functions */
export function inventedPeople(kaleyra: string, env: Readonly<Record<string, string>>): InventedPeople {
  const directory = env.AUTH_SERVICE ?? '';
  const ours = `${kaleyra}${DIRECTORY_PREFIX}`;
  if (directory !== ours) {
    const known = everybody(([userId]) => ({ userId, bookedAs: userId }));
    return { known, inDirectory: false, ...(directory !== '' && { elsewhere: directory }) };
  }
  const custom = (env.CUSTOM_ID_USERS_API_ENDPOINT ?? '').startsWith(ours);
  const known = everybody(([userId, customId]) => {
    const account = `auth0|${userId}`;
    return { userId: account, bookedAs: custom ? customId : account };
  });
  return { known, inDirectory: true };
}

function everybody(ids: (row: Row) => Pick<InventedPerson, 'userId' | 'bookedAs'>): InventedPeople['known'] {
  const person = (row: Row): InventedPerson => ({ ...ids(row), group: row[2], fullName: row[3] });
  const [doctor, patient, ...others] = ROWS;
  return [person(doctor), person(patient), ...others.map(person)];
}
