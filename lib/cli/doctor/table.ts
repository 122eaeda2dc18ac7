import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { recordKey } from '../../store/keys.ts';
import type { Target } from '../target.ts';
import { type Finding, unseen, well, wrong } from './finding.ts';

/** Whether the table is there, by one read of something that is not in it. */

const NO_RIGHTS = [
  'AccessDeniedException',
  'UnrecognizedClientException',
  'CredentialsProviderError',
  'ExpiredTokenException',
];

export const checkTable = async (target: Pick<Target, 'table' | 'connect'>): Promise<Finding> => {
  const client = target.connect();
  try {
    await client.send(new GetCommand({ TableName: target.table, Key: recordKey('ping') }));
    return well('table', `${target.table} answers`);
  } catch (error) {
    const kind = error instanceof Error ? error.name : 'Error';
    if (kind === 'ResourceNotFoundException') return wrong('table', `there is no table ${target.table}`);
    if (NO_RIGHTS.includes(kind)) return unseen('table', `your credentials may not read ${target.table} (${kind})`);
    return wrong('table', `${target.table} does not answer (${kind})`);
  } finally {
    client.destroy();
  }
};
