import type { UpdateRequest } from '../schemas/requests.ts';
import { changeTeleconsultation } from './change-teleconsultation.ts';
import { planChange } from './planning.ts';
import type { Scope } from './ports.ts';

/** Changes what the body names; participants replace the list. @throws as changeTeleconsultation does */
export const updateTeleconsultation = (
  scope: Scope,
  id: string,
  body: UpdateRequest,
  callerId: string,
): Promise<void> =>
  changeTeleconsultation(scope, {
    id,
    operation: 'PATCH /teleconsultation',
    action: 'change',
    callerId,
    // Stryker disable next-line StringLiteral: whatever is neither of the two other forms is taken for this one
    form: body.participants?.form ?? 'numbered list',
    plan: stored => planChange(scope, stored, body),
  });
