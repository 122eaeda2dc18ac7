/** The directory's own calls, beside those of the services it plays: who is in it, what it was asked, what goes wrong. */
import * as z from 'zod';
import { FaultOrder, type Faults } from './faults.ts';
import type { Answer, Collections } from './lookups.ts';
import { ACCOUNTS, PEOPLE } from './people.ts';

export interface Asked {
  readonly method: string;
  /** Below the directory, as it arrived. */
  readonly path: string;
  readonly query: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

export interface Desk {
  collections: Collections;
  readonly faults: Faults;
  asked: Asked[];
}

export const openDesk = (faults: Faults): Desk => ({
  collections: { accounts: ACCOUNTS, people: PEOPLE },
  faults,
  asked: [],
});

const DONE: Answer = { status: 204, json: undefined };
const ok = (json: unknown): Answer => ({ status: 200, json });

const Collection = z.array(z.record(z.string(), z.json()));
const NewCollections = z.strictObject({ accounts: Collection.optional(), people: Collection.optional() });

const CONTROLS: Readonly<Record<string, (desk: Desk, body: unknown) => Answer>> = {
  'GET /_people': ({ collections }) => ok(collections),
  'PUT /_people': (desk, body) => {
    const { accounts, people } = NewCollections.parse(body);
    desk.collections = {
      accounts: accounts ?? desk.collections.accounts,
      people: people ?? desk.collections.people,
    };
    return ok(desk.collections);
  },
  'GET /_requests': ({ asked }) => ok({ requests: asked }),
  'DELETE /_requests': desk => {
    desk.asked = [];
    return DONE;
  },
  'POST /_faults': ({ faults }, body) => {
    const order = FaultOrder.parse(body);
    faults.add(order);
    return { status: 201, json: order };
  },
  'DELETE /_faults': ({ faults }) => {
    faults.clear();
    return DONE;
  },
  'POST /_reset': desk => {
    desk.faults.clear();
    Object.assign(desk, openDesk(desk.faults));
    return DONE;
  },
};

export const isControl = (path: string): boolean => path.startsWith('/_');

const misused = (status: number, message: string): Answer => ({ status, json: { message } });

/** @param text the request's body */
export function controlAnswer(desk: Desk, method: string, path: string, text: string): Answer {
  const control = CONTROLS[`${method} ${path}`];
  if (control === undefined) return misused(404, `no such control: ${method} ${path}`);
  try {
    return control(desk, text === '' ? {} : JSON.parse(text));
  } catch (error) {
    return misused(400, error instanceof z.ZodError ? z.prettifyError(error) : 'the body is not JSON');
  }
}
