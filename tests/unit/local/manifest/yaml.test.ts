import { expect, it } from 'vitest';
import { parseYaml } from '../../../../local/manifest/yaml.ts';

it('writes the short tags of CloudFormation out in their long form', () => {
  const text = `
    a: !GetAtt Table.Arn
    b: !Ref Table
    c: !Join ['-', [!Ref Table, x]]
    d: !If { kind: !Sub '1' }
    e: !Sub 12
  `;
  expect(parseYaml(text, 'x.yml')).toEqual({
    a: { 'Fn::GetAtt': 'Table.Arn' },
    b: { Ref: 'Table' },
    c: { 'Fn::Join': ['-', [{ Ref: 'Table' }, 'x']] },
    d: { 'Fn::If': { kind: { 'Fn::Sub': '1' } } },
    e: { 'Fn::Sub': '12' },
  });
});

it('follows aliases, also to what has a tag, and merge keys', () => {
  const text = `
    arn: &arn !GetAtt Table.Arn
    base: &base { one: 1, two: 2 }
    both: { <<: *base, two: two, arn: *arn }
  `;
  expect(parseYaml(text, 'x.yml')).toMatchObject({ both: { one: 1, two: 'two', arn: { 'Fn::GetAtt': 'Table.Arn' } } });
});

it('names the file that is not YAML', () => {
  expect(() => parseYaml('a: [', 'x.yml')).toThrow('x.yml is not valid YAML');
});
