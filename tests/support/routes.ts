import { fileURLToPath } from 'node:url';
import { readManifest } from '../../local/manifest.ts';

const PREFIX = '/api/v1/telecons-be';

/** Every route of serverless.yml, as `GET /teleconsultation/{id}`, without its twin under the public prefix. */
export const manifestRoutes = async (): Promise<string[]> => {
  const file = fileURLToPath(new URL('../../serverless.yml', import.meta.url));
  const { functions } = await readManifest(file, { stage: 'local', env: {} });
  const routes = Object.values(functions).flatMap(one => one.routes.map(({ method, path }) => `${method} ${path}`));
  return routes.filter(route => !route.includes(` ${PREFIX}/`));
};
