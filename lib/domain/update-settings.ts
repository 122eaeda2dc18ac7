import { invalidInput, isKaleyraError } from '../errors.ts';
import { authorizeSettings } from './authorize.ts';
import type { Company } from './company.ts';
import type { Scope } from './ports.ts';

/** The company's settings at Kaleyra, of which one can be changed: the default background. */

/** The alias is all that the call carries, so what cannot be found or is not valid is the alias. */
const isUnknownAlias = (error: unknown): boolean => {
  if (!isKaleyraError(error) || error.code !== 'kaleyra_refused' || error.vendorCode === 'company_not_found')
    return false;
  return [404, 422].includes(error.vendorStatus ?? 0) || error.vendorCode === 'error_background_alias';
};

/** The change is done; where its picture lies and since when is worth one call, and no failure. */
const described = async (scope: Scope, company: Company): Promise<Company> => {
  const { defaultBackground } = company;
  if (defaultBackground === null || defaultBackground.url !== null) return company;
  const all = await scope.kaleyra.listBackgrounds().catch(() => undefined);
  return {
    ...company,
    defaultBackground: all?.find(one => one.alias === defaultBackground.alias) ?? defaultBackground,
  };
};

/** @throws ServiceError 403; 400 for an alias that Kaleyra does not know; KaleyraError */
export const updateSettings = async (scope: Scope, backgroundAlias: string): Promise<Company> => {
  authorizeSettings(scope);
  const company = await scope.kaleyra.setDefaultBackground(backgroundAlias).catch((error: unknown) => {
    if (!isUnknownAlias(error)) throw error;
    throw invalidInput([{ path: 'body.background_alias', message: 'must be the alias of an uploaded background' }]);
  });
  return described(scope, company);
};
