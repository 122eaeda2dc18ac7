import { describe, expect, it } from 'vitest';
import { isPlaceholder, placeholderOf } from '../../../../../lib/domain/erasure/placeholder.ts';
import { callEndsAt, linksOf, takesPart, tookPartIn, withoutPerson } from '../../../../../lib/domain/erasure/rules.ts';
import { isClosed, type Participant, type Teleconsultation } from '../../../../../lib/domain/teleconsultation.ts';
import { drRossi, mrBianchi } from '../../../../support/people.ts';
import { aRecord, asParticipant, HOUR, START, withRoom } from '../../../../support/teleconsultations.ts';

const NOW = START + 100 * HOUR;
const placeholder = placeholderOf('0123456789abcdef');
const kaleyraId = `usr_${mrBianchi.userId}`;
const erasing = { externalId: mrBianchi.userId, kaleyraIds: [kaleyraId], placeholder };

const withOne = (parts: Partial<Participant>): Participant[] => [
  asParticipant(drRossi),
  { ...asParticipant(mrBianchi), ...parts },
];

it('somebody took part in it also where others were taken out of it as well', () => {
  expect(tookPartIn({ formerPeople: ['usr_other', kaleyraId] }, erasing)).toBe(true);
  expect(tookPartIn({ formerPeople: ['usr_other'] }, erasing)).toBe(false);
  expect(tookPartIn({ formerPeople: [] }, erasing)).toBe(false);
});

describe('the record without the person', () => {
  it('keeps everything but their id, name, language, link and the digest of the request, and says that it is closed', () => {
    const record = withRoom({
      ...aRecord(),
      participants: [asParticipant(drRossi), { ...asParticipant(mrBianchi), language: 'it' }],
      booking: { digest: '0'.repeat(64), done: true },
      creatorId: mrBianchi.userId,
      updaterId: drRossi.userId,
    });
    const { record: after, changed, links } = withoutPerson(record, erasing, NOW);
    expect([changed, links]).toEqual([true, 1]);
    expect(after).toEqual({
      ...record,
      participants: [
        record.participants[0],
        { externalId: 'erased-0123456789abcdef', kaleyraId, groups: ['patient'], fullName: null, language: null },
      ],
      room: {
        ...record.room,
        links: [record.room?.links[0]],
        details: { ...record.room?.details, disabled: true },
      },
      upkeep: { roomId: 'room-1', filesClearedAt: NOW, closedAt: NOW, attempts: 0, notBefore: NOW },
      booking: null,
      creatorId: 'erased-0123456789abcdef',
      updaterId: drRossi.userId,
    });
    expect(isClosed(after)).toBe(true);
    expect(JSON.stringify(after)).not.toContain('Bianchi');
  });

  it('is what it was, once it is so: another erasure changes no placeholder', () => {
    const once = withoutPerson(withRoom(), erasing, NOW).record;
    const again = { ...erasing, placeholder: placeholderOf('f'.repeat(16)) };
    expect(withoutPerson(once, again, NOW + HOUR)).toEqual({ record: once, changed: false, links: 0 });
  });

  it('of whom they only wrote it keeps links and room open', () => {
    const record = { ...withRoom(), updaterId: 'ms-neri' };
    const byWriter = { externalId: 'ms-neri', kaleyraIds: [], placeholder };
    expect(withoutPerson(record, byWriter, NOW)).toEqual({
      changed: true,
      links: 0,
      record: { ...record, updaterId: placeholder },
    });
  });

  it.each<[string, Partial<Teleconsultation>]>([
    ['only the digest of a request', { booking: { digest: '0'.repeat(64), done: true } }],
    ['only who made it', { creatorId: mrBianchi.userId }],
    ['only who changed it last', { updaterId: mrBianchi.userId }],
    ['a name beside the placeholder', { participants: withOne({ externalId: placeholder, language: null }) }],
    ['a language beside it', { participants: withOne({ externalId: placeholder, fullName: null, language: 'it' }) }],
    ['an id without a name', { participants: withOne({ fullName: null, language: null }) }],
  ])('is another one where it still holds %s', (_, parts) => {
    const authors = { creatorId: mrBianchi.userId, updaterId: mrBianchi.userId };
    const nameless = withoutPerson(aRecord(authors), erasing, NOW).record;
    const { changed, record } = withoutPerson({ ...nameless, ...parts }, erasing, NOW);
    expect([changed, record]).toEqual([true, nameless]);
  });

  it('is another one where it only holds their link, or its room is still open', () => {
    const nameless = withoutPerson(withRoom(), erasing, NOW).record;
    const room = nameless.room && { ...nameless.room, links: withRoom().room?.links ?? [] };
    expect(withoutPerson({ ...nameless, room }, erasing, NOW)).toMatchObject({ changed: true, links: 1 });
    expect(withoutPerson({ ...nameless, upkeep: null }, erasing, NOW)).toMatchObject({ changed: true, links: 0 });
  });

  it('of somebody else is the very same', () => {
    const record = withRoom();
    expect(withoutPerson(record, { ...erasing, externalId: 'ms-neri', kaleyraIds: [] }, NOW).record).toBe(record);
    expect(linksOf(aRecord(), erasing)).toEqual([]);
  });

  it('of somebody else is not touched', () => {
    const record = withRoom();
    const stranger = { externalId: 'ms-neri', kaleyraIds: ['usr_ms-neri'], placeholder };
    expect(withoutPerson(record, stranger, NOW)).toEqual({ record, changed: false, links: 0 });
    expect([takesPart(record, stranger), takesPart(record, erasing)]).toEqual([false, true]);
    expect([linksOf(record, stranger).length, linksOf(record, erasing).length]).toEqual([0, 1]);
  });

  it('keeps when it was closed before', () => {
    const upkeep = { roomId: 'room-1', filesClearedAt: null, closedAt: START + HOUR, attempts: 0, notBefore: START };
    expect(withoutPerson({ ...withRoom(), upkeep }, erasing, NOW).record.upkeep).toEqual(upkeep);
  });

  it('has no room to close where it has none', () => {
    expect(withoutPerson(aRecord({ state: 'TRASH' }), erasing, NOW).record).toMatchObject({ room: null, upkeep: null });
  });
});

it('a call is over at its end, or a day after its start where it has none', () => {
  expect(callEndsAt(aRecord())).toBe(START + HOUR);
  expect(callEndsAt(aRecord({ endDate: null }))).toBe(START + 24 * HOUR);
});

it('a placeholder is told from any id that somebody may have', () => {
  expect(placeholderOf('0123456789abcdef')).toBe('erased-0123456789abcdef');
  expect(isPlaceholder(placeholder)).toBe(true);
  for (const id of ['erased-', 'erased-0123456789ABCDEF', `x${placeholder}`, `${placeholder}0`, 'dr-rossi']) {
    expect([id, isPlaceholder(id)]).toEqual([id, false]);
  }
});
