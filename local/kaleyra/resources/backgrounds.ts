// Virtual backgrounds of the company.
import * as z from 'zod';
import { missing, refused } from '../errors.ts';
import { created, deleted, ok, wrap } from '../exchange.ts';
import { newBackgroundAlias } from '../ids.ts';
import { BACKGROUND, imageUrl, storeImage } from '../images.ts';
import { readForm } from '../multipart.ts';
import { type Route, route } from '../route.ts';
import type { Background } from '../state.ts';
import { isoDate, type World } from '../world.ts';

const MOST = 10;
const WRAPPER = 'virtual_background';

const Choice = z.strictObject({ background_alias: z.string().min(1) });

const backgroundView = (world: World, { id, file, created: at }: Background) => ({
  background_alias: id,
  url: imageUrl(world, file),
  creation_date: isoDate(at),
});

function listing(world: World) {
  const { backgrounds, company } = world.state;
  const chosen = company.defaultBackground === null ? undefined : backgrounds.get(company.defaultBackground);
  return {
    default_background: chosen === undefined ? null : backgroundView(world, chosen),
    backgrounds: backgrounds.newestFirst().map(background => backgroundView(world, background)),
  };
}

export const backgroundRoutes: readonly Route[] = [
  route('POST', '/v2/company/virtual-background', { multipart: true }, async (world, { incoming }) => {
    const { file } = await readForm(incoming, 'virtual_background');
    const { backgrounds } = world.state;
    if (backgrounds.newestFirst().length >= MOST) {
      throw refused('exceeded_background_limit', `a company has at most ${MOST} backgrounds`);
    }
    const background = backgrounds.add({
      id: newBackgroundAlias(),
      created: world.clock(),
      deleted: false,
      file: storeImage(world, BACKGROUND, file, null),
    });
    return created(wrap(world, WRAPPER, backgroundView(world, background)));
  }),

  route('GET', '/v2/company/virtual-backgrounds', {}, world => ok(wrap(world, 'virtual_backgrounds', listing(world)))),

  route(
    'DELETE',
    '/v2/company/virtual-background',
    { body: Choice, codes: { background_alias: 'invalid_background_alias' } },
    (world, { body }) => {
      const { backgrounds, company } = world.state;
      const background = backgrounds.get(body.background_alias);
      if (background === undefined) {
        throw missing('background_not_found', `no background "${body.background_alias}"`);
      }
      backgrounds.delete(background);
      world.blobs.remove(background.file);
      if (company.defaultBackground === background.id) company.defaultBackground = null;
      return deleted(world, wrap(world, WRAPPER, backgroundView(world, background)));
    },
  ),
];
