import { expect, it } from 'vitest';
import { deprecated } from '../../../../lib/http/deprecated.ts';

const ID = 'f'.repeat(24);
const SINCE = '@1733011200';

it.each([
  ['', `/teleconsultation/${ID}/participants/data`],
  ['/api/v1/telecons-be', `/api/v1/telecons-be/teleconsultation/${ID}/participants/data`],
  ['/telecons/api/v1/telecons-be', `/telecons/api/v1/telecons-be/teleconsultation/${ID}/participants/data`],
  ['', `/x>; rel="evil/teleconsultation/${ID}/participants/data`],
])('under the prefix %j, a deprecated route names the one that takes its place', (prefix, rawPath) => {
  expect(deprecated({ rawPath, pathParameters: { id: ID } })).toEqual({
    deprecation: SINCE,
    link: `<${prefix}/teleconsultation/${ID}>; rel="successor-version"; title="PATCH with all participants"`,
  });
});

it.each(['x>; rel="evil', '../settings', '', undefined])('%j is no id, and nothing of it is in a header', id => {
  const pathParameters = id === undefined ? {} : { id };
  expect(deprecated({ rawPath: `/teleconsultation/${id}/participants/data`, pathParameters })).toEqual({
    deprecation: SINCE,
  });
});
