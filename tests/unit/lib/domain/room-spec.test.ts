import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { roomSpec, specHash } from '../../../../lib/domain/room-spec.ts';
import type { RoomSpec } from '../../../../lib/domain/teleconsultation.ts';
import { TOOLS, type Tools } from '../../../../lib/schemas/configuration.ts';
import { aConfig } from '../../../support/configs.ts';
import { anyCompleteRecord, anyOrderOf, aRecord, HOUR, START } from '../../../support/teleconsultations.ts';

const limited = aConfig({ UNLIMITED_TELECONSULTATION: 'false' });
const unlimited = aConfig();

describe('the room of a teleconsultation', () => {
  it('is what Kaleyra is told, and no name is in it', () => {
    const privileges = { plus: { groups: ['doctor'], tools: { chat: true } }, basic: { groups: ['patient'] } };
    const environment = {
      DEFAULT_RECORDING_TYPE: 'manual',
      LIVE_TELECONSULTATION: 'false',
      UNLIMITED_TELECONSULTATION: 'false',
    };
    const tools = { ...Object.fromEntries(TOOLS.map(tool => [tool, false])), chat: true };
    expect(roomSpec(aRecord(), aConfig(environment, { privileges }))).toEqual({
      participants: [
        { kaleyraId: 'usr_dr-rossi', isAdmin: true, tools },
        { kaleyraId: 'usr_mr-bianchi', isAdmin: false, tools: undefined },
      ],
      durationSeconds: 3600,
      recording: 'manual',
      offlineTranscription: true,
      live: false,
    });
  });

  it('has no duration where calls are unlimited, and nothing is written down where nothing is recorded', () => {
    expect(roomSpec(aRecord(), unlimited)).toMatchObject({
      durationSeconds: undefined,
      recording: 'none',
      offlineTranscription: false,
    });
  });

  it('is none while somebody is missing', () => {
    expect(roomSpec(aRecord({ expected: 3 }), unlimited)).toBeNull();
  });
});

const toolSets: fc.Arbitrary<Tools> = fc.record(
  Object.fromEntries(TOOLS.map(tool => [tool, fc.boolean()])) as { [tool in keyof Tools]: fc.Arbitrary<boolean> },
);

const specs: fc.Arbitrary<RoomSpec> = fc.record({
  participants: fc.uniqueArray(
    fc.record({
      kaleyraId: fc.string({ minLength: 1, maxLength: 8 }),
      isAdmin: fc.boolean(),
      tools: fc.option(toolSets, { nil: undefined }),
    }),
    { minLength: 2, maxLength: 5, selector: ({ kaleyraId }) => kaleyraId },
  ),
  durationSeconds: fc.option(fc.integer({ min: 300, max: 86_400 }), { nil: undefined }),
  recording: fc.constantFrom('none', 'manual', 'automatic'),
  offlineTranscription: fc.boolean(),
  live: fc.boolean(),
});

const reordered = (tools: Tools | undefined): Tools | undefined =>
  tools && (Object.fromEntries(Object.entries(tools).toReversed()) as Tools);

describe('the hash of a room', () => {
  it('is the one that rooms were stored with: another one would replace every room there is', () => {
    const spec = roomSpec(aRecord(), limited);
    expect(spec && specHash(spec)).toBe('944e09171c5b7d20c0c2cb2fdedb6f2c');
  });

  it('is 32 hex', () => {
    fc.assert(
      fc.property(specs, spec => {
        expect(specHash(spec)).toMatch(/^[0-9a-f]{32}$/);
      }),
    );
  });

  it('does not depend on the order of participants or of tools', () => {
    const pairs = specs.chain(spec => fc.tuple(fc.constant(spec), anyOrderOf(spec.participants)));
    fc.assert(
      fc.property(pairs, ([spec, participants]) => {
        const shuffled = participants.map(one => ({ ...one, tools: reordered(one.tools) }));
        expect(specHash({ ...spec, participants: shuffled })).toBe(specHash(spec));
      }),
    );
  });

  it('is another one for any other participant, role, tool, duration, recording, transcription or live', () => {
    fc.assert(
      fc.property(specs, fc.nat(), fc.constantFrom(...TOOLS), (spec, pick, tool) => {
        const index = pick % spec.participants.length;
        const withOne = (
          change: (one: RoomSpec['participants'][number]) => RoomSpec['participants'][number],
        ): RoomSpec => ({
          ...spec,
          participants: spec.participants.map((one, at) => (at === index ? change(one) : one)),
        });
        const none = Object.fromEntries(TOOLS.map(name => [name, false])) as Tools;
        const others: RoomSpec[] = [
          withOne(one => ({ ...one, kaleyraId: `${one.kaleyraId} of somebody else` })),
          withOne(one => ({ ...one, isAdmin: !one.isAdmin })),
          withOne(one => ({ ...one, tools: one.tools ? { ...one.tools, [tool]: !one.tools[tool] } : none })),
          withOne(one => ({ ...one, tools: one.tools ? undefined : none })),
          { ...spec, participants: spec.participants.toSpliced(index, 1) },
          { ...spec, durationSeconds: (spec.durationSeconds ?? 0) + 1 },
          { ...spec, durationSeconds: spec.durationSeconds === undefined ? 300 : undefined },
          { ...spec, recording: spec.recording === 'none' ? 'manual' : 'none' },
          { ...spec, offlineTranscription: !spec.offlineTranscription },
          { ...spec, live: !spec.live },
        ];
        for (const other of others) expect(specHash(other)).not.toBe(specHash(spec));
      }),
    );
  });
});

describe("the hash of a record's room", () => {
  const hashOf = (...[record, config]: Parameters<typeof roomSpec>): string | undefined => {
    const spec = roomSpec(record, config);
    return spec === null ? undefined : specHash(spec);
  };

  it('follows the length of a limited call, and not when it is', () => {
    fc.assert(
      fc.property(anyCompleteRecord, fc.integer({ min: 1, max: 1000 }), (record, hours) => {
        const end = record.endDate ?? START;
        const moved = { ...record, startDate: record.startDate + hours * HOUR, endDate: end + hours * HOUR };
        const longer = { ...record, endDate: end + hours * 1000 };
        expect(hashOf(moved, limited)).toBe(hashOf(record, limited));
        expect(hashOf(longer, limited)).not.toBe(hashOf(record, limited));
        expect(hashOf(longer, unlimited)).toBe(hashOf(record, unlimited));
      }),
    );
  });
});
