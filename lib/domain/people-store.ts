import type { Personal } from '../personal.ts';
import type { NameSource, Role } from './teleconsultation.ts';

/** Who is who between the callers' world and Kaleyra, as the use cases need it. */

export interface KnownPerson {
  kaleyraId: string;
  /** The role Kaleyra has confirmed; undefined while nobody knows that the user exists there. */
  confirmedRole: Role | undefined;
}

export interface PeopleStore {
  /**
   * Who the person is at Kaleyra, strongly consistent; undefined for those who are nobody there.
   * @throws ServiceError 409 while the person is being erased
   */
  find(externalId: Personal): Promise<KnownPerson | undefined>;
  /**
   * Who the person is at Kaleyra; the minted id becomes theirs if they had none.
   * @throws ServiceError 409 while the person is being erased
   */
  identify(externalId: Personal, mintedId: string): Promise<KnownPerson>;
  /** In one call, however many they are. @throws ServiceError 409 while one of them is being erased */
  assertStaying(externalIds: readonly Personal[]): Promise<void>;
  /** Of somebody who is nobody (any more), nothing is noted. */
  confirm(externalId: Personal, role: Role, now: number): Promise<void>;
  /** Whose user this is at Kaleyra. The name replaces one from a lesser source: directory, then self, then the first booking. */
  rememberWayBack(person: {
    kaleyraId: string;
    externalId: Personal;
    fullName: Personal | null;
    source: NameSource;
  }): Promise<void>;
  /** The names by Kaleyra's ids, in one call; who is unknown or has no name is left out. @param kaleyraIds at most 100 */
  findNames(kaleyraIds: readonly string[]): Promise<ReadonlyMap<string, Personal>>;
}
