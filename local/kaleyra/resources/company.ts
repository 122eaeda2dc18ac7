// The company itself, its colours and its logo.
import * as z from 'zod';
import { invalid } from '../errors.ts';
import { ok, wrap } from '../exchange.ts';
import { imageUrl, LOGO, storeImage } from '../images.ts';
import { readForm } from '../multipart.ts';
import { type Route, route } from '../route.ts';
import type { World } from '../world.ts';
import { Language } from './language.ts';

const HttpUrl = z.url({ protocol: /^https?$/ });

const CompanyChanges = z
  .strictObject({
    name: z.string().regex(/^[A-Za-z0-9#&@'.,?! ]+$/, "only letters, digits, spaces and # & @ ' . , ? !"),
    default_language: Language,
    background_alias: z.string(),
    end_call_redirect_url: HttpUrl.nullable(),
    end_call_redirect_timeout_ms: z.int().min(0).max(60_000),
    user_details_provider_url: HttpUrl.nullable(),
  })
  .partial();

const COMPANY_CODES = {
  name: 'invalid_company_name',
  default_language: 'invalid_language',
  background_alias: 'invalid_background_alias',
  end_call_redirect_url: 'invalid_end_call_redirect_url',
  end_call_redirect_timeout_ms: 'invalid_end_call_redirect_timeout_ms',
  user_details_provider_url: 'invalid_user_details_provider_url',
};

const Colour = z.string().regex(/^#[0-9a-f]{6}$/i, 'expected # and six hexadecimal digits');
const Mode = z.strictObject({ primary_color: Colour, accent_color: Colour }).nullable();
const ThemeChanges = z.strictObject({ light: Mode.optional(), dark: Mode.optional() });
const THEME_CODES = { light: 'invalid_theme_color', dark: 'invalid_theme_color' };

function companyView(world: World) {
  const { company } = world.state;
  return {
    name: company.name,
    default_language: company.defaultLanguage,
    logos: { light_url: imageUrl(world, company.logoLight), dark_url: imageUrl(world, company.logoDark) },
    default_background: company.defaultBackground,
    end_call_redirect_url: company.endCallRedirectUrl,
    end_call_redirect_timeout_ms: company.endCallRedirectTimeoutMs,
    user_details_provider_url: company.userDetailsProviderUrl,
  };
}

function changeCompany(world: World, changes: z.output<typeof CompanyChanges>): void {
  const { company, backgrounds } = world.state;
  const alias = changes.background_alias;
  if (alias !== undefined && backgrounds.get(alias) === undefined) {
    throw invalid(`body field "background_alias": no background "${alias}"`, 'invalid_background_alias');
  }
  company.name = changes.name ?? company.name;
  company.defaultLanguage = changes.default_language ?? company.defaultLanguage;
  company.defaultBackground = alias ?? company.defaultBackground;
  company.endCallRedirectTimeoutMs = changes.end_call_redirect_timeout_ms ?? company.endCallRedirectTimeoutMs;
  // null switches these off, which is not the same as leaving them as they are.
  if (changes.end_call_redirect_url !== undefined) company.endCallRedirectUrl = changes.end_call_redirect_url;
  if (changes.user_details_provider_url !== undefined) {
    company.userDetailsProviderUrl = changes.user_details_provider_url;
  }
}

function replaceLogo(world: World, mode: string, bytes: Buffer, type: string): void {
  const { company } = world.state;
  const change = (current: string | null) => storeImage(world, LOGO, { bytes, type }, current);
  if (mode !== 'dark') company.logoLight = change(company.logoLight);
  if (mode !== 'light') company.logoDark = change(company.logoDark);
}

export const companyRoutes: readonly Route[] = [
  route('GET', '/v2/company', {}, world => ok(wrap(world, 'company', companyView(world)))),

  route('PUT', '/v2/company', { body: CompanyChanges, codes: COMPANY_CODES }, (world, { body }) => {
    changeCompany(world, body);
    return ok(wrap(world, 'company', companyView(world)));
  }),

  route('GET', '/v2/company/theme', {}, world => ok(world.state.theme)),

  route('PUT', '/v2/company/theme', { body: ThemeChanges, codes: THEME_CODES }, (world, { body }) => {
    if (body.light === undefined && body.dark === undefined) throw invalid('give light, dark or both', 'missing_theme');
    const { theme } = world.state;
    if (body.light !== undefined) theme.light = body.light;
    if (body.dark !== undefined) theme.dark = body.dark;
    return ok(theme);
  }),

  route('PUT', '/v2/company/theme/logo', { multipart: true }, async (world, { incoming }) => {
    const { file, fields } = await readForm(incoming, 'logo', ['theme']);
    const mode = fields.theme ?? 'all';
    if (!['all', 'light', 'dark'].includes(mode)) {
      throw invalid('form field "theme": expected all, light or dark', 'invalid_company_logo_theme');
    }
    replaceLogo(world, mode, file.bytes, file.type);
    const { logoLight, logoDark } = world.state.company;
    return ok({ logo_url: imageUrl(world, logoLight), logo_dark_url: imageUrl(world, logoDark) });
  }),
];
