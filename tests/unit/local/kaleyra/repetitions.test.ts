import { describe, expect, it, onTestFinished } from 'vitest';
import { Deliveries } from '../../../../local/kaleyra/webhooks/deliveries.ts';
import { aMoment, aReceiver, aRoom, aSimulator, isSigned, register } from './support.ts';

const NOON = Date.UTC(2030, 0, 1, 12);

describe('a delivery that is not answered with 200', () => {
  it.each([[500], [201], [204], [302], [404]])(
    '(%i) is repeated, the same bytes under a fresh signature',
    async status => {
      let now = NOON;
      const receiver = await aReceiver(index => (index < 2 ? status : 200));
      const simulator = await aSimulator({ clock: () => now, webhookDelaysMs: [150, 5, 5] });
      await register(simulator, receiver.url, ['on_room_created']);
      await aRoom(simulator);
      await receiver.until(1);
      now += 5000;
      const [first, second, third] = await receiver.until(3);
      await aMoment();
      expect(receiver.received).toHaveLength(3);
      expect([second?.raw, third?.raw]).toEqual([first?.raw, first?.raw]);
      expect(third?.headers['bandyer-signature']).not.toBe(first?.headers['bandyer-signature']);
      expect(receiver.received.every(isSigned)).toBe(true);
    },
  );

  it('is given up after the last delay', async () => {
    const receiver = await aReceiver(() => 500);
    const simulator = await aSimulator({ webhookDelaysMs: [5, 5, 5] });
    await register(simulator, receiver.url, ['on_room_created']);
    await aRoom(simulator);
    await receiver.until(4);
    await aMoment();
    expect(receiver.received).toHaveLength(4);
  });

  it('is not repeated for a webhook that was deleted meanwhile', async () => {
    const receiver = await aReceiver(() => 500);
    const simulator = await aSimulator({ webhookDelaysMs: [300] });
    const [hook] = await register(simulator, receiver.url, ['on_room_created']);
    await aRoom(simulator);
    await receiver.until(1);
    await simulator.delete(`/v2/webhooks/${hook?.body.id}`);
    await aMoment(400);
    expect(receiver.received).toHaveLength(1);
  });

  it('does not hold up the next event', async () => {
    const receiver = await aReceiver(index => (index === 0 ? 500 : 200));
    const simulator = await aSimulator({ webhookDelaysMs: [60_000] });
    await register(simulator, receiver.url, ['on_room_created']);
    await aRoom(simulator);
    await aRoom(simulator);
    await receiver.until(2);
  });
});

function deliveriesOf(options: { delaysMs: number[]; timeoutMs: number }) {
  const deliveries = new Deliveries({ keyOf: () => 'ak_test_x', clock: Date.now, ...options });
  onTestFinished(() => deliveries.cancel());
  return deliveries;
}

const delivery = (url: string) =>
  ({ about: { event: 'on_fire' }, url, version: '1', roomId: 'room_1', body: '{}', wanted: () => true }) as const;

it('takes no answer in time for a failure', async () => {
  const receiver = await aReceiver(index => (index === 0 ? 'never' : 200));
  deliveriesOf({ delaysMs: [5, 5], timeoutMs: 40 }).send(delivery(receiver.url));
  await receiver.until(2);
  await aMoment();
  expect(receiver.received).toHaveLength(2);
});

it('takes a refused connection for a failure, and goes on', async () => {
  const gone = await aReceiver();
  const receiver = await aReceiver();
  const deliveries = deliveriesOf({ delaysMs: [], timeoutMs: 1000 });
  deliveries.send(delivery('http://127.0.0.1:1'));
  deliveries.send(delivery(gone.url));
  deliveries.send(delivery(receiver.url));
  await receiver.until(1);
});

it('sends nothing any more once it is cancelled', async () => {
  const receiver = await aReceiver(() => 500);
  const deliveries = deliveriesOf({ delaysMs: [200], timeoutMs: 1000 });
  deliveries.send(delivery(receiver.url));
  await receiver.until(1);
  deliveries.cancel();
  await aMoment(300);
  expect(receiver.received).toHaveLength(1);
});
