import { describe, expect, it } from 'vitest';
import { IMPORTED_ROOM, keepsRoom, roomSpec, specHash } from '../../../../lib/domain/room-spec.ts';
import { aConfig } from '../../../support/configs.ts';
import { aRecord, DETAILS } from '../../../support/teleconsultations.ts';

/** Rooms are stored with their hash: one that comes out otherwise in a later version replaces every room there is. */

const tools = { plus: { groups: ['doctor'], tools: { chat: true } }, basic: { groups: ['patient'] } };
const hashWith = (environment: Record<string, string>, privileges?: object): string => {
  const spec = roomSpec(aRecord(), aConfig(environment, privileges && { privileges }));
  if (spec === null) throw new Error('there is a room');
  return specHash(spec);
};

describe('a room keeps the hash that it was stored with', () => {
  it.each([
    ['without a limit', {}, undefined, 'be4f8d080004801009e926dc42268c7c'],
    [
      'recorded by hand, and written down',
      { DEFAULT_RECORDING_TYPE: 'manual' },
      undefined,
      'f64b9f89461fe101f6acb531b7d0d236',
    ],
    ['recorded by itself', { DEFAULT_RECORDING_TYPE: 'automatic' }, undefined, 'c4d3447063f09a0f69fe597afabbd225'],
    ['not live', { LIVE_TELECONSULTATION: 'false' }, undefined, '298f43d941144871986bb708cc883802'],
    ['with tools', {}, tools, '8598af967cdc7c6bb4dd141ffe83854d'],
  ])('%s', (_, environment, privileges, hash) => {
    expect(hashWith(environment, privileges)).toBe(hash);
  });
});

describe('of whom nobody has said what they are', () => {
  const config = aConfig();
  const [doctor, patient] = aRecord().participants;
  if (doctor === undefined || patient === undefined) throw new Error('there are two');
  const silent = { ...patient, groups: [] };

  it('is a basic participant', () => {
    const of = (participants: (typeof doctor)[]) => roomSpec(aRecord({ participants }), config);
    expect(of([doctor, silent])).toEqual(of([doctor, patient]));
  });

  it('and takes no part any more is a reason for another room', () => {
    const imported = {
      ...aRecord({ participants: [doctor, silent] }),
      room: { id: 'room-1', specHash: IMPORTED_ROOM, links: [], details: DETAILS },
    };
    const other = { ...patient, kaleyraId: 'usr_other' };
    expect(keepsRoom(imported, aRecord({ participants: [doctor, other] }), config)).toBe(false);
    expect(keepsRoom(imported, imported, config)).toBe(true);
  });
});
