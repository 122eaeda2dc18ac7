import fc from 'fast-check';
import { type Booked, isComplete, isLocked, type Model, personOf, secondsOf, statesOf } from '../reference.ts';
import { UNKNOWN } from '../rules.ts';
import {
  type Asked,
  ask,
  count,
  disagree,
  pick,
  type Stage,
  type Step,
  settled,
  step,
  visible,
  which,
} from '../stage.ts';
import { anyCaller, callerIn } from '../wishes.ts';

/** What participants see, and what everybody else does not. */

interface Opened {
  bandyerUserId: string;
  accessLinkURL: string | null;
  participantsBandyerCall: { bandyerUserId: string; fullName: string }[];
  details?: { description: string; recording: string; durationInSeconds: number };
  teleconsultationState: string;
  sessions: { sessionId: string }[];
}

export const noteKaleyraId = (model: Model, userId: string, kaleyraId: string, asked: Asked): void => {
  const person = personOf(model, userId);
  const known = person.kaleyraId ?? kaleyraId;
  const others = [...model.people].filter(([other]) => other !== userId).map(([, { kaleyraId: id }]) => id);
  if (known !== kaleyraId || others.includes(kaleyraId)) disagree(userId, asked, `is ${known} and nobody else is`);
  model.people.set(userId, { ...person, kaleyraId });
};

const sorted = (texts: readonly string[]): string => JSON.stringify([...texts].sort());

/** The personal link, and what was asked for beside it. */
const partsOf = (link: string) => {
  const url = new URL(link);
  const { searchParams } = url;
  const [language, background] = [searchParams.get('language'), searchParams.get('virtual_background')];
  for (const option of ['language', 'virtual_background']) searchParams.delete(option);
  return { bare: url.href, language, background };
};

/** The link has to be this person's own, into the room that Kaleyra made for this teleconsultation. */
const isOwnLink = async (
  { world }: Stage,
  one: Booked,
  { bandyerUserId, accessLinkURL }: Opened,
  caller: string,
  query: Record<string, string>,
): Promise<boolean> => {
  const { bare, language, background } = partsOf(accessLinkURL ?? '');
  const holders = (await world.simulator.rooms())
    .filter(({ description }) => description === one.id)
    .flatMap(({ participants }) => participants)
    .filter(({ access_link: link }) => typeof link === 'string' && new URL(link).href === bare);
  if (holders.length !== 1 || holders[0]?.user_id !== bandyerUserId) return false;
  const own = one.people.find(({ userId }) => userId === caller)?.language ?? null;
  const wanted = ['it', 'en'].includes(query.language ?? '') ? query.language : own;
  return language === wanted && background === (query.useBackground === 'true' ? 'image' : null);
};

const compare = (model: Model, one: Booked, body: Opened, asked: Asked): void => {
  const what = `GET ${one.id}`;
  const { settings } = model;
  const shown = asked.instants.map(now => isLocked(one, settings, now) && one.held.closed !== 'yes');
  const isNull = body.accessLinkURL === null;
  if (isNull ? !shown.includes(false) && one.held.closed === 'no' : !shown.includes(true)) {
    disagree(what, asked, `a link: ${shown[1]}`);
  }
  const names = body.participantsBandyerCall.map(({ fullName }) => fullName);
  const ids = new Set(body.participantsBandyerCall.map(({ bandyerUserId }) => bandyerUserId));
  const known = one.people.flatMap(({ userId }) => personOf(model, userId).kaleyraId ?? []);
  if (sorted(names) !== sorted(one.people.map(({ fullName }) => fullName))) disagree(what, asked, one.people);
  if (ids.size !== one.people.length || known.some(id => !ids.has(id))) disagree(what, asked, known);
  const states = new Set(asked.instants.flatMap(now => [...statesOf(one, now)]));
  if (!states.has(body.teleconsultationState)) disagree(what, asked, [...states]);
  const sessions = body.sessions.map(({ sessionId }) => sessionId);
  const held = one.held.calls.map(({ sessionId }) => sessionId);
  const all = one.held.seen === 'all';
  if (all ? sorted(sessions) !== sorted(held) : sessions.some(id => !held.includes(id))) disagree(what, asked, held);
  if ((body.details !== undefined) !== isComplete(one)) disagree(what, asked, { details: isComplete(one) });
  if (body.details === undefined) return;
  const { description, recording, durationInSeconds } = body.details;
  const seconds = settings.unlimited ? durationInSeconds : secondsOf(one);
  if (
    sorted([description, recording, String(durationInSeconds)]) !==
    sorted([one.id, settings.recording, String(seconds)])
  )
    disagree(what, asked, { description: one.id, recording: settings.recording, durationInSeconds: seconds });
};

export const opensAs = (one: Booked | undefined, id: string, caller: string | undefined) => {
  if (one === undefined) return { status: 404, error: UNKNOWN(id), vendor: false };
  const takesPart = one.people.some(({ userId }) => userId === caller);
  return takesPart ? { status: 200, vendor: false } : { status: 401, error: 'Unauthorized user', vendor: false };
};

/** Also what Kaleyra is asked for then must never stand in the way. */
const read = async (
  model: Model,
  stage: Stage,
  one: Booked | undefined,
  caller: string | undefined,
  query: Record<string, string> = {},
): Promise<void> => {
  const id = one?.id ?? 'c'.repeat(24);
  const text = new URLSearchParams(query).toString();
  const path = `/teleconsultation/${id}${text === '' ? '' : `?${text}`}`;
  const asked = await ask(stage, 'GET', api => (caller === undefined ? api : api.as({ userId: caller })).get(path));
  settled(model, `GET ${id} as ${caller}`, asked, () => opensAs(visible(one), id, caller));
  if (asked.reply.status !== 200 || one === undefined || caller === undefined) return;
  const body = asked.reply.body as Opened;
  noteKaleyraId(model, caller, body.bandyerUserId, asked);
  compare(model, one, body, asked);
  // A room that may be closed has no links any more, whatever our table says.
  if (body.accessLinkURL === null || one.held.closed === 'perhaps') return;
  count(stage, 'links shown');
  if (!(await isOwnLink(stage, one, body, caller, query))) {
    disagree(`GET ${id} as ${caller}`, asked, 'the caller’s own link, in the language asked for');
  }
};

const anyQuery = fc.record(
  { language: fc.constantFrom('it', 'en', 'fr'), useBackground: fc.constantFrom('true', 'false') },
  { requiredKeys: [] },
);

export const reading: fc.Arbitrary<Step> = fc.record({ which, caller: anyCaller, query: anyQuery }).map(wish =>
  step({
    name: 'opens',
    with: wish,
    play: async (model, stage) => {
      const one = pick(model, wish.which);
      await read(model, stage, one, callerIn(wish.caller, one?.people), wish.query);
    },
  }),
);

/** Everybody looks. */
export const everybodyReads: fc.Arbitrary<Step> = which.map(index =>
  step({
    name: 'is opened by everybody',
    with: index,
    when: ({ booked }) => booked.length > 0,
    play: async (model, stage) => {
      const one = pick(model, index);
      for (const { userId } of one?.people ?? []) await read(model, stage, one, userId);
    },
  }),
);

export const malformedReading: fc.Arbitrary<Step> = fc
  .constantFrom('..%2f', 'F'.repeat(24), 'nobody', 'constructor', '0'.repeat(23))
  .map(id =>
    step({
      name: 'opens what is no id',
      with: id,
      play: async (model, stage) => {
        const asked = await ask(stage, 'GET', api => api.as({ userId: 'dr-one' }).get(`/teleconsultation/${id}`));
        const error = UNKNOWN(decodeURIComponent(id));
        settled(model, `GET ${id}`, asked, () => ({ status: 404, error, vendor: false }));
      },
    }),
  );

/** What was said in a call, or seen; the recording lies elsewhere. */
const FILES = { transcription: 200, recording: 302 } as const;

export const fileOfCall: fc.Arbitrary<Step> = fc
  .record({
    file: fc.constantFrom('transcription' as const, 'transcription', 'recording'),
    which,
    caller: anyCaller,
    session: fc.nat({ max: 5 }),
    former: fc.constantFrom(false, false, true),
  })
  .map(wish =>
    step({
      name: 'reads what is kept of a call',
      with: wish,
      when: ({ booked }) => booked.some(({ held, formerCalls }) => held.calls.length + formerCalls.length > 0),
      play: async (model, stage) => {
        const spoken = model.booked.filter(({ held, formerCalls }) => held.calls.length + formerCalls.length > 0);
        const one = spoken[wish.which % spoken.length];
        if (one === undefined) return;
        const calls = wish.former || one.held.calls.length === 0 ? one.formerCalls : one.held.calls;
        const call = calls[wish.session % Math.max(1, calls.length)];
        const path = `/${wish.file}/${one.id}/${call?.sessionId ?? 'session_none'}`;
        const caller = callerIn(wish.caller, one.people);
        const asked = await ask(stage, `GET ${wish.file}`, api =>
          (caller === undefined ? api : api.as({ userId: caller })).get(path),
        );
        const isHeld = one.held.calls.some(({ sessionId }) => sessionId === call?.sessionId);
        const opens = opensAs(visible(one), one.id, caller);
        const isThere = isHeld && call?.running === false;
        const judged = (() => {
          if (opens.status !== 200) return opens;
          if (model.settings.recording === 'none') return { status: 400, vendor: false };
          // Without a room there is nobody to ask.
          return { status: isThere ? FILES[wish.file] : 404, vendor: isComplete(one) };
        })();
        // A vendor that refuses such a call says that there is nothing.
        const refuses = model.weather === 'foul' && judged.status === FILES[wish.file] && asked.reply.status === 404;
        settled(model, `GET ${path}`, asked, () => (refuses ? { ...judged, status: 404 } : judged));
        if (asked.reply.status === 200 && asked.reply.text !== call?.spoken) {
          disagree(`GET ${path}`, asked, call?.spoken);
        }
      },
    }),
  );

/** For the end of a history: what runs is over by now, and everybody sees the same. */
export const readAll = async (model: Model, stage: Stage): Promise<void> => {
  for (const one of model.booked) {
    await read(model, stage, one, 'a-stranger');
    for (const { userId } of one.people) await read(model, stage, one, userId);
  }
};
