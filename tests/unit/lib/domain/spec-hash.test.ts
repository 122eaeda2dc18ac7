import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { specHash } from '../../../../lib/domain/room-spec.ts';
import type { RoomSpec } from '../../../../lib/domain/teleconsultation.ts';
import { TOOLS, type Tools } from '../../../../lib/schemas/configuration.ts';

/** Rooms are stored with their hash: another one for the same wish would replace every room that there is. */
const storedHash = (spec: RoomSpec): string => {
  const people = spec.participants
    .map(({ kaleyraId, isAdmin, tools }) => [
      kaleyraId,
      isAdmin,
      tools === undefined ? null : Object.entries(tools).sort(([one], [other]) => (one < other ? -1 : 1)),
    ])
    .sort(([one], [other]) => (String(one) < String(other) ? -1 : 1));
  const wish = [people, spec.durationSeconds ?? null, spec.recording, spec.live];
  const text = JSON.stringify(spec.offlineTranscription ? [...wish, 'offline transcription'] : wish);
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
};

const tools = fc.record(
  Object.fromEntries(TOOLS.map(tool => [tool, fc.boolean()])) as { [tool in keyof Tools]: fc.Arbitrary<boolean> },
);
const person = fc.record({
  kaleyraId: fc.oneof(fc.stringMatching(/^usr_[0-9a-f]{4}$/), fc.string()),
  isAdmin: fc.boolean(),
  tools: fc.option(tools, { nil: undefined }),
});
const specs: fc.Arbitrary<RoomSpec> = fc.record({
  participants: fc.uniqueArray(person, { maxLength: 4, selector: ({ kaleyraId }) => kaleyraId }),
  durationSeconds: fc.option(fc.integer({ min: 300, max: 86_400 }), { nil: undefined }),
  recording: fc.constantFrom('none', 'manual', 'automatic'),
  offlineTranscription: fc.boolean(),
  live: fc.boolean(),
});

it('the hash of a room is the one that rooms are stored with', () => {
  fc.assert(
    fc.property(specs, spec => {
      expect(specHash(spec)).toBe(storedHash(spec));
    }),
  );
  const [known] = fc.sample(tools, { numRuns: 1, seed: 1 });
  const alike = {
    participants: [
      { kaleyraId: 'b', isAdmin: true, tools: known },
      { kaleyraId: 'a', isAdmin: false, tools: known },
    ],
  };
  const spec = {
    ...alike,
    durationSeconds: 300,
    recording: 'none',
    offlineTranscription: false,
    live: true,
  } as RoomSpec;
  expect([specHash(spec), specHash(spec)]).toEqual([storedHash(spec), storedHash(spec)]);
});
