/** The simulator's controls, for tests. */

export interface SimulatedRoom {
  id: string;
  description: string | null;
  deleted?: boolean;
  disabled?: boolean;
  duration: number;
  recording: string;
  live: boolean;
  participants: { user_id: string; is_admin: boolean; tools?: Record<string, unknown>; [field: string]: unknown }[];
}

export interface SimulatorState {
  users: { id: string; role: string; deleted?: boolean }[];
  rooms: SimulatedRoom[];
  sessions: { id: string; room_id: string; deleted?: boolean }[];
  uploads: { key: string; room_id: string; deleted?: boolean }[];
  webhooks: unknown[];
}

export interface JournalEntry {
  method: string;
  path: string;
  query?: string;
  status: number;
  startedAt: string;
  durationMs: number;
  /** What was done to it. */
  fault?: unknown;
  body?: unknown;
}

export type Fault = Record<string, unknown>;

export interface Simulator {
  url: string;
  state(): Promise<SimulatorState>;
  /** Rooms that are there. */
  rooms(): Promise<SimulatedRoom[]>;
  requests(): Promise<JournalEntry[]>;
  forgetRequests(): Promise<void>;
  fault(fault: Fault): Promise<void>;
  clearFaults(): Promise<void>;
  dialect(dialect: Record<string, unknown>): Promise<void>;
  playCall(call: Record<string, unknown>): Promise<{ sessionId: string; uploads: string[] }>;
  /** Asks the registered user details address for names, signed, as Kaleyra does. */
  askNames(userIds: readonly string[]): Promise<{ status: number; body: unknown }>;
  /** From here on, calls with another key get 401. */
  changeKey(apiKey: string): Promise<void>;
  reset(): Promise<void>;
}

export const controlSimulator = (url: string): Simulator => {
  const call = async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const response = await fetch(`${url}/_simulator/${path}`, {
      method,
      ...(body !== undefined && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} /_simulator/${path} answered ${response.status}: ${text}`);
    return text === '' ? undefined : JSON.parse(text);
  };
  const state = () => call('GET', 'state') as Promise<SimulatorState>;
  return {
    url,
    state,
    rooms: async () => (await state()).rooms.filter(room => room.deleted !== true),
    requests: async () => ((await call('GET', 'requests')) as { requests: JournalEntry[] }).requests,
    forgetRequests: async () => void (await call('DELETE', 'requests')),
    fault: async fault => void (await call('POST', 'faults', fault)),
    clearFaults: async () => void (await call('DELETE', 'faults')),
    dialect: async dialect => void (await call('PUT', 'dialect', dialect)),
    playCall: played => call('POST', 'calls', played) as Promise<{ sessionId: string; uploads: string[] }>,
    askNames: userIds => call('POST', 'user-details', { userIds }) as Promise<{ status: number; body: unknown }>,
    changeKey: async apiKey => void (await call('PUT', 'key', { apiKey })),
    reset: async () => void (await call('POST', 'reset', {})),
  };
};
