import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { startKaleyra } from '../../../../local/kaleyra/index.ts';
import { API_KEY, aRoom, aSimulator, DOCTOR, formOf, jpegOf } from './support.ts';

async function aFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'kaleyra-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  return folder;
}

it('finds after a restart what was there before', async () => {
  const stateFile = join(await aFolder(), 'state.json');
  const first = await aSimulator({ stateFile });
  const room = await aRoom(first, { duration: 600, recording: 'automatic', offline_transcription: true });
  const { sessionId, uploads } = await first.call({ roomId: room.id, transcription: 'kept' });
  const gone = await aRoom(first);
  await first.delete(`/v2/rooms/${gone.id}`);
  await first.post('/v2/webhooks', { event: 'on_room_deleted', url: 'http://127.0.0.1:1/' });
  const picture = jpegOf(1280, 1280);
  const { background_alias } = (
    await first.post('/v2/company/virtual-background', formOf('virtual_background', picture))
  ).body;
  await first.put('/v2/company', { name: 'Kept', background_alias });
  await first.put('/v2/company/theme', { dark: { primary_color: '#000000', accent_color: '#ffffff' } });
  const before = await first.state();
  await first.close();

  const second = await aSimulator({ stateFile });
  const after = await second.state();
  // Links lead to where the simulator now listens.
  expect(after).toEqual(JSON.parse(JSON.stringify(before).replaceAll(first.url, second.url)));
  const link = after.rooms[0].participants[0].access_link;
  expect((await fetch(link)).status).toBe(200);
  expect(await second.get(`/v2/rooms/${gone.id}`)).toMatchObject({ status: 404 });
  expect((await second.get(`/v2/uploads/${encodeURIComponent(uploads[0] ?? '')}`)).status).toBe(200);
  const { url } = (await second.get(`/v2/sessions/${sessionId}/transcription`)).body;
  expect(await (await fetch(url)).text()).toBe('kept');
  const { default_background } = (await second.get('/v2/company/virtual-backgrounds')).body;
  expect(new Uint8Array(await (await fetch(default_background.url)).arrayBuffer())).toEqual(picture);
  expect((await second.get('/v2/company')).body).toMatchObject({ name: 'Kept', default_background: background_alias });
  expect((await second.get('/v2/company/theme')).body.dark.primary_color).toBe('#000000');
});

it('writes on change, without waiting for the end', async () => {
  const folder = await aFolder();
  const stateFile = join(folder, 'state.json');
  const simulator = await aSimulator({ stateFile });
  await simulator.post('/v2/users', { id: DOCTOR, role: 'plus' });
  await vi.waitFor(async () => expect(await readFile(stateFile, 'utf8')).toContain(DOCTOR));
  await simulator.control('POST', '/reset');
  await vi.waitFor(async () => expect(await readFile(stateFile, 'utf8')).not.toContain(DOCTOR));
  expect(await readdir(folder)).toEqual(['state.json', 'state.json.files']);
});

it('deletes the picture with the background', async () => {
  const stateFile = join(await aFolder(), 'state.json');
  const simulator = await aSimulator({ stateFile });
  const form = formOf('virtual_background', jpegOf(1280, 1280));
  const { background_alias } = (await simulator.post('/v2/company/virtual-background', form)).body;
  expect(await readdir(`${stateFile}.files`)).toHaveLength(1);
  await simulator.delete('/v2/company/virtual-background', { background_alias });
  expect(await readdir(`${stateFile}.files`)).toEqual([]);
});

it.each([['{'], ['{}'], ['{"format":"kaleyra-simulator/1","state":{}}']])(
  'does not start over a file that is %s',
  async text => {
    const stateFile = join(await aFolder(), 'state.json');
    await writeFile(stateFile, text);
    await expect(startKaleyra({ port: 0, apiKey: API_KEY, stateFile })).rejects.toThrow('is not a state file');
    expect(await readFile(stateFile, 'utf8')).toBe(text);
  },
);

it('does not start over a file of another format', async () => {
  const stateFile = join(await aFolder(), 'state.json');
  await (await aSimulator({ stateFile })).close();
  const other = (await readFile(stateFile, 'utf8')).replace('kaleyra-simulator/1', 'kaleyra-simulator/2');
  await writeFile(stateFile, other);
  await expect(startKaleyra({ port: 0, apiKey: API_KEY, stateFile })).rejects.toThrow('is not a state file');
});
