import { expect, it } from 'vitest';
import { renderClaims } from '../../../../local/tokens/render.ts';

it('every claim is handed over as text, without quotes', () => {
  expect(
    renderClaims({
      sub: 'auth0|7',
      exp: 1768213800,
      email_verified: false,
      groups: ['doctor', 'admin'],
      none: [],
      realm_access: { roles: ['doctor'] },
      resource_access: { clinic: { roles: ['b', 'a'] }, account: { roles: [] } },
      amr: null,
    }),
  ).toEqual({
    sub: 'auth0|7',
    exp: '1768213800',
    email_verified: 'false',
    groups: '[doctor admin]',
    none: '[]',
    realm_access: 'map[roles:[doctor]]',
    resource_access: 'map[account:map[roles:[]] clinic:map[roles:[b a]]]',
    amr: '<nil>',
  });
});
