import fc from 'fast-check';
import { roomIdOf } from '../../jobs.ts';
import { anEvent, sendSigned } from '../../signed.ts';
import { type Booked, type Held, isComplete, isRunning, type Model, personOf, replace, roleOf } from '../reference.ts';
import {
  type Asked,
  ask,
  blamesKaleyra,
  count,
  disagree,
  pick,
  type Step,
  settled,
  step,
  visible,
  which,
} from '../stage.ts';
import { anyUserId } from '../wishes.ts';
import { noteKaleyraId } from './reading.ts';

/** Calls as Kaleyra holds them, what it tells of them, what is left of them, and credentials for them. */

/** A room with a limit would be used up by more. */
const MOST_CALLS = 6;
const SECONDS = 30;

const hold = (model: Model, one: Booked, held: Partial<Held>): void =>
  replace(model, { ...one, held: { ...one.held, ...held } });

const canMeet = (one: Booked | undefined): one is Booked =>
  one !== undefined && !one.cancelled && isComplete(one) && one.held.calls.length < MOST_CALLS;

export const call: fc.Arbitrary<Step> = fc
  .record({ which, uploads: fc.nat({ max: 3 }), end: fc.constantFrom(true, true, false) })
  .map(wish =>
    step({
      name: 'meets',
      with: wish,
      when: ({ booked }) => booked.some(canMeet),
      play: async (model, { world }) => {
        const open = model.booked.filter(canMeet);
        const one = open[wish.which % open.length];
        if (one === undefined || isRunning(one.held)) return;
        const { uploads, end } = wish;
        const spoken = `What was said in call ${one.held.calls.length} of ${one.id}`;
        const order = { uploads, end, durationSeconds: SECONDS, transcription: spoken, webhooks: false };
        const roomId = await roomIdOf(world, one.id);
        const played = await world.simulator.playCall({ roomId, ...order }).catch(() => undefined);
        if (played === undefined) {
          if (one.held.closed !== 'no') return;
          throw new Error(`nobody could meet in the room of ${one.id}`);
        }
        const { files, calls, lastEnd } = one.held;
        hold(model, one, {
          calls: [...calls, { sessionId: played.sessionId, running: !end, spoken }],
          files: { least: files.least + uploads, most: files.most + uploads },
          lastEnd: end ? world.clock.now() : lastEnd,
          seen: 'perhaps',
        });
      },
    }),
  );

const running = (one: Booked): boolean => !one.cancelled && isRunning(one.held);

export const hangUp: fc.Arbitrary<Step> = which.map(index =>
  step({
    name: 'hangs up',
    with: index,
    when: ({ booked }) => booked.some(running),
    play: async (model, { world }) => {
      const talking = model.booked.filter(running);
      const one = talking[index % talking.length];
      const sessionId = one?.held.calls.find(call => call.running)?.sessionId;
      if (one === undefined || sessionId === undefined) return;
      const roomId = await roomIdOf(world, one.id);
      await world.simulator.playCall({ roomId, sessionId, durationSeconds: SECONDS, webhooks: false });
      const calls = one.held.calls.map(one => ({ ...one, running: false }));
      hold(model, one, { calls, lastEnd: world.clock.now(), seen: 'perhaps' });
    },
  }),
);

const EVENTS = ['on_session_started', 'on_session_ended', 'on_user_connected', 'on_room_disabled', 'on_fire'] as const;

export const event: fc.Arbitrary<Step> = fc
  .record({
    which,
    name: fc.constantFrom(...EVENTS),
    signed: fc.constantFrom('well', 'well', 'well', 'well', 'badly', 'long ago'),
    known: fc.constantFrom(true, true, true, false),
  })
  .map(wish =>
    step({
      name: 'is told by Kaleyra',
      with: wish,
      play: async (model, stage) => {
        const { world } = stage;
        const one = visible(pick(model, wish.which));
        const ours = one === undefined || !wish.known ? '' : await roomIdOf(world, one.id);
        const roomId = ours === '' ? 'room_0123456789ab' : ours;
        const seconds = Math.floor(world.clock.now() / 1000);
        const signing = {
          ...(wish.signed === 'badly' && { key: 'another-key' }),
          ...(wish.signed === 'long ago' && { timestamp: String(seconds - 600) }),
        };
        const logged = world.logs.length;
        const asked = await ask(stage, 'webhook', api =>
          sendSigned(
            { ...world, api, env: world.env },
            '/webhooks/kaleyra',
            anEvent(wish.name, { room_id: roomId }),
            signing,
          ),
        );
        const status = wish.signed === 'well' ? 200 : 401;
        settled(model, `webhook ${wish.name}`, asked, () => ({ status, vendor: false }));
        // The service asks Kaleyra for a moment only; a slow machine is as good as a Kaleyra that fails.
        const couldLook = !world.logs.slice(logged).some(line => line.includes('activity.left_due'));
        const isTelling = wish.name !== 'on_fire' && wish.signed === 'well' && ours !== '';
        if (one !== undefined && isTelling && couldLook && model.weather === 'fair') hold(model, one, { seen: 'all' });
      },
    }),
  );

/** What everybody shared, deleted on a caller's order. */
export const deletedUploads: fc.Arbitrary<Step> = which.map(index =>
  step({
    name: 'deletes files',
    with: index,
    play: async (model, stage) => {
      const one = pick(model, index);
      const id = one?.id ?? 'b'.repeat(24);
      const asked = await ask(stage, 'DELETE uploads', api => api.delete(`/teleconsultation/${id}/uploads`));
      const there = visible(one);
      const expected = there === undefined ? { status: 404, error: 'not found' } : { status: 200 };
      const vendor = there !== undefined && isComplete(there);
      const verdict = settled(model, `DELETE uploads of ${id}`, asked, () => ({ ...expected, vendor }));
      if (there === undefined) return;
      const { least, most } = there.held.files;
      if (verdict !== undefined) {
        const { total, deleted } = asked.reply.body as { total: number; deleted: number };
        const isAll = model.weather === 'foul' ? deleted <= total : deleted === total;
        const isRight = total >= least && total <= most && isAll;
        if (!isRight) disagree(`DELETE uploads of ${id}`, asked, { least, most });
        if (deleted > 0) count(stage, 'files deleted on order');
      }
      const files = model.weather === 'fair' ? { least: 0, most: 0 } : { least: 0, most };
      hold(model, there, { files });
    },
  }),
);

const tokenOf = (asked: Asked): { bandyerUserId: string; accessToken: string } =>
  asked.reply.body as { bandyerUserId: string; accessToken: string };

export const credentials: fc.Arbitrary<Step> = fc
  .record({
    userId: fc.oneof(
      { weight: 6, arbitrary: anyUserId },
      { weight: 1, arbitrary: fc.constantFrom('a-newcomer', undefined) },
    ),
    groups: fc.constantFrom<string[]>('', '', 'patient', 'doctor,ward-7', 'ward-7'),
    expiresIn: fc.constantFrom(undefined, undefined, 600, 10),
  })
  .map(wish =>
    step({
      name: 'asks for credentials',
      with: wish,
      play: async (model, stage) => {
        const { userId, groups, expiresIn } = wish;
        const headers = groups === '' ? {} : { miausergroups: groups };
        const asked = await ask(stage, 'POST credentials', api =>
          (userId === undefined ? api : api.as({ userId }))
            .withHeaders(headers)
            .post('/credentials', expiresIn === undefined ? undefined : { expiresIn }),
        );
        const member = { userId: userId ?? '', groups: groups.split(','), fullName: '' };
        const role = roleOf(member.groups);
        const person = personOf(model, member.userId);
        const statuses = ((): number[] => {
          if (expiresIn === 10) return [400];
          if (userId === undefined) return [401];
          if (person.known !== undefined) return [201];
          // Somebody of whom nobody can say what they are is nobody, unless an earlier attempt got further than it told.
          const unexplained = role === undefined ? [groups === '' ? 401 : 400] : [201];
          return person.tried ? [...unexplained, 201] : unexplained;
        })();
        const vendor = userId !== undefined && expiresIn !== 10;
        const verdict = settled(model, `POST /credentials as ${userId}`, asked, () => {
          const status = statuses.find(one => one === asked.reply.status) ?? statuses[0] ?? 0;
          return { status, vendor };
        });
        if (userId === undefined) return;
        if (verdict?.status === 201) {
          const known = person.known ?? role;
          model.people.set(userId, { ...person, known, tried: person.tried });
          noteKaleyraId(model, userId, tokenOf(asked).bandyerUserId, asked);
        } else if (verdict === undefined) model.people.set(userId, { ...person, tried: true });
        if (blamesKaleyra(model, 'credentials', asked, vendor) || asked.reply.status !== 201) return;
        if (tokenOf(asked).accessToken.length < 10) disagree('POST /credentials', asked, 'a token');
      },
    }),
  );
