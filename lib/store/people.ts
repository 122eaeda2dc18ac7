import type { KnownPerson, PeopleStore } from '../domain/ports.ts';
import { beingErased, storeUnreadable } from '../errors.ts';
import { StoredName, StoredPerson } from '../schemas/stored.ts';
import { usualPerson } from '../schemas/usual-record.ts';
import { kaleyraIdOf, personKey, wayBackKey } from './keys.ts';
import type { Item, Table } from './table.ts';

const parsed = (item: Item): StoredPerson => {
  const { data, error } = StoredPerson.safeParse(item);
  if (data === undefined) throw storeUnreadable(error);
  return data;
};

const read = (item: Item): KnownPerson => {
  const { kaleyraId, role, confirmedAt } = usualPerson(item) ?? parsed(item);
  return { kaleyraId, confirmedRole: confirmedAt === undefined ? undefined : role };
};

/** The tombstone of an erasure, see erasures.ts. */
const isBeingErased = (item: Item): boolean => item.erasure !== undefined;

/** Who is who between the callers' world and Kaleyra. */
export const createPeopleStore = (table: Table): PeopleStore => ({
  find: async externalId => {
    const item = await table.get(personKey(externalId));
    if (item !== undefined && isBeingErased(item)) throw beingErased();
    return item === undefined ? undefined : read(item);
  },

  assertStaying: async externalIds => {
    const items = await table.getMany([...new Set(externalIds)].map(personKey));
    if (items.some(isBeingErased)) throw beingErased();
  },

  /** Reads and mints in one call, so that simultaneous requests agree on one id. */
  identify: async (externalId, mintedId) => {
    const written = await table.update({
      key: personKey(externalId),
      expression: 'SET #kaleyraId = if_not_exists(#kaleyraId, :minted)',
      condition: 'attribute_not_exists(#erasure)',
      names: { '#kaleyraId': 'kaleyraId', '#erasure': 'erasure' },
      values: { ':minted': mintedId },
    });
    if (written.outcome === 'condition_failed') throw beingErased();
    return read(written.item);
  },

  /** Never lowers: a person who once was plus stays plus at Kaleyra. And never brings back a mapping that was erased. */
  confirm: async (externalId, role, now) => {
    await table.update({
      key: personKey(externalId),
      expression:
        role === 'plus'
          ? 'SET #confirmedAt = if_not_exists(#confirmedAt, :now), #role = :role'
          : 'SET #confirmedAt = if_not_exists(#confirmedAt, :now), #role = if_not_exists(#role, :role)',
      condition: 'attribute_exists(#kaleyraId)',
      names: { '#confirmedAt': 'confirmedAt', '#role': 'role', '#kaleyraId': 'kaleyraId' },
      values: { ':now': new Date(now).toISOString(), ':role': role },
    });
  },

  /**
   * Makes the item where there is none, so what was erased could be written again by a name that was on its way. It is not: who
   * writes here has identified the person before, within the same request or while the same job looked at one record, and an
   * erasure begins where no such request lives any more and every job has stopped (QUIET_MS in domain/erasure/erasure.ts).
   */
  rememberWayBack: async ({ kaleyraId, externalId, fullName, source }) => {
    const named = fullName !== null;
    // A name without a source is an older item's: the first that was heard.
    const name =
      source === 'booking'
        ? '#fullName = if_not_exists(#fullName, :fullName), #nameSource = if_not_exists(#nameSource, :source)'
        : '#fullName = :fullName, #nameSource = :source';
    const own = named && source === 'self';
    await table.update({
      key: wayBackKey(kaleyraId),
      expression: `SET #externalId = if_not_exists(#externalId, :externalId)${named ? `, ${name}` : ''}`,
      // When it fails, the directory has said what they are called, and that stands.
      ...(own && { condition: 'attribute_not_exists(#nameSource) OR #nameSource <> :directory' }),
      names: { '#externalId': 'externalId', ...(named && { '#fullName': 'fullName', '#nameSource': 'nameSource' }) },
      values: {
        ':externalId': externalId,
        ...(named && { ':fullName': fullName, ':source': source }),
        ...(own && { ':directory': 'directory' }),
      },
    });
  },

  findNames: async kaleyraIds => {
    const items = await table.getMany(kaleyraIds.map(wayBackKey));
    return new Map(
      items.flatMap((item): [string, string][] => {
        const parsed = StoredName.safeParse(item);
        if (!parsed.success) throw storeUnreadable(parsed.error);
        const { pk, fullName } = parsed.data;
        return fullName === undefined ? [] : [[kaleyraIdOf(pk), fullName]];
      }),
    );
  },
});
