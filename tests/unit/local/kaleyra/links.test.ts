import { expect, it } from 'vitest';
import { aRoom, aSimulator, DOCTOR, PATIENT } from './support.ts';

const open = async (link: string, query = '') => {
  const response = await fetch(link + query);
  return { status: response.status, headers: response.headers, html: await response.text() };
};

it('shows who is in which room', async () => {
  const simulator = await aSimulator();
  const room = await aRoom(simulator);
  const { status, headers, html } = await open(room.participants[1].access_link);
  expect(status).toBe(200);
  expect(headers.get('content-type')).toBe('text/html; charset=utf-8');
  expect(html).toContain(`<dd id="user">${PATIENT}</dd>`);
  expect(html).toContain(`<dd id="room">${room.id}</dd>`);
  expect(html).not.toContain(DOCTOR);
  expect(html).toContain('<html lang="en">');
});

it.each([
  ['?language=it&virtual_background=blur&theme=dark&display_name=Ms+C%26D'],
  ['?l=it&vb=blur&t=dark&dn=Ms+C%26D'],
])('reflects the parameters %s', async query => {
  const simulator = await aSimulator();
  const room = await aRoom(simulator);
  const { html } = await open(room.participants[0].access_link, query);
  expect(html).toContain('<html lang="it" data-theme="dark">');
  expect(html).toContain('<h1>Chiamata simulata</h1>');
  expect(html).toContain('<body data-background="blur">');
  expect(html).toContain('<dd id="background">blur</dd>');
  expect(html).toContain('<dd id="display-name">Ms C&amp;D</dd>');
});

it('reflects the switches of sound and picture', async () => {
  const simulator = await aSimulator();
  const room = await aRoom(simulator);
  const { html } = await open(room.participants[0].access_link, '?ad=true&vd=true&slc=true&mbc=true&new_ui=true');
  for (const [id, value] of Object.entries({ audio: 'off', video: 'off', 'local-video': 'large', camera: 'back' })) {
    expect(html).toContain(`<dd id="${id}">${value}</dd>`);
  }
  expect(html).toContain('<dd id="interface">new</dd>');
});

it('lets nothing run but its own script', async () => {
  const simulator = await aSimulator();
  const room = await aRoom(simulator);
  const evil = encodeURIComponent(`"><script>alert('x')</script>`);
  const { html, headers } = await open(
    room.participants[0].access_link,
    `?display_name=${evil}&language=${evil}&virtual_background=${evil}&theme=${evil}`,
  );
  expect(html.match(/<script[^>]*>/g)).toEqual(['<script type="module" src="/_call/page.js">']);
  expect(html).toContain('&lt;script&gt;alert(&#39;x&#39;)');
  expect(html).toContain('<html lang="en">');
  const policy = (headers.get('content-security-policy') ?? '').split('; ');
  expect(policy).toEqual(expect.arrayContaining(["default-src 'none'", "script-src 'self'", "style-src 'self'"]));
  expect(policy.join()).not.toContain('unsafe');
});

it('answers 410 to a link that nobody was given', async () => {
  const simulator = await aSimulator();
  const { status, html } = await open(`${simulator.url}/eu/direct-rest-call-handler/${'a'.repeat(24)}`, '?language=it');
  expect(status).toBe(410);
  expect(html).toContain('<h1>Questo link non è più valido</h1>');
});

it('answers 410 once the time of the room is used up', async () => {
  const simulator = await aSimulator();
  const room = await aRoom(simulator, { duration: 60 });
  await simulator.call({ roomId: room.id, durationSeconds: 60 });
  expect((await open(room.participants[0].access_link)).status).toBe(410);
});
