import { describe, expect, it } from 'vitest';
import { createUnconfirmed } from '../../../../../lib/domain/jobs/unconfirmed-people.ts';
import type { KnownPerson } from '../../../../../lib/domain/ports.ts';
import { beingErased, storeUnavailable } from '../../../../../lib/errors.ts';
import { aScope } from '../../../../support/scopes.ts';
import { aRecord } from '../../../../support/teleconsultations.ts';

const begun = (kaleyraId: string): KnownPerson => ({ kaleyraId, confirmedRole: undefined });
const confirmed = (kaleyraId: string): KnownPerson => ({ kaleyraId, confirmedRole: 'basic' });

const looking = async (found: Record<string, KnownPerson | Error>, groups?: string[]) => {
  const done: string[] = [];
  const scope = aScope({
    clock: { now: () => 7 },
    people: {
      find: async externalId => {
        const person = found[externalId];
        if (person instanceof Error) throw person;
        return person;
      },
      confirm: async (...noted) => void done.push(['confirm', ...noted].join(' ')),
      rememberWayBack: async () => undefined,
    },
    kaleyra: {
      createUser: async (...made) => {
        done.push(['create', ...made].join(' '));
        return 'created';
      },
    },
  });
  const record = aRecord();
  const participants = record.participants.map(one => ({ ...one, groups: groups ?? one.groups }));
  const count = await createUnconfirmed(scope, { ...record, participants }).catch((error: unknown) => error);
  return { count, done };
};

describe('participants of whom nobody has noted that Kaleyra knows them', () => {
  it('are created with their role, and noted', async () => {
    const found = { 'dr-rossi': begun('usr_dr-rossi'), 'mr-bianchi': begun('usr_mr-bianchi') };
    expect(await looking(found)).toEqual({
      count: 2,
      done: [
        'create usr_dr-rossi plus',
        'create usr_mr-bianchi basic',
        'confirm dr-rossi plus 7',
        'confirm mr-bianchi basic 7',
      ],
    });
  });

  it('are created as basic where nothing is stored of their groups', async () => {
    const { done } = await looking({ 'dr-rossi': begun('usr_dr-rossi') }, []);
    expect(done).toEqual(['create usr_dr-rossi basic', 'confirm dr-rossi basic 7']);
  });

  it.each<[string, Record<string, KnownPerson | Error>]>([
    ['it is noted', { 'dr-rossi': confirmed('usr_dr-rossi'), 'mr-bianchi': confirmed('usr_mr-bianchi') }],
    ['they are not in the table any more', {}],
    ['they are somebody else by now', { 'dr-rossi': begun('usr_another') }],
    ['they are being erased', { 'dr-rossi': beingErased() }],
  ])('are left alone where %s', async (_, found) => {
    expect(await looking(found)).toEqual({ count: 0, done: [] });
  });

  it.each([storeUnavailable(undefined), new Error('as told')])(
    'are not passed over where the table fails: %s',
    async failure => {
      expect(await looking({ 'dr-rossi': failure })).toEqual({ count: failure, done: [] });
    },
  );
});
