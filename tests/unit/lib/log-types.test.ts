import { describe, expect, it } from 'vitest';
import type { AccessToken, Caller } from '../../../lib/domain/ports.ts';
import type { AccessLink, Participant, Teleconsultation } from '../../../lib/domain/teleconsultation.ts';
import type { Headers } from '../../../lib/http/caller.ts';
import { createLogger } from '../../../lib/log.ts';
import type { Loggable, Personal } from '../../../lib/personal.ts';
import { FullName } from '../../../lib/schemas/fields.ts';
import type { Secrets } from '../../../lib/secrets/index.ts';
import { fixedSecret } from '../../../lib/secrets/secret.ts';
import { createUserHash } from '../../../lib/user-hash.ts';

/**
 * What does not compile. The type check of `npm test` reads this file: a line marked as an error that is none any more is an
 * error itself. The lines also run, and the patterns behind the types have nothing of the texts come through.
 */
const NAME = 'Dr Ada Rossi-Example';
const lines: string[] = [];
const log = createLogger(
  'debug',
  line => lines.push(line),
  () => 0,
);

const participant: Participant = {
  externalId: 'auth0|dr-rossi',
  kaleyraId: 'usr_1',
  groups: ['doctor'],
  fullName: NAME,
  language: null,
};
const record: Pick<Teleconsultation, 'id' | 'creatorId' | 'updaterId'> = {
  id: 'd'.repeat(24),
  creatorId: 'auth0|dr-rossi',
  updaterId: 'auth0|dr-rossi',
};
const link: AccessLink = { kaleyraId: 'usr_1', url: 'https://clinic.bandyer.com/x/0123456789?t=1' };
const token: AccessToken = { accessToken: 'canary token of a person', expiresAt: 0 };
const caller: Caller = { id: 'auth0|dr-rossi', groups: [], scopes: [], fullName: NAME };
const secret: Secrets['kaleyraKey'] = fixedSecret('canary key of the deployment');
const headers: Headers = { authorization: 'Bearer canary token of a person' };

const REFUSED: Record<string, () => void | Promise<void>> = {
  'a name': () => {
    // @ts-expect-error personal
    log.info('x', { roomId: participant.fullName ?? '' });
    // @ts-expect-error personal
    if (participant.fullName !== null) log.info('x', { code: participant.fullName });
  },
  'an id of the callers’ world': () => {
    // @ts-expect-error personal
    log.warn('x', { teleconsultationId: participant.externalId });
    // @ts-expect-error personal
    log.warn('x', { kaleyraUserId: record.creatorId });
    // @ts-expect-error personal
    log.warn('x', { kaleyraUserId: record.updaterId });
    // @ts-expect-error personal
    log.warn('x', { kaleyraUserId: caller.id ?? '' });
  },
  'a link': () => {
    // @ts-expect-error personal
    log.error('x', { route: link.url });
  },
  'a token': () => {
    // @ts-expect-error personal
    log.debug('x', { vendorCode: token.accessToken });
  },
  'a secret of the deployment': async () => {
    const key = await secret.read();
    // @ts-expect-error a secret
    log.error('x', { vendorCode: key });
  },
  'a header': () => {
    // @ts-expect-error personal
    log.debug('x', { vendorCode: headers.authorization ?? '' });
  },
  'something personal in a list': () => {
    // @ts-expect-error personal
    log.info('x', { frames: [participant.fullName ?? 'a.ts:1'] });
  },
  'something personal in fields that were put together before': () => {
    const fields = { status: 200, ...(participant.fullName !== null && { roomId: participant.fullName }) };
    // @ts-expect-error personal
    log.info('x', fields);
  },
  'what a schema has read': () => {
    const name = FullName.parse(NAME);
    // @ts-expect-error personal
    log.info('x', { roomId: name });
  },
  'something personal as the request’s id': () => {
    // @ts-expect-error personal
    log.child({ requestId: participant.externalId, function: 'health' }).info('x');
  },
  'an id where its hash belongs': () => {
    // @ts-expect-error not a hash
    log.info('x', { userHash: caller.id });
    // @ts-expect-error not a hash either
    log.info('x', { userHash: 'Dr Ada Rossi-Example' });
  },
  'a field that is not on the list': () => {
    // @ts-expect-error unknown field
    log.info('x', { fullName: participant.fullName });
  },
};

/** An event is written as it stands: here nothing but the type is in the way, so these are never run. */
const NEVER_RUN = [
  // @ts-expect-error not a name of our code
  () => log.info(participant.fullName ?? ''),
  // @ts-expect-error not a name of our code
  () => log.info(record.id),
  // @ts-expect-error not a name of our code
  () => log.info(`booked.${participant.fullName}`),
  // @ts-expect-error not a name of our code
  () => log.info(`booked.${record.id}` as const),
];

describe('the logger', () => {
  it.each(Object.entries(REFUSED))('does not compile with %s, and writes nothing of it', async (_, attempt) => {
    lines.length = 0;
    await attempt();
    expect(lines.length).toBeGreaterThan(0);
    expect(lines.join('\n')).not.toMatch(/Rossi|rossi|bandyer|canary/);
  });

  it('compiles with names of our own code alone as events', () => {
    expect(NEVER_RUN).toHaveLength(4);
  });

  it('takes our own ids, and the hash of a caller', () => {
    lines.length = 0;
    const userHash = createUserHash('an invented key')(caller.id ?? '');
    log.info('x', { teleconsultationId: record.id, kaleyraUserId: participant.kaleyraId, userHash });
    expect(JSON.parse(lines[0] ?? '')).toEqual({
      time: '1970-01-01T00:00:00.000Z',
      level: 'info',
      event: 'x',
      teleconsultationId: 'd'.repeat(24),
      kaleyraUserId: 'usr_1',
      userHash,
    });
  });
});

describe('what is personal', () => {
  it('is a text like any other wherever it is used', () => {
    const text: string = participant.externalId;
    const marked: Personal = text;
    const plain: Loggable = record.id;
    expect([text.length, marked, plain]).toEqual([14, 'auth0|dr-rossi', 'd'.repeat(24)]);
  });
});
