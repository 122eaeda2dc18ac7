/** The embedded user directory, for tests. */

export type DirectoryUser = Record<string, unknown>;

export interface AskedOfDirectory {
  method: string;
  path: string;
  query: string;
  headers: Record<string, string>;
}

export interface ControlledDirectory {
  /** Variables with which the service asks it. */
  authService: Record<string, string>;
  /** The same, with ids of its own collection in bookings. */
  customIds: Record<string, string>;
  requests(): Promise<AskedOfDirectory[]>;
  fault(fault: Record<string, unknown>): Promise<void>;
  /** Replaces one of the two collections. */
  hold(collections: { accounts?: DirectoryUser[]; people?: DirectoryUser[] }): Promise<void>;
  /** As it was at the start, with nothing asked and nothing ordered. */
  reset(): Promise<void>;
}

/** @param origin of the simulator, on whose port it lives */
export const controlDirectory = (origin: string): ControlledDirectory => {
  const base = `${origin}/_directory`;
  const call = async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const response = await fetch(`${base}/${path}`, {
      method,
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} /_directory/${path} answered ${response.status}: ${text}`);
    return text === '' ? undefined : JSON.parse(text);
  };
  return {
    authService: { AUTH_SERVICE: base },
    customIds: { AUTH_SERVICE: base, CUSTOM_ID_USERS_API_ENDPOINT: `${base}/custom-users/` },
    requests: async () => ((await call('GET', '_requests')) as { requests: AskedOfDirectory[] }).requests,
    fault: async fault => void (await call('POST', '_faults', fault)),
    hold: async collections => void (await call('PUT', '_people', collections)),
    reset: async () => void (await call('POST', '_reset')),
  };
};

/** Its invented people: auth ids, and ids of the collection. */
export const ROSSI = 'auth0|dr-rossi';
export const VERDI = 'auth0|dr-verdi';
export const BIANCHI = 'auth0|mr-bianchi';
export const NERI = 'auth0|ms-neri';
export const CUSTOM = {
  rossi: '64e100000000000000000001',
  verdi: '64e100000000000000000002',
  bianchi: '64e100000000000000000003',
  neri: '64e100000000000000000004',
  gialli: '64e100000000000000000005',
};
