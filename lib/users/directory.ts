import type { Config } from '../config.ts';
import type { Directory } from '../domain/ports.ts';
import type { Invitee } from '../domain/teleconsultation.ts';
import { invalidInput } from '../errors.ts';
import { pathOfId, pathOfParticipant } from '../schemas/list-form.ts';
import type { RequestedParticipants } from '../schemas/requests.ts';
import { together } from '../together.ts';
import { createUserLookup } from './auth-service.ts';
import { createCustomIdLookup } from './custom-ids.ts';
import { unknownPeople } from './errors.ts';
import { forwardedHeaders, type Headers } from './forwarded-headers.ts';
import { createTransport, type TransportOptions } from './transport.ts';
import type { DirectoryUser } from './user-shape.ts';

/**
 * Names and groups from the platform's own users: selected by `AUTH_SERVICE`. What a request says about a person counts only
 * where the directory is silent, and never for a group of the plus privilege: a body raises nobody.
 */

interface DirectoryOptions extends Omit<TransportOptions, 'headers'> {
  config: Pick<Config, 'directory' | 'identity' | 'privileges' | 'groupsWithBackground'>;
  authService: string;
  /** The request's, names in lower case. */
  headers: Headers;
}

type Lookup<Found> = (id: string) => Promise<Found | undefined>;

/** A change that waits for its turn is planned anew; within one request, nobody is looked up twice. */
const once = <Found>(lookup: Lookup<Found>): Lookup<Found> => {
  const asked = new Map<string, Promise<Found | undefined>>();
  return id => {
    const known = asked.get(id) ?? lookup(id);
    asked.set(id, known);
    return known;
  };
};

/** A record holds the groups of up to 25 people and has a largest size. */
const LONGEST_GROUPS = 2000;

export const createDirectory = (options: DirectoryOptions): Directory => {
  const { config, authService, headers, ...call } = options;
  const { customIdsEndpoint, customUserId } = config.directory;
  const { basic, plus } = config.privileges;
  const ask = createTransport({ ...call, headers: forwardedHeaders(headers, config) });

  const findUser = once(createUserLookup(ask, authService));
  const findAuthId =
    customIdsEndpoint === undefined
      ? async (id: string) => id
      : once(createCustomIdLookup(ask, customIdsEndpoint, customUserId));

  /** What every participant was found to be, side by side. @throws ServiceError 400 naming all who were not found */
  const findAll = async <Found>(
    { data, form }: RequestedParticipants,
    find: (index: number, id: string) => Promise<Found | undefined>,
  ): Promise<Found[]> => {
    const found: (Found | undefined)[] = await together(data.map(({ externalId }, index) => find(index, externalId)));
    const unknown = data.flatMap(({ externalId }, index) =>
      found[index] === undefined ? [{ path: pathOfId(form, index), id: externalId }] : [],
    );
    if (unknown.length > 0) throw unknownPeople(unknown);
    return found.filter(one => one !== undefined);
  };

  const meaningful = (groups: readonly string[]): readonly string[] => {
    if (groups.join(',').length <= LONGEST_GROUPS) return groups;
    const configured = [...plus.groups, ...basic.groups, ...config.groupsWithBackground];
    return groups.filter(group => configured.includes(group));
  };

  const inviteeOf = (
    user: DirectoryUser,
    otherwise: { groups: readonly string[]; fullName: string | null },
    language: Invitee['language'],
  ): Invitee => ({
    externalId: user.id,
    groups: meaningful(user.groups ?? otherwise.groups),
    fullName: user.fullName ?? otherwise.fullName,
    ...(user.fullName !== undefined && { nameSource: 'directory' }),
    language,
  });

  /** What a request may say of somebody on whose groups the directory is silent. */
  const harmless = (groups: readonly string[] = []): readonly string[] =>
    groups.filter(group => !plus.groups.includes(group));

  const refuseRaised = (users: readonly DirectoryUser[], { data, form }: RequestedParticipants): void => {
    const message = 'names groups that count only when the user directory names them';
    const raised = users.flatMap((user, index) => {
      const sent = data[index]?.groups ?? [];
      const nothingLeft = user.groups === undefined && sent.length > 0 && harmless(sent).length === 0;
      return nothingLeft ? [{ path: `${pathOfParticipant(form, index)}.groups`, message }] : [];
    });
    if (raised.length > 0) throw invalidInput(raised);
  };

  return {
    describe: async participants => {
      const { data, form } = participants;
      const authIds = await findAll(participants, (_, id) => findAuthId(id));
      const twice = authIds.flatMap((id, index) => (authIds.indexOf(id) < index ? [index] : []));
      if (twice.length > 0) {
        const message = 'names a person who is already in the list';
        throw invalidInput(twice.map(index => ({ path: pathOfId(form, index), message })));
      }
      const users = await findAll(participants, index => findUser(authIds[index] ?? ''));
      refuseRaised(users, participants);
      return users.map((user, index) => {
        const { groups, fullName = null, language = null } = data[index] ?? {};
        return inviteeOf(user, { groups: harmless(groups), fullName }, language);
      });
    },

    // What the gateway says of the caller is as good as the directory: the same people vouch for both.
    describeCaller: async ({ id, groups, fullName }) => {
      const user = await findUser(id);
      return user === undefined ? undefined : inviteeOf(user, { groups, fullName }, null);
    },
  };
};
