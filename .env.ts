import { readManifest } from './local/manifest.ts';
import { writeFileSync } from 'node:fs';
const m = await readManifest('serverless.yml', { stage: 'local', params: {}, env: { PORT:'3000', KALEYRA_PORT:'3001', DYNAMODB_PORT:'3002' } });
writeFileSync('/tmp/cold/env.json', JSON.stringify(Object.assign({}, ...Object.values(m.functions).map(f=>f.environment), m.environment)));
