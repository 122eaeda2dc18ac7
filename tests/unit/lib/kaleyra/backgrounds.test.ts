import { expect, it } from 'vitest';
import { answers, aScriptedServer } from '../../../support/scripted-server.ts';
import { aClient } from './support.ts';

/** The company's images, as Kaleyra lists them. */

const listed = async (body: unknown) => {
  const { url } = await aScriptedServer(answers(200, body));
  return aClient(url).listBackgrounds();
};

it.each([[{ backgrounds: [] }], [{ virtual_backgrounds: { default_background: null, backgrounds: [] } }]])(
  '%j says that there are none',
  async body => {
    expect(await listed(body)).toEqual([]);
  },
);

it('each has its alias, and null for what is not said', async () => {
  const backgrounds = [{ background_alias: 'bhh6', url: 'https://static.example/1.jpeg' }, { alias: 'a524' }];
  expect(await listed({ backgrounds })).toEqual([
    { alias: 'bhh6', url: 'https://static.example/1.jpeg', creationDate: null },
    { alias: 'a524', url: null, creationDate: null },
  ]);
});

it.each([[{}], [{ surprise: [] }], [{ backgrounds: {} }], [{ virtual_backgrounds: {} }]])(
  '%j does not say that there are none',
  async body => {
    await expect(listed(body)).rejects.toMatchObject({ code: 'kaleyra_unreadable', status: 502 });
  },
);
