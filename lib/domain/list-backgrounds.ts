import { authorizeSettings } from './authorize.ts';
import type { Background } from './company.ts';
import type { Scope } from './ports.ts';

/** The company's backgrounds, as Kaleyra has them. @throws ServiceError 403; KaleyraError */
export const listBackgrounds = async (scope: Scope): Promise<readonly Background[]> => {
  authorizeSettings(scope);
  return scope.kaleyra.listBackgrounds();
};
