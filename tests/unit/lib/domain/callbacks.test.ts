import { describe, expect, it } from 'vitest';
import {
  type Callbacks,
  findUnregistered,
  type RegisteredWebhook,
  registerCallbacks,
} from '../../../../lib/domain/callbacks.ts';
import { EVENTS } from '../../../../lib/domain/hear-event.ts';

const HERE = 'https://clinic.example/telecons';
const WEBHOOKS = `${HERE}/webhooks/kaleyra`;
const NAMES = `${HERE}/user-details`;

const webhook = (id: string, events: readonly string[], parts: Partial<RegisteredWebhook> = {}): RegisteredWebhook => ({
  id,
  url: WEBHOOKS,
  events,
  signsBody: true,
  ...parts,
});
const all = EVENTS.map(event => webhook(`w-${event}`, [event]));
const [first, second, ...others] = EVENTS;

const atKaleyra = (webhooks: readonly RegisteredWebhook[], names: string | null) => {
  const calls: string[] = [];
  const callbacks: Callbacks = {
    listWebhooks: async () => webhooks,
    addWebhook: async (...added) => void calls.push(['add', ...added].join(' ')),
    removeWebhook: async id => void calls.push(`remove ${id}`),
    findUserDetailsAddress: async () => names,
    setUserDetailsAddress: async url => void calls.push(`names ${url}`),
  };
  return { callbacks, calls };
};

const registering = async (webhooks: readonly RegisteredWebhook[], names: string | null = NAMES) => {
  const { callbacks, calls } = atKaleyra(webhooks, names);
  const done = await registerCallbacks(callbacks, HERE);
  return { calls, done, outcomes: done.map(({ what, url, outcome }) => `${what} | ${url} | ${outcome}`) };
};

const eventsSet = (outcome: string) => EVENTS.map(event => `${event} | ${WEBHOOKS} | ${outcome}`);
const NAMES_SET = `user details | ${NAMES} | set already`;

describe('telling Kaleyra where we are', () => {
  it('tells everything where nothing is known', async () => {
    const { calls, outcomes } = await registering([], null);
    expect(calls).toEqual([...EVENTS.map(event => `add ${event} ${WEBHOOKS}`), `names ${NAMES}`]);
    expect(outcomes).toEqual([...eventsSet('now set'), `user details | ${NAMES} | now set`]);
  });

  it('changes nothing that is right, however it is written', async () => {
    const spelled = all.map(one => ({ ...one, url: one.url.replace('clinic', 'CLINIC') }));
    for (const right of [all, spelled, [webhook('one', EVENTS)]]) {
      const { calls, outcomes } = await registering(right, NAMES.replace('https', 'HTTPS'));
      expect([calls, outcomes]).toEqual([[], [...eventsSet('set already'), NAMES_SET]]);
    }
  });

  it.each([
    ['in the old format', webhook('old', [String(first)], { signsBody: false })],
    ['with an event that nobody wants beside one', webhook('old', [String(first), 'on_message_sent'])],
    ['with no event', webhook('old', [])],
    ['that says again what another one says', webhook('old', [String(second)])],
  ])('removes one at our address %s, after what is missing is there', async (_, wrong) => {
    const rest = all.filter(({ events }) => !events.includes(String(first)));
    const { calls, outcomes } = await registering([...rest, wrong]);
    expect(calls).toEqual([`add ${first} ${WEBHOOKS}`, 'remove old']);
    expect(outcomes).toContain(`${wrong.events.join(' ')} | ${WEBHOOKS} | removed`);
    expect(outcomes).toContain(`${first} | ${WEBHOOKS} | now set`);
  });

  it('keeps one that says something new beside what is known', async () => {
    const two = [webhook('a', [String(first)]), webhook('b', [String(first), String(second)])];
    const { calls } = await registering([...two, webhook('c', others)]);
    expect(calls).toEqual([]);
  });

  it.each([
    ['another address', 'https://elsewhere.example/hooks'],
    ['no address', 'not an address'],
    ['an empty one', ''],
  ])('leaves alone what is at %s', async (_, url) => {
    const { calls, outcomes } = await registering([...all, webhook('theirs', ['a', 'b'], { url })]);
    expect([calls, outcomes]).toEqual([[], [...eventsSet('set already'), `a b | ${url} | left alone`, NAMES_SET]]);
  });

  it('puts its own address for names in the place of another one', async () => {
    const { calls, outcomes } = await registering(all, 'https://elsewhere.example');
    expect(calls).toEqual([`names ${NAMES}`]);
    expect(outcomes.slice(-2)).toEqual([
      'user details | https://elsewhere.example | removed',
      `user details | ${NAMES} | now set`,
    ]);
  });
});

describe('what Kaleyra has not been told', () => {
  const missing = (webhooks: readonly RegisteredWebhook[], names: string | null) =>
    findUnregistered(atKaleyra(webhooks, names).callbacks, HERE);

  it('is nothing where everything is right', async () => {
    expect(await missing(all, NAMES)).toEqual([]);
  });

  it('is each event that is not sent here in the right format, and nothing is changed', async () => {
    const { callbacks, calls } = atKaleyra(
      [
        ...all.slice(2),
        webhook('old', [String(first)], { signsBody: false }),
        webhook('theirs', [String(second)], { url: 'https://elsewhere.example' }),
      ],
      NAMES,
    );
    expect(await findUnregistered(callbacks, HERE)).toEqual([
      `Kaleyra does not send ${first} to ${WEBHOOKS}`,
      `Kaleyra does not send ${second} to ${WEBHOOKS}`,
    ]);
    expect(calls).toEqual([]);
  });

  it('is where to ask for names', async () => {
    expect(await missing(all, null)).toEqual([`Kaleyra asks nobody for names, and not ${NAMES}`]);
    expect(await missing(all, 'https://elsewhere.example')).toEqual([
      `Kaleyra asks somebody else for names, and not ${NAMES}`,
    ]);
  });
});
