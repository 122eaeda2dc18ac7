import { describe, expect, it } from 'vitest';
import { dryScope } from '../../../../../lib/domain/jobs/dry-run.ts';
import type { Scope } from '../../../../../lib/domain/ports.ts';
import type { Watch } from '../../../../../lib/domain/progress.ts';
import { aScope } from '../../../../support/scopes.ts';
import { aRecord } from '../../../../support/teleconsultations.ts';

/** Only what reads may be called: every other call of the scope below is a failure that names it. */
const aDryScope = (found: 'there' | 'absent' | 'never' = 'there', watch?: Watch) => {
  const counted: unknown[] = [];
  const base = aScope({
    kaleyra: {
      listUploads: async (roomId, offset) => ({ keys: [`${roomId}-${offset}`, 'b'], hasMore: true }),
      findRecording: async () => found,
    },
    activities: { find: async () => watch },
  });
  const scope: Scope = {
    ...base,
    metrics: { ...base.metrics, add: (...metric: unknown[]) => void counted.push(metric) } as never,
    afterwards: () => scope,
  };
  return { dry: dryScope(scope), counted };
};

describe('in a dry run nothing is changed', () => {
  const spec = {
    participants: [],
    durationSeconds: 1,
    recording: 'none',
    offlineTranscription: false,
    live: true,
  } as const;

  it('of what Kaleyra has; what would make something is a mistake', async () => {
    const { kaleyra } = aDryScope().dry;
    const making = [
      kaleyra.createUser('usr_a', 'basic'),
      kaleyra.setRole('usr_a', 'plus'),
      kaleyra.createRoom(spec, 'd'),
      kaleyra.createCredentials('usr_a', 1),
      kaleyra.uploadBackground(new Uint8Array()),
      kaleyra.setDefaultBackground('beach'),
    ];
    const outcomes = await Promise.allSettled(making);
    const refused = { status: 'rejected', reason: new TypeError('a dry run makes nothing') };
    expect(outcomes).toEqual(making.map(() => refused));
  });

  it('while what would delete something says that it did', async () => {
    const { kaleyra } = aDryScope().dry;
    expect(await kaleyra.deleteRoom('room')).toBeUndefined();
    expect(await kaleyra.disableRoom('room')).toBeUndefined();
    expect(await kaleyra.deleteUser('usr_a')).toBe('deleted');
  });

  it('and files that would be gone are listed no more', async () => {
    const { kaleyra } = aDryScope().dry;
    expect(await kaleyra.listUploads('room', 3)).toEqual({ keys: ['room-3', 'b'], hasMore: true });
    await kaleyra.deleteUpload('room-3');
    expect(await kaleyra.listUploads('room', 3)).toEqual({ keys: ['b'], hasMore: true });
  });

  it('and of a recording is said what deleting it would say', async () => {
    const outcomes = (['there', 'absent', 'never'] as const).map(found =>
      aDryScope(found).dry.kaleyra.deleteRecording('session'),
    );
    expect(await Promise.all(outcomes)).toEqual(['deleted', 'absent', 'never']);
  });

  it('of the table, which takes everything as if it had written it', async () => {
    const { records, jobs } = aDryScope().dry;
    const [before, after] = [aRecord({ version: 7 }), aRecord({ version: 7, revision: 9 })];
    expect(await records.create(before)).toBe(before);
    expect(await records.change(before, after)).toEqual({ ...after, version: 8 });
    expect(await records.amend(before, after)).toEqual({ ...after, version: 7 });
    expect(await records.erase(before)).toBe('done');
    const silent = [
      records.linkPeople('id', []),
      records.linkRoom('room', 'id'),
      records.unlinkPeople('id', []),
      records.unlinkRoom('room'),
      records.forget('id'),
      jobs.saveWalk('id'),
    ];
    expect(await Promise.all(silent)).toEqual(silent.map(() => undefined));
  });

  it('of the looks at rooms: they go on from what is noted, and are not noted', async () => {
    const seen = { roomId: 'room', lookedAt: 1, details: null, sessions: [] };
    const begun = { look: 'this one', now: 5, dueAt: 9 };
    const first = aDryScope().dry.activities;
    expect(await first.begin('id', begun)).toEqual({ seen: undefined, look: 'this one', dueAt: 9, attempts: 1 });
    const watch = { seen, look: 'an earlier one', dueAt: 3, attempts: 4 };
    const next = aDryScope('there', watch).dry.activities;
    expect(await next.begin('id', begun)).toEqual({ seen, look: 'this one', dueAt: 9, attempts: 5 });
    expect([await next.find('id'), await next.finish('id', watch)]).toEqual([watch, 'done']);
  });

  it('and nothing is counted, nor changed by what is put in order afterwards', async () => {
    const { dry, counted } = aDryScope();
    dry.metrics.add('UploadsDeleted', 1);
    const afterwards = dry.afterwards();
    afterwards.metrics.add('UploadsDeleted', 1);
    await afterwards.kaleyra.deleteRoom('room');
    expect(counted).toEqual([]);
  });
});
