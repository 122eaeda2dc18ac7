/** Manifests written in one line each, for the gateway's tests. */
import type { Manifest, ManifestFunction, Schedule } from '../../../../local/manifest.ts';

/** Function keys with their routes: `{ read: ['GET /visits/{id}'] }`; `settings` adds to single functions. */
export function aManifest(
  routes: Readonly<Record<string, readonly string[]>>,
  settings: Readonly<Record<string, { timeoutMs?: number; schedules?: readonly Schedule[] }>> = {},
): Manifest {
  const functions = Object.entries(routes).map(([key, list]): [string, ManifestFunction] => [
    key,
    {
      key,
      handler: `functions/${key}.handler`,
      file: `functions/${key}.ts`,
      exportName: 'handler',
      timeoutMs: 5_000,
      environment: {},
      routes: list.map(route => {
        const [method = '', path = ''] = route.split(' ');
        return { method, path };
      }),
      schedules: [],
      ...settings[key],
    },
  ]);
  return { service: 'clinic', stage: 'local', functions: Object.fromEntries(functions), environment: {}, tables: [] };
}
