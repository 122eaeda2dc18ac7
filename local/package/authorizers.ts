/**
 * Whose tokens the routes take, read from `provider.httpApi.authorizers` of serverless.yml. An issuer that is nobody's packages,
 * so that packaging needs no account anywhere; deployed, it would be an API that lets nobody in, or one that only looks ready.
 */

export interface TokenAuthorizer {
  readonly issuer: string;
  readonly audience: readonly string[];
}

/** As the framework takes it; a comma list of audiences is ours. */
export interface AuthorizerSettings {
  readonly type?: string;
  readonly issuerUrl?: string;
  audience?: string | readonly string[];
}

export function tokenAuthorizersOf(settings: unknown): Record<string, TokenAuthorizer> {
  const entries = Object.entries((settings ?? {}) as Record<string, AuthorizerSettings>);
  return Object.fromEntries(
    entries.map(([name, { issuerUrl = '', audience }]) => [name, { issuer: issuerUrl, audience: audiences(audience) }]),
  );
}

export function audiences(audience: AuthorizerSettings['audience'] = []): string[] {
  return [audience]
    .flat()
    .flatMap(names => names.split(','))
    .map(name => name.trim())
    .filter(name => name !== '');
}

/** Names under `.invalid` are reserved for nobody. */
const NOBODYS = /\.invalid(?=[/:]|$)/;

/** Why they cannot be deployed, in one line; `undefined` when they can. */
export function reasonNotToDeploy(authorizers: Readonly<Record<string, TokenAuthorizer>>): string | undefined {
  const isReady = ({ issuer, audience }: TokenAuthorizer): boolean =>
    /^https:\/\/[^/]/.test(issuer) && audience.length > 0 && ![issuer, ...audience].some(name => NOBODYS.test(name));
  if (Object.values(authorizers).every(isReady)) return undefined;
  return (
    'Nobody issues tokens yet: deploy with --param issuer=https://... --param audience=..., ' +
    'or with --param identity=gateway behind a gateway of your own.'
  );
}

/** The same of a packaged template, which keeps what was named when it was packaged. */
export function authorizersInTemplate(template: string): Record<string, TokenAuthorizer> {
  const { Resources = {} } = JSON.parse(template) as { Resources?: Record<string, Resource> };
  return Object.fromEntries(
    Object.entries(Resources)
      .filter(([, { Type }]) => Type === 'AWS::ApiGatewayV2::Authorizer')
      .map(([id, { Properties }]) => {
        const { Issuer = '', Audience = [] } = Properties?.JwtConfiguration ?? {};
        return [id, { issuer: Issuer, audience: Audience }];
      }),
  );
}

interface Resource {
  readonly Type: string;
  readonly Properties?: {
    readonly JwtConfiguration?: { readonly Issuer?: string; readonly Audience?: readonly string[] };
  };
}
