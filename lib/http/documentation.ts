import description from '../../docs/openapi.json' with { type: 'json' };
import type { Config } from '../config.ts';
import { notThere } from '../errors.ts';
import { type Answer, ok } from './answers.ts';
import { createViewer } from './viewer.ts';

const viewer = createViewer();

/** @throws ServiceError 404 where the deployment shows none */
export const documentation = (config: Pick<Config, 'documentation'>, route: string): Answer => {
  if (!config.documentation) throw notThere('this deployment shows no documentation');
  return route.endsWith('/json') ? ok(description) : viewer();
};
