// The simulator's own calls, beside the vendor's: looking in, arranging failures, playing calls. They need no key.
import { errorBody, misused } from '../errors.ts';
import { type Answer, created, type Incoming, ok } from '../exchange.ts';
import { FaultOrder } from '../faults.ts';
import { readJson } from '../route.ts';
import type { Desk } from '../server.ts';
import { strictControl } from '../strict.ts';
import { asVendorError } from '../vendor.ts';
import { playCall } from './calls.ts';
import { changeDialect } from './dialect.ts';
import { changeKey } from './key.ts';
import { reset } from './reset.ts';
import { stateView } from './state-view.ts';
import { storyOf } from './story.ts';
import { askUserDetails } from './user-details.ts';

const PREFIX = '/_simulator';
const DONE: Answer = { status: 204 };

export const isControl = (path: string) => path === PREFIX || path.startsWith(`${PREFIX}/`);

type Control = (desk: Desk, body: unknown) => Answer | Promise<Answer>;

const CONTROLS: Readonly<Record<string, Control>> = {
  'GET /state': ({ world }) => ok(stateView(world)),
  'GET /requests': ({ journal }) => ok({ requests: journal.entries() }),
  'DELETE /requests': ({ journal }) => {
    journal.clear();
    return DONE;
  },
  'POST /faults': async ({ faults, outage }, body) => {
    const order = strictControl(FaultOrder, body, 'fault field');
    const { method, path, refuse } = order;
    // With nothing to wait for, the port closes behind this very answer.
    if (refuse !== undefined && method === undefined && path === undefined) await outage.begin(refuse);
    else faults.add(order);
    return created(order);
  },
  'DELETE /faults': ({ faults }) => {
    faults.clear();
    return DONE;
  },
  'POST /story': (desk, body) => ok(storyOf(desk, body)),
  'POST /calls': ({ world }, body) => ok(playCall(world, body)),
  'GET /dialect': ({ world }) => ok(world.dialect),
  'PUT /dialect': ({ world }, body) => ok(changeDialect(world, body)),
  'PUT /key': ({ world }, body) => {
    changeKey(world, body);
    return DONE;
  },
  'POST /user-details': async ({ world }, body) => ok(await askUserDetails(world, body)),
  'POST /reset': desk => {
    reset(desk);
    return DONE;
  },
};

export async function controlAnswer(desk: Desk, incoming: Incoming): Promise<Answer> {
  try {
    const control = CONTROLS[`${incoming.method} ${incoming.path.slice(PREFIX.length)}`];
    if (control === undefined) throw misused(`no such control: ${incoming.method} ${incoming.path}`, 404);
    if (incoming.query !== undefined) throw misused(`a control takes no query: ?${incoming.query}`);
    const answer = await control(desk, readJson(incoming));
    if (incoming.method !== 'GET') desk.changed();
    return answer;
  } catch (error) {
    const known = asVendorError(error);
    return { status: known.status, json: errorBody(known, 'flat') };
  }
}
