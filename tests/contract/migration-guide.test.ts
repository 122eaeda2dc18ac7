import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { readManifest } from '../../local/manifest.ts';
import { filesUnder, textOf } from '../support/sources.ts';

/** docs/migration.md names what there is: what the import says, its options, the jobs, what stands in the proxy's file. */

const guide = textOf('docs/migration.md');
const code = filesUnder('lib/cli', 'lib/domain/migration').map(textOf).join('\n');
const proxy = textOf('docs/nginx.conf');

describe('what the import says', () => {
  const table = guide.split('| it says | what to do |')[1]?.split('\n\n')[0] ?? '';
  const said = [...table.matchAll(/^\| (`[^|]+) \|/gm)].flatMap(([, cell = '']) =>
    [...cell.matchAll(/`([^`]+)`/g)].map(([, sentence]) => sentence ?? ''),
  );

  it.each(said)('"%s" is a sentence of it', sentence => {
    // A number stands where the code puts one in.
    expect(code).toContain(sentence.replace(/ N$/, ' ${'));
  });

  it('covers the usual refusals', () => {
    expect(said.length).toBeGreaterThan(5);
  });
});

it.each([
  ...new Set(
    [...guide.matchAll(/--(dry-run|drafts|clean-since|stage|users|teleconsultations)\b/g)].map(([, name]) => name),
  ),
])('the option --%s is one of the import', name => {
  expect(textOf('lib/cli/import.ts')).toMatch(new RegExp(`^  '?${name}'?: \\{ type`, 'm'));
});

it('switches off and on exactly the jobs that run by themselves', async () => {
  const file = fileURLToPath(new URL('../../serverless.yml', import.meta.url));
  const { functions } = await readManifest(file, { stage: 'local', env: {} });
  const scheduled = Object.values(functions).filter(({ schedules }) => schedules.length > 0);
  const [, jobs = ''] = /^for job in (.+); do$/m.exec(guide) ?? [];
  expect(jobs.split(' ').sort()).toEqual(scheduled.map(({ key }) => key).sort());
});

describe('the proxy', () => {
  it.each([
    '$from_platform_gateway',
    '/etc/nginx/telecons-secret.conf',
    'teleconsultation-service-backend',
    'listen 80;',
    'listen 8080;',
  ])('has %s, of which the guide speaks', name => {
    expect(proxy).toContain(name);
    expect(guide).toContain(name.replace(/^listen (\d+);$/, 'port $1'));
  });

  it('writes or deletes every identity header that the service looks at, on every way', () => {
    const locations = proxy.split(/^ {2}location /m).slice(1);
    expect(locations).toHaveLength(4);
    for (const location of locations) {
      for (const name of ['miauserid', 'miausergroups', 'miauserproperties', 'isbackoffice']) {
        expect(location).toContain(`proxy_set_header ${name} `);
      }
    }
  });
});
