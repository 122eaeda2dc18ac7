// Users and their avatars.
import * as z from 'zod';
import { missing, refused } from '../errors.ts';
import { type Answer, created, deleted, ok } from '../exchange.ts';
import { newUserId } from '../ids.ts';
import { AVATAR, imageUrl, storeImage } from '../images.ts';
import { readForm } from '../multipart.ts';
import { Paging, page } from '../page.ts';
import { type Route, route } from '../route.ts';
import type { User } from '../state.ts';
import { isoDate, type World } from '../world.ts';
import { Language } from './language.ts';

const Changes = z
  .strictObject({ role: z.enum(['basic', 'plus']), allow_camera: z.boolean(), language: Language })
  .partial();

const NewUser = z.strictObject({
  ...Changes.shape,
  role: z.enum(['basic', 'plus']),
  id: z
    .string()
    .regex(/^[A-Za-z0-9._-]{1,128}$/, '1 to 128 letters, digits, dots, underscores or hyphens')
    .optional(),
});

const CODES = { role: 'role_validation_error', language: 'invalid_language' };

export const userView = (world: World, user: User) => ({
  id: user.id,
  role: user.role,
  allow_camera: user.allowCamera,
  language: user.language,
  avatar_url: imageUrl(world, user.avatar),
  creation_date: isoDate(user.created),
});

export function userOf(world: World, id: string): User {
  const user = world.state.users.get(id);
  if (user === undefined) throw missing('invalid_user_id', `no user "${id}"`);
  return user;
}

/** v1 repeated the id beside the wrapped user. */
function answered(world: World, user: User, shape: (json: unknown) => Answer): Answer {
  const view = userView(world, user);
  return shape(world.dialect.wrapped ? { user: view, id: user.id } : view);
}

export const userRoutes: readonly Route[] = [
  route('POST', '/v2/users', { body: NewUser, codes: CODES }, (world, { body }) => {
    const { users, company } = world.state;
    const id = body.id ?? newUserId();
    if (users.get(id) !== undefined) throw refused('user_id_already_exists', `user "${id}" exists already`);
    const user = users.add({
      id,
      created: world.clock(),
      deleted: false,
      role: body.role,
      allowCamera: body.allow_camera ?? true,
      language: body.language ?? company.defaultLanguage,
      avatar: null,
    });
    return answered(world, user, created);
  }),

  route('GET', '/v2/users', { query: Paging }, (world, { query }) =>
    page(query, world.state.users.newestFirst(), 'users', user => userView(world, user)),
  ),

  route('GET', '/v2/users/{id}', {}, (world, { params }) => answered(world, userOf(world, params.id), ok)),

  route('PUT', '/v2/users/{id}', { body: Changes, codes: CODES }, (world, { params, body }) => {
    const user = userOf(world, params.id);
    user.role = body.role ?? user.role;
    user.allowCamera = body.allow_camera ?? user.allowCamera;
    user.language = body.language ?? user.language;
    return answered(world, user, ok);
  }),

  route('DELETE', '/v2/users/{id}', {}, (world, { params }) => {
    const user = userOf(world, params.id);
    world.state.users.delete(user);
    world.blobs.remove(user.avatar);
    return deleted(world, { id: user.id, message: 'user deleted' });
  }),

  route('PUT', '/v2/users/{id}/avatar', { multipart: true }, async (world, { params, incoming }) => {
    const { file } = await readForm(incoming, 'avatar');
    const user = userOf(world, params.id);
    user.avatar = storeImage(world, AVATAR, file, user.avatar);
    return answered(world, user, ok);
  }),

  route('DELETE', '/v2/users/{id}/avatar', {}, (world, { params }) => {
    const user = userOf(world, params.id);
    world.blobs.remove(user.avatar);
    user.avatar = null;
    return answered(world, user, json => deleted(world, json));
  }),
];
