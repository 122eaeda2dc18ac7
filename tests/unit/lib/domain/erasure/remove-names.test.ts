import { describe, expect, it } from 'vitest';
import { placeholderOf } from '../../../../../lib/domain/erasure/placeholder.ts';
import { removeAuthor, removeNames } from '../../../../../lib/domain/erasure/remove-names.ts';
import type { Teleconsultation } from '../../../../../lib/domain/teleconsultation.ts';
import { anErasure, OPERATION } from '../../../../support/erasure-rules.ts';
import { drRossi, msNeri } from '../../../../support/people.ts';
import { aRecord, asParticipant, withRoom } from '../../../../support/teleconsultations.ts';

const ID = 'd'.repeat(24);
const NAMED = { id: ID, kaleyraIds: ['usr_mr-bianchi'], cleared: true };
const NOBODY = placeholderOf(OPERATION);
const STRANGERS = [drRossi, msNeri].map(asParticipant);

const removing = async (
  record: Teleconsultation | undefined,
  options: Parameters<typeof anErasure>[0] = {},
  what: 'names' | 'author' = 'names',
) => {
  const { work, world, unlinked, saved } = anErasure({ record, ...options });
  await (what === 'names' ? removeNames(work, NAMED) : removeAuthor(work, ID));
  return { work, world, unlinked, saved, removed: work.ledger.removed() };
};

const gone = [[ID, ['usr_mr-bianchi']]];

describe('the names in a record', () => {
  it('go in one write, the note that leads to it last, and what went is counted and noted', async () => {
    const { world, unlinked, removed, saved } = await removing(withRoom());
    expect(world.stored?.participants[1]).toMatchObject({ externalId: NOBODY, fullName: null });
    expect(world.stored?.room?.links.map(({ kaleyraId }) => kaleyraId)).toEqual(['usr_dr-rossi']);
    expect([unlinked, removed, saved.length]).toMatchObject([gone, { names: 1, links: 1 }, 1]);
  });

  it('are gone with the record, or were removed by an earlier run: then only the note goes', async () => {
    const { world, unlinked } = await removing(undefined);
    expect([unlinked, world.journal]).toEqual([gone, [`find ${ID}`]]);
    const { unlinked: again, removed } = await removing(aRecord({ participants: STRANGERS }));
    expect([again, removed.names]).toEqual([gone, 0]);
  });

  it('stay while somebody changes the record: their write would bring them back', async () => {
    const record = withRoom(aRecord({ claim: { operation: 'x', until: Number.MAX_SAFE_INTEGER } }));
    const { work, world, unlinked } = await removing(record);
    expect([work.problems.claimedUntil, unlinked, world.stored]).toEqual([Number.MAX_SAFE_INTEGER, [], record]);
  });

  it('go when somebody else was faster, up to five times', async () => {
    const faster = (times: number) => ({
      meanwhile: (write: number, stored: Teleconsultation) =>
        write <= times ? { ...stored, version: stored.version + 1 } : stored,
    });
    expect((await removing(withRoom(), faster(4))).unlinked).toEqual(gone);
    const { work, unlinked, removed, world } = await removing(withRoom(), faster(99));
    expect(world.journal.filter(call => call === 'change')).toHaveLength(5);
    expect([[...work.problems.records], unlinked, removed.names]).toEqual([[ID], [], 0]);
  });
});

describe('the author of a record', () => {
  const authored = { creatorId: 'mr-bianchi', updaterId: 'mr-bianchi', participants: STRANGERS };

  it('goes without anything that jobs go by', async () => {
    const { world, unlinked } = await removing(aRecord(authored), {}, 'author');
    expect(world.stored).toMatchObject({ creatorId: NOBODY, updaterId: NOBODY, participants: STRANGERS });
    expect([world.journal.includes('amend'), unlinked]).toEqual([true, []]);
  });

  it('goes as a participant does where they are one as well', async () => {
    const { world } = await removing(withRoom(aRecord({ creatorId: 'mr-bianchi' })), {}, 'author');
    expect(world.stored).toMatchObject({ creatorId: NOBODY });
    expect(world.journal).not.toContain('amend');
  });
});
