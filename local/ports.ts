/** Where a stack on this machine is found: three ports, each moved by a variable of its own. */

export interface Ports {
  readonly api: number;
  readonly kaleyra: number;
  readonly dynamodb: number;
}

type Env = Readonly<Record<string, string | undefined>>;

export const PORT_VARIABLES: Readonly<Record<keyof Ports, string>> = {
  api: 'PORT',
  kaleyra: 'KALEYRA_PORT',
  dynamodb: 'DYNAMODB_PORT',
};

const DEFAULTS: Ports = { api: 3000, kaleyra: 3001, dynamodb: 3002 };

/** 0 means a free port, which only a stack that starts can pick. */
export function portsFrom(env: Env): Ports {
  return { api: portFrom(env, 'api'), kaleyra: portFrom(env, 'kaleyra'), dynamodb: portFrom(env, 'dynamodb') };
}

function portFrom(env: Env, name: keyof Ports): number {
  const variable = PORT_VARIABLES[name];
  const text = env[variable] ?? '';
  if (text === '') return DEFAULTS[name];
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65_535) return Number(text);
  throw new Error(`${variable} is ${JSON.stringify(text)}: a port is a number from 0 to 65535`);
}

export function asVariables(ports: Ports): Record<string, string> {
  return Object.fromEntries(
    (Object.keys(PORT_VARIABLES) as (keyof Ports)[]).map(part => [PORT_VARIABLES[part], String(ports[part])]),
  );
}
