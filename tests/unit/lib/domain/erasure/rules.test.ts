import { describe, expect, it } from 'vitest';
import { isPlaceholder, placeholderOf } from '../../../../../lib/domain/erasure/placeholder.ts';
import { callEndsAt, linksOf, takesPart, withoutPerson } from '../../../../../lib/domain/erasure/rules.ts';
import { isClosed } from '../../../../../lib/domain/teleconsultation.ts';
import { drRossi, mrBianchi } from '../../../../support/people.ts';
import { aRecord, asParticipant, HOUR, START, withRoom } from '../../../../support/teleconsultations.ts';

const NOW = START + 100 * HOUR;
const placeholder = placeholderOf('0123456789abcdef');
const kaleyraId = `usr_${mrBianchi.userId}`;
const erasing = { externalId: mrBianchi.userId, kaleyraIds: [kaleyraId], placeholder };

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
  expect(isPlaceholder(placeholder)).toBe(true);
  for (const id of ['erased-', 'erased-0123456789ABCDEF', `x${placeholder}`, `${placeholder}0`, 'dr-rossi']) {
    expect([id, isPlaceholder(id)]).toEqual([id, false]);
  }
});
