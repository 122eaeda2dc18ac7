/** The guide to deploying says what serverless.yml and the commands can do, in ten minutes; the template beside it is sound. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { parseYaml } from '../../local/manifest/yaml.ts';
import { textOf } from '../support/sources.ts';
import { checkTemplate } from '../support/template-checker.ts';
import type { Json, Template } from '../support/template-references.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const PAGES = ['docs/deploy.md', 'docs/operations.md'];
const guide = textOf('docs/deploy.md');
const manifest = parse(textOf('serverless.yml'), { merge: true, logLevel: 'silent' }) as {
  params: { default: Record<string, unknown> };
  custom: { logRetentions: Record<string, number> };
};

/** As GitHub makes an anchor of a heading. */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replaceAll(/[^a-z0-9 _-]/g, '')
    .replaceAll(' ', '-');

describe('docs/deploy.md', () => {
  it('is read in ten minutes', () => {
    // Two hundred words a minute: slow, for a text that one types from.
    expect(guide.split(/\s+/).length).toBeLessThan(2000);
  });

  it('lists every parameter of serverless.yml, and no other', () => {
    const rows = [...guide.matchAll(/^\| (`[^|]+`) \| [^|]* \|/gm)].flatMap(([, names]) =>
      [...(names ?? '').matchAll(/`(\w+)`/g)].map(([, name]) => name ?? ''),
    );
    expect(rows.sort()).toEqual(Object.keys(manifest.params.default).sort());
  });

  it('gives in its commands only parameters that there are', () => {
    const given = [...guide.matchAll(/--param\s+(\w+)=/g)].map(([, name]) => name ?? '');
    expect(given.length).toBeGreaterThan(5);
    expect(given.filter(name => !(name in manifest.params.default))).toEqual([]);
  });

  it('names the days for which logs can be kept', () => {
    expect(guide).toContain(`days: ${Object.keys(manifest.custom.logRetentions).join(', ')} |`);
    expect(Object.entries(manifest.custom.logRetentions).filter(([days, kept]) => Number(days) !== kept)).toEqual([]);
  });
});

describe.each(PAGES)('%s', page => {
  const text = textOf(page);

  it('names commands that are there', () => {
    const { scripts } = JSON.parse(textOf('package.json')) as { scripts: Record<string, string> };
    const named = [...text.matchAll(/npm run (?:-s )?([\w:-]+)/g)].map(([, script]) => script ?? '');
    expect(named.length).toBeGreaterThan(0);
    expect(named.filter(name => !(name in scripts) && !existsSync(join(root, `lib/cli/${name}.ts`)))).toEqual([]);
  });

  it('leads to pages and headings that are there', () => {
    const links = [...text.matchAll(/\]\(((?!https?:)[^)]+)\)/g)].map(([, link]) => link ?? '');
    expect(links.length).toBeGreaterThan(3);
    const broken = links.filter(link => {
      const [file = '', anchor] = link.split('#');
      const target = join('docs', file === '' ? page.replace('docs/', '') : file);
      if (!existsSync(join(root, target))) return true;
      const headings = [...textOf(target).matchAll(/^#+ (.+)$/gm)].map(([, heading]) => anchorOf(heading ?? ''));
      return anchor !== undefined && !headings.some(heading => heading === anchor);
    });
    expect(broken).toEqual([]);
  });
});

describe('docs/edge.yml', () => {
  const template = parseYaml(textOf('docs/edge.yml'), 'docs/edge.yml') as Template;
  const propertiesOf = (id: string): Record<string, Json> => template.Resources[id]?.Properties ?? {};

  it('holds only what CloudFormation knows', () => {
    expect(checkTemplate(template)).toEqual([]);
  });

  it('keeps nothing of a request, neither in a cache nor as a sample', () => {
    const text = JSON.stringify(template);
    expect([...text.matchAll(/"SampledRequestsEnabled":(\w+)/g)].map(([, on]) => on)).toEqual([
      'false',
      'false',
      'false',
    ]);
    const { DistributionConfig } = propertiesOf('Distribution') as { DistributionConfig: Record<string, unknown> };
    expect(DistributionConfig).not.toHaveProperty('Logging');
    // AWS's own policies, by their published ids: CachingDisabled and AllViewerExceptHostHeader.
    expect(DistributionConfig.DefaultCacheBehavior).toMatchObject({
      CachePolicyId: '4135ea2d-6df8-44a3-9df3-4b5a84be39ad',
      OriginRequestPolicyId: 'b689b0a8-53d0-40ab-baf2-68738e2966ac',
      ViewerProtocolPolicy: 'https-only',
    });
  });

  it('limits every client but Kaleyra, whose calls prove themselves', () => {
    const { Rules } = propertiesOf('Firewall') as unknown as { Rules: { Name: string; Statement: object }[] };
    expect(Rules.map(({ Name }) => Name)).toEqual(['known-attackers', 'limit-per-client']);
    expect(Rules[1]).toMatchObject({
      Action: { Block: { CustomResponse: { ResponseCode: 429 } } },
      Statement: { RateBasedStatement: { AggregateKeyType: 'IP', Limit: { Ref: 'RequestsPerFiveMinutes' } } },
    });
    const spared = [...JSON.stringify(Rules[1]).matchAll(/"SearchString":"([^"]+)"/g)].map(([, path]) => path);
    expect(spared).toEqual(['/webhooks/kaleyra', '/user-details']);
  });
});
