/** What a token of the embedded stack is to say, as `npm run token` and tests order it. */
import * as z from 'zod';

const LONGEST_SECONDS = 30 * 24 * 3600;

/** Written into a list of claims, such a name could not be told from two. */
const Group = z.string().regex(/^[^\s,[\]]+$/, 'must be a name without blanks, commas and brackets');

export const TokenWish = z.strictObject({
  sub: z.string('must say who the token is for').min(1, 'must say who the token is for'),
  groups: z.array(Group).optional(),
  /** Several between blanks. */
  scope: z.string().optional(),
  name: z.string().optional(),
  expiresIn: z.number().int().min(1).max(LONGEST_SECONDS).default(3600),
  /** Further claims, or others than the usual ones: `{ "aud": "another" }`; null takes one away. */
  claims: z.record(z.string(), z.unknown()).default({}),
});
export type TokenWish = z.input<typeof TokenWish>;

/** The claims from which the running functions read who calls. */
export interface ClaimNames {
  readonly id: string;
  readonly groups: string;
  readonly scopes: string;
}

/** As the functions are configured. */
export function claimNamesIn(environment: Readonly<Record<string, string>>): ClaimNames {
  const { JWT_CLAIM_ID, JWT_CLAIM_GROUPS, JWT_CLAIM_SCOPES = '' } = environment;
  return {
    id: JWT_CLAIM_ID || 'sub',
    groups: JWT_CLAIM_GROUPS || 'groups',
    scopes: JWT_CLAIM_SCOPES.split(',')[0] || 'scope',
  };
}

/** @param seconds since 1970 */
export function claimsFor(
  { sub, groups, scope, name, expiresIn, claims }: z.output<typeof TokenWish>,
  names: ClaimNames,
  { issuer, audience }: { issuer: string; audience: string | undefined },
  seconds: number,
): Record<string, unknown> {
  const all = {
    iss: issuer,
    aud: audience,
    iat: seconds,
    exp: seconds + expiresIn,
    sub,
    [names.id]: sub,
    ...(groups && { [names.groups]: groups }),
    ...(scope !== undefined && { [names.scopes]: scope }),
    ...(name !== undefined && { name }),
    ...claims,
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== null && value !== undefined));
}
