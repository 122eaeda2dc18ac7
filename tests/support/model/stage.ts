import fc from 'fast-check';
import type { Api, Reply } from '../api.ts';
import { roomIdOf } from '../jobs.ts';
import type { World } from '../world.ts';
import { type Booked, isComplete, type Model, noteIntroduced } from './reference.ts';
import type { Verdict } from './rules.ts';

/** The real service on its stage, and how what it answers is held against the model. */

export interface Stage {
  world: World;
  /** What was played so far, by step and status. */
  played: Map<string, number>;
}

export type Step = fc.AsyncCommand<Model, Stage>;

interface Played {
  name: string;
  /** What a counterexample is to say of it. */
  with?: unknown;
  /** Steps for which there is nothing to do yet are left out. */
  when?: (model: Model) => boolean;
  play: (model: Model, stage: Stage) => Promise<void>;
}

export const step = ({ name, with: details, when = () => true, play }: Played): Step => ({
  check: model => when(model),
  run: play,
  toString: () => (details === undefined ? name : `${name} ${JSON.stringify(details)}`),
});

export interface Asked {
  reply: Reply;
  /** Before the request went out, and after its answer came: the service has looked at the clock in between. */
  instants: readonly [begun: number, ended: number];
}

export const count = ({ played }: Stage, what: string): void => void played.set(what, (played.get(what) ?? 0) + 1);

export const ask = async (stage: Stage, name: string, send: (api: Api) => Promise<Reply>): Promise<Asked> => {
  const begun = stage.world.clock.now();
  const reply = await send(stage.world.api);
  count(stage, `${name} ${reply.status}`);
  return { reply, instants: [begun, stage.world.clock.now()] };
};

export class Disagreement extends Error {}

export const disagree = (what: string, { reply }: Pick<Asked, 'reply'>, expected: unknown): never => {
  throw new Disagreement(`${what} answered ${reply.status} ${reply.text}, the model says ${JSON.stringify(expected)}`);
};

const saysError = ({ body }: Reply, error: string | undefined): boolean => {
  if (error === undefined) return true;
  const said = String((body as { error?: unknown } | undefined)?.error);
  return error.endsWith('...') ? said.startsWith(error.slice(0, -3)) : said === error;
};

/** Every refusal has the same three fields, and says when to come back where waiting helps. */
const isExplained = ({ status, body, headers }: Reply): boolean => {
  const { statusCode, error, message } = (body ?? {}) as Record<string, unknown>;
  const texts = [error, message].every(text => typeof text === 'string' && text !== '');
  const waits = [409, 503, 504].includes(status) ? Number(headers['retry-after']) >= 1 : true;
  return statusCode === status && texts && waits;
};

const VENDOR_FAILED = [502, 503, 504];

/** Whether the answer is that Kaleyra failed, and may be. */
export const blamesKaleyra = (model: Model, what: string, asked: Asked, vendor: boolean): boolean => {
  if (!vendor || model.weather === 'fair' || !VENDOR_FAILED.includes(asked.reply.status)) return false;
  if (!isExplained(asked.reply)) disagree(what, asked, 'an explained failure of the vendor');
  return true;
};

/**
 * What the answer must be one of: the same at both instants, unless something falls between them.
 * @returns undefined where Kaleyra failed, and nothing was done
 */
export const settled = (
  model: Model,
  what: string,
  asked: Asked,
  judge: (now: number) => Verdict,
): Verdict | undefined => {
  const verdicts = asked.instants.map(judge);
  const { reply } = asked;
  if (
    blamesKaleyra(
      model,
      what,
      asked,
      verdicts.some(({ vendor }) => vendor),
    )
  )
    return undefined;
  const verdict = verdicts.find(({ status, error }) => status === reply.status && saysError(reply, error));
  if (verdict === undefined || (reply.status >= 400 && !isExplained(reply))) return disagree(what, asked, verdicts);
  return verdict;
};

/** Notes who Kaleyra knows by now, where the request was about a list. */
export const noteList = (model: Model, people: Booked['people'] | undefined, verdict: Verdict | undefined): void => {
  noteIntroduced(model, people ?? [], verdict === undefined ? 'failed' : 'done');
};

/** Nothing waits for a job where nothing has failed: Kaleyra has the one room that there is to be, as soon as the answer is there. */
export const compareRooms = async ({ leftovers, booked }: Model, { world }: Stage, id: string): Promise<void> => {
  const one = booked.find(candidate => candidate.id === id);
  if (one === undefined || leftovers === 'perhaps') return;
  const rooms = (await world.simulator.rooms()).filter(({ description }) => description === id);
  const expected = !one.cancelled && isComplete(one) ? 1 : 0;
  if (rooms.length === expected) return;
  throw new Disagreement(`${id} has ${rooms.length} rooms at Kaleyra, the model says ${expected}`);
};

/** What is left of the files that were shared in it. */
export const compareFiles = async ({ booked }: Model, { world }: Stage): Promise<void> => {
  const { uploads } = await world.simulator.state();
  for (const { id, cancelled, held } of booked) {
    if (cancelled || held.calls.length === 0) continue;
    const roomId = await roomIdOf(world, id);
    const left = uploads.filter(upload => upload.room_id === roomId && upload.deleted !== true).length;
    const { least, most } = held.files;
    if (left < least || left > most) {
      throw new Disagreement(`${id} has ${left} files at Kaleyra, the model says ${least} to ${most}`);
    }
  }
};

/** One of those that there are, in any state; undefined where there are none. */
export const pick = (model: Model, which: number): Booked | undefined => model.booked[which % model.booked.length];

/** As callers see it: what was cancelled is not there. */
export const visible = (one: Booked | undefined): Booked | undefined => (one?.cancelled === true ? undefined : one);

export const which = fc.nat({ max: 7 });
