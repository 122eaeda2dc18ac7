import * as z from 'zod/mini';
import type { Background } from '../domain/company.ts';
import { type Fields, idOf, isFields, numberOr, reading, textOr, textOrNull, unwrapped } from './fields.ts';

/** Kaleyra's answers about the company: what is set for it, and its pictures. */

const backgroundOf = (fields: Fields): Background | undefined => {
  const alias = idOf(fields, 'background_alias', 'alias');
  if (alias === undefined) return undefined;
  return { alias, url: textOrNull(fields.url), creationDate: textOrNull(fields.creation_date) };
};

export const UploadedBackground = z.pipe(unwrapped('virtual_background'), reading(backgroundOf));

export const BackgroundList = z.pipe(
  unwrapped('virtual_backgrounds'),
  // Without the list nobody knows that there are none.
  reading(({ backgrounds }: Fields) =>
    Array.isArray(backgrounds) ? backgrounds.filter(isFields).flatMap(fields => backgroundOf(fields) ?? []) : undefined,
  ),
);

/** One page shows the alias alone, the other the whole picture. */
const defaultBackgroundOf = (value: unknown): Background | null => {
  if (typeof value === 'string' && value !== '') return { alias: value, url: null, creationDate: null };
  return isFields(value) ? (backgroundOf(value) ?? null) : null;
};

/** Every answer about a company names it; one that does not is not Kaleyra's, whoever it is that answers at the address. */
export const AnyCompany = z.pipe(
  unwrapped('company'),
  reading((company: Fields) => {
    const { name } = company;
    return typeof name === 'string' ? { ...company, name } : undefined;
  }),
);

/** What is switched off is null at Kaleyra, and an empty text in the documented answers of the retired service. */
export const ChangedCompany = z.pipe(
  AnyCompany,
  z.transform((company: Fields & { name: string }) => ({
    name: company.name,
    defaultLanguage: textOr(company.default_language, ''),
    defaultBackground: defaultBackgroundOf(company.default_background),
    endCallRedirectUrl: textOr(company.end_call_redirect_url, ''),
    userDetailsProviderUrl: textOr(company.user_details_provider_url, ''),
    endCallRedirectTimeoutMs: numberOr(company.end_call_redirect_timeout_ms, 0),
  })),
);
