/** The tables of README.md that say who may do what, cell by cell against the rules. */
import { describe, expect, it } from 'vitest';
import type { Action } from '../../lib/domain/authorization.ts';
import {
  authorize,
  authorizeBooked,
  authorizeBooking,
  authorizeCredentials,
  authorizeList,
  authorizeSettings,
} from '../../lib/domain/authorize.ts';
import type { Caller } from '../../lib/domain/ports.ts';
import { recordNotFound, ServiceError } from '../../lib/errors.ts';
import { aConfig } from '../support/configs.ts';
import { drRossi, drVerdi, mrBianchi, msNeri } from '../support/people.ts';
import { aScope } from '../support/scopes.ts';
import { textOf } from '../support/sources.ts';
import { aRecord, asParticipant } from '../support/teleconsultations.ts';

const config = aConfig({ AUTHORIZATION: 'rules', MANAGER_GROUPS: 'front-desk', ADMIN_GROUPS: 'admins' });
const caller = (id: string, groups: string[], scopes: string[] = []): Caller => ({
  id,
  groups,
  scopes,
  fullName: null,
});
const asking = (who: Caller) => aScope({ caller: who, config, directory: { describeCaller: async () => undefined } });

const [rossi, verdi, bianchi, neri] = [drRossi, drVerdi, mrBianchi, msNeri].map(asParticipant);
const participants = [rossi, verdi, bianchi].filter(one => one !== undefined);
/** Booked by somebody who takes no part. */
const record = aRecord({ participants, expected: 3, creatorId: 'dr-gialli' });
const unknown = (): ServiceError => recordNotFound(record.id);

/** Who stands above a column; where a cell speaks of two, it holds for both. */
const PEOPLE: Record<string, Caller[]> = {
  'plus participant': [caller('dr-rossi', ['doctor'])],
  'other participant': [caller('mr-bianchi', ['patient'])],
  creator: [caller('dr-gialli', ['doctor'])],
  'manager group, scope': [caller('ms-desk', ['front-desk']), caller('machine', [], ['teleconsultation:manage'])],
  stranger: [caller('dr-grigi', ['doctor']), caller('ms-neri', ['patient']), caller('x', [])],
  'plus group': [caller('dr-rossi', ['doctor'])],
  'other known group': [caller('mr-bianchi', ['patient'])],
  'manager group': [caller('ms-desk', ['front-desk'])],
  'admin group': [caller('mr-admin', ['admins'])],
  scope: [caller('machine', [], ['teleconsultation:manage'])],
  'anybody else': [caller('x', []), caller('y', ['nurses'])],
};

type Ask = (who: Caller) => Promise<void>;
const act =
  (action: Action): Ask =>
  async who =>
    authorize(asking(who), action, record, unknown);

/** What each row is about. */
const DEEDS: Record<string, Ask[]> = {
  'open, status, calendar, transcription, recording': (
    ['open', 'read a transcription', 'read a recording'] as const
  ).map(act),
  'delete uploads': [act('delete uploads')],
  'change, add a participant, cancel': (['change', 'add a participant', 'cancel'] as const).map(act),
  'remove the last other plus participant, at once or in steps': [
    async who => {
      await authorize(asking(who), 'change', record, unknown);
      const left = [bianchi, neri].filter(one => one !== undefined);
      authorizeList(asking(who), record.participants, left);
    },
    async who => {
      await authorize(asking(who), 'change', record, unknown);
      const added = { ...asParticipant({ ...drVerdi, userId: 'dr-new' }), plusSince: 2 };
      authorizeList(
        asking(who),
        [...record.participants, added],
        [bianchi, added].filter(one => one !== undefined),
      );
    },
  ],
  book: [
    async who => {
      await authorizeBooking(asking(who));
      authorizeBooked(asking(who), participants);
    },
  ],
  credentials: [async who => authorizeCredentials(asking(who))],
  'settings, backgrounds': [async who => authorizeSettings(asking(who))],
};

const answerOf = async (ask: Ask, who: Caller): Promise<string> => {
  try {
    await ask(who);
    return 'yes';
  } catch (error) {
    if (error instanceof ServiceError) return String(error.status);
    throw error;
  }
};

const cellsOf = (line: string): string[] =>
  line
    .split('|')
    .slice(1, -1)
    .map(cell => cell.trim());
const [, section = ''] = /\*\*Who may do what\.\*\*([\s\S]*?)\*\*When the link appears/.exec(textOf('README.md')) ?? [];
const tables = section
  .split('\n\n')
  .filter(block => block.startsWith('| |'))
  .map(block =>
    block
      .trim()
      .split('\n')
      .filter(line => !line.startsWith('|---'))
      .map(cellsOf),
  );

const cells = tables.flatMap(([heading = [], ...rows]) =>
  rows.flatMap(([deed = '', ...row]) =>
    row.map((cell, index) => [deed, heading[index + 1] ?? '', /^yes|^\d{3}/.exec(cell)?.[0] ?? cell] as const),
  ),
);

describe('the tables of who may do what', () => {
  it('are two, and speak of all that the rules know', () => {
    expect(tables).toHaveLength(2);
    expect(new Set(cells.map(([deed]) => deed))).toEqual(new Set(Object.keys(DEEDS)));
    expect(new Set(cells.map(([, who]) => who))).toEqual(new Set(Object.keys(PEOPLE)));
  });

  it.each(cells)('%s, as %s: %s', async (deed, who, told) => {
    for (const ask of DEEDS[deed] ?? []) {
      for (const person of PEOPLE[who] ?? []) expect(await answerOf(ask, person), String(person.id)).toBe(told);
    }
  });
});
