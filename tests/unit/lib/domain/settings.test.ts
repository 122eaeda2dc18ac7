import { describe, expect, it } from 'vitest';
import type { Background, Company } from '../../../../lib/domain/company.ts';
import { listBackgrounds } from '../../../../lib/domain/list-backgrounds.ts';
import type { Kaleyra } from '../../../../lib/domain/ports.ts';
import { updateSettings } from '../../../../lib/domain/update-settings.ts';
import { KaleyraError, storeUnavailable } from '../../../../lib/errors.ts';
import { aConfig } from '../../../support/configs.ts';
import { aScope } from '../../../support/scopes.ts';

const named = (alias: string, url: string | null = null): Background => ({ alias, url, creationDate: null });
const company = (defaultBackground: Background | null): Company => ({
  name: 'Invented Clinic',
  defaultLanguage: 'it',
  defaultBackground,
  endCallRedirectUrl: '',
  userDetailsProviderUrl: '',
  endCallRedirectTimeoutMs: 0,
});

const asking = (kaleyra: Partial<Kaleyra>, groups: string[] = ['ward-admin']) =>
  aScope({
    config: aConfig({ AUTHORIZATION: 'rules', ADMIN_GROUPS: 'ward-admin' }),
    caller: { id: 'somebody', groups, scopes: [], fullName: null },
    kaleyra,
  });

const NOT_ALLOWED = { status: 403, message: 'only an administrator may see or change the settings of the company' };

const failing = (error: Error) => async (): Promise<never> => {
  throw error;
};

describe('the backgrounds of the company', () => {
  it('are those that Kaleyra lists', async () => {
    const all = [named('one'), named('two')];
    expect(await listBackgrounds(asking({ listBackgrounds: async () => all }))).toEqual(all);
  });

  it('are for nobody but administrators', async () => {
    await expect(listBackgrounds(asking({}, []))).rejects.toMatchObject(NOT_ALLOWED);
  });
});

describe('the default background', () => {
  const setting = (answered: Company, listed: Kaleyra['listBackgrounds']) => {
    const asked: string[] = [];
    const scope = asking({
      setDefaultBackground: async alias => {
        asked.push(`set ${alias}`);
        return answered;
      },
      listBackgrounds: () => {
        asked.push('list');
        return listed();
      },
    });
    return { asked, change: () => updateSettings(scope, 'beach') };
  };

  it('is told with where it lies, as the list says', async () => {
    const { asked, change } = setting(company(named('beach')), async () => [
      named('other', 'https://files.invalid/other'),
      named('beach', 'https://files.invalid/beach'),
    ]);
    expect(await change()).toEqual(company(named('beach', 'https://files.invalid/beach')));
    expect(asked).toEqual(['set beach', 'list']);
  });

  it('is told as it is where the list fails, or does not have it', async () => {
    const unlisted = setting(company(named('beach')), async () => [named('other', 'https://files.invalid/other')]);
    expect(await unlisted.change()).toEqual(company(named('beach')));
    const broken = setting(company(named('beach')), failing(new Error('as told')));
    expect(await broken.change()).toEqual(company(named('beach')));
  });

  it.each([
    ['the answer says where it lies', company(named('beach', 'https://files.invalid/beach'))],
    ['there is none', company(null)],
  ])('is not looked up where %s', async (_, answered) => {
    const { asked, change } = setting(answered, failing(new Error('not to be called')));
    expect(await change()).toEqual(answered);
    expect(asked).toEqual(['set beach']);
  });

  it('is changed by nobody but administrators', async () => {
    await expect(updateSettings(asking({}, []), 'beach')).rejects.toMatchObject(NOT_ALLOWED);
  });

  const refused = (failure: { vendorStatus?: number; vendorCode?: string }) =>
    new KaleyraError('kaleyra_refused', 502, 'refused', failure);

  it.each([
    { vendorStatus: 404 },
    { vendorStatus: 422 },
    { vendorStatus: 400, vendorCode: 'error_background_alias' },
    { vendorCode: 'error_background_alias' },
  ])('cannot be one that Kaleyra does not know: %o', async failure => {
    const scope = asking({ setDefaultBackground: failing(refused(failure)) });
    await expect(updateSettings(scope, 'beach')).rejects.toMatchObject({
      code: 'invalid_input',
      status: 400,
      details: [{ path: 'body.background_alias', message: 'must be the alias of an uploaded background' }],
    });
  });

  it.each([
    ['of a company that is not there', refused({ vendorStatus: 404, vendorCode: 'company_not_found' })],
    ['with a wrong key', refused({ vendorStatus: 401 })],
    ['of which nothing is said', refused({})],
    ['of Kaleyra that fails', new KaleyraError('kaleyra_unavailable', 503, 'down', { vendorStatus: 404 })],
    ['of another kind', storeUnavailable(undefined)],
  ])('says of a failure what it was: %s', async (_, failure) => {
    await expect(updateSettings(asking({ setDefaultBackground: failing(failure) }), 'beach')).rejects.toBe(failure);
  });
});
