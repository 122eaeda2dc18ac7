/**
 * The functions behind a gateway of their own, on a table and a simulator that live elsewhere: what is stopped here takes nothing
 * with it but the requests that it was about, as when Lambda is stopped. `PORT`, `KALEYRA_PORT` and `DYNAMODB_PORT` say where.
 */
import { fileURLToPath } from 'node:url';
import { functionModules } from '../../local/function-modules.ts';
import { startGateway } from '../../local/gateway/index.ts';
import { readManifest } from '../../local/manifest.ts';
import { applyEnvironment } from '../../local/process-environment.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

const manifest = await readManifest(`${ROOT}serverless.yml`, { stage: 'local', params: {}, env: process.env });
const ofFunctions = Object.values(manifest.functions).map(definition => definition.environment);
const environment: Record<string, string> = Object.assign({}, ...ofFunctions, manifest.environment);
applyEnvironment(environment);

const { GATEWAY_SECRET_HEADER: header = '', GATEWAY_SECRETS: value = '' } = environment;
const gateway = await startGateway({
  port: Number(process.env.PORT),
  manifest,
  handlerFor: functionModules(manifest, ROOT),
  gatewaySecret: { header, value },
});
console.log(`ready ${gateway.url}`);
