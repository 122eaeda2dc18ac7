import { describe, expect, it } from 'vitest';
import { checkTemplate } from '../support/template-checker.ts';
import type { Json, Template, TemplateResource } from '../support/template-references.ts';

const soundFunction: TemplateResource = {
  Type: 'AWS::Lambda::Function',
  DependsOn: ['Role'],
  Properties: {
    Code: { S3Bucket: { Ref: 'Bucket' }, S3Key: { 'Fn::Sub': `\${AWS::Region}/code.zip` } },
    Handler: 'functions/health.handler',
    Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
    Timeout: 28,
    Architectures: ['arm64'],
    Environment: { Variables: { TABLE: { Ref: 'Table' } } },
  },
};

const soundResources: Template['Resources'] = {
  Bucket: { Type: 'AWS::S3::Bucket', DeletionPolicy: 'Retain' },
  Role: { Type: 'AWS::IAM::Role', Properties: { AssumeRolePolicyDocument: { Version: '2012-10-17' } } },
  Function: soundFunction,
  Table: {
    Type: 'AWS::DynamoDB::Table',
    Properties: {
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
      DeletionProtectionEnabled: true,
    },
  },
};

const templateWith = (resources: Template['Resources']): Template => ({
  Parameters: { Colour: { Type: 'String' } },
  Resources: { ...soundResources, ...resources },
});

const functionWith = (properties: Record<string, Json>): Template =>
  templateWith({ Function: { ...soundFunction, Properties: { ...soundFunction.Properties, ...properties } } });

const tableWith = (properties: Record<string, Json>): Template =>
  templateWith({
    Table: { Type: 'AWS::DynamoDB::Table', Properties: { ...soundResources.Table?.Properties, ...properties } },
  });

describe('the template checker', () => {
  it('finds nothing in a sound template', () => {
    expect(checkTemplate(templateWith({}))).toEqual([]);
  });

  it('accepts a parameter, a pseudo parameter and a name of the substitution itself', () => {
    const names = [`\${Colour}-\${AWS::StackName}-\${own}-\${!literal}`, { own: { Ref: 'Colour' } }];
    expect(checkTemplate(functionWith({ Description: { 'Fn::Sub': names } }))).toEqual([]);
  });

  it.each<[string, Template, string]>([
    ['an unknown type', templateWith({ Queue: { Type: 'AWS::SQS::Cue' } }), 'Queue: no resource type AWS::SQS::Cue'],
    ['a misspelled property', functionWith({ MemorySise: 1024 }), 'Function: no property MemorySise'],
    [
      'a misspelled property inside a definition',
      functionWith({ Environment: { Variable: { A: 'b' } } }),
      'Function.Environment: no property Variable',
    ],
    [
      'a misspelled property inside a list',
      tableWith({ KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH', Order: 'ASC' }] }),
      'Table.KeySchema[0]: no property Order',
    ],
    [
      'a missing required property',
      templateWith({ Role: { Type: 'AWS::IAM::Role' } }),
      'Role: AssumeRolePolicyDocument is missing',
    ],
    [
      'a missing required property inside a list',
      tableWith({ AttributeDefinitions: [{ AttributeName: 'pk' }] }),
      'Table.AttributeDefinitions[0]: AttributeType is missing',
    ],
    ['a text for a number', functionWith({ Timeout: '28' }), 'Function.Timeout: integer expected, not "28"'],
    ['a fraction for an integer', functionWith({ Timeout: 2.5 }), 'Function.Timeout: integer expected, not 2.5'],
    ['a number for a text', functionWith({ Handler: 7 }), 'Function.Handler: string expected, not 7'],
    [
      'a text for a flag',
      tableWith({ DeletionProtectionEnabled: 'true' }),
      'Table.DeletionProtectionEnabled: boolean expected, not "true"',
    ],
    [
      'a number in a map of texts',
      functionWith({ Environment: { Variables: { PERIOD: 0 } } }),
      'Function.Environment.Variables.PERIOD: string expected, not 0',
    ],
    [
      'a text for a list',
      functionWith({ Architectures: 'arm64' }),
      'Function.Architectures: array expected, not "arm64"',
    ],
    [
      'a reference where only an object will do',
      functionWith({ Environment: { Ref: 'Table' } }),
      'Function.Environment: ref expected, not {"Ref":"Table"}',
    ],
    ['an unknown Ref', functionWith({ Description: { Ref: 'Tabel' } }), 'Function.Description.Ref: no resource Tabel'],
    [
      'an unknown Ref inside a policy',
      templateWith({
        Role: { Type: 'AWS::IAM::Role', Properties: { AssumeRolePolicyDocument: { Resource: [{ Ref: 'Tabel' }] } } },
      }),
      'Role.AssumeRolePolicyDocument.Resource[0].Ref: no resource Tabel',
    ],
    [
      'GetAtt of an unknown resource',
      functionWith({ Role: { 'Fn::GetAtt': ['Roll', 'Arn'] } }),
      'Function.Role.Fn::GetAtt: no resource Roll',
    ],
    [
      'GetAtt of an unknown attribute',
      functionWith({ Role: { 'Fn::GetAtt': ['Role', 'Ern'] } }),
      'Function.Role.Fn::GetAtt: AWS::IAM::Role has no attribute Ern',
    ],
    [
      'an unknown name in a substitution',
      functionWith({ Description: { 'Fn::Sub': `of \${Tabel}` } }),
      'Function.Description.Fn::Sub: no resource Tabel',
    ],
    [
      'an unknown attribute in a substitution',
      functionWith({ Description: { 'Fn::Sub': `of \${Table.Ern}` } }),
      'Function.Description.Fn::Sub: AWS::DynamoDB::Table has no attribute Ern',
    ],
    [
      'an unknown DependsOn',
      templateWith({ Function: { ...soundFunction, DependsOn: ['Roll'] } }),
      'Function.DependsOn: no resource Roll',
    ],
    [
      'a parameter in DependsOn',
      templateWith({ Function: { ...soundFunction, DependsOn: 'Colour' } }),
      'Function.DependsOn: no resource Colour',
    ],
    [
      'an unknown condition',
      templateWith({ Bucket: { Type: 'AWS::S3::Bucket', Condition: 'IsLarge' } }),
      'Bucket.Condition: no condition IsLarge',
    ],
    [
      'an unknown policy',
      templateWith({ Bucket: { Type: 'AWS::S3::Bucket', DeletionPolicy: 'Keep' } }),
      'Bucket: no policy Keep',
    ],
    [
      'an output of something unknown',
      { ...templateWith({}), Outputs: { Address: { Value: { Ref: 'Tabel' } } } },
      'Outputs.Address.Value.Ref: no resource Tabel',
    ],
  ])('finds %s', (_fault, template, message) => {
    expect(checkTemplate(template)).toEqual([message]);
  });

  it('finds a misspelled key of the resource itself', () => {
    const misspelled: TemplateResource & { DeletePolicy: string } = { Type: 'AWS::S3::Bucket', DeletePolicy: 'Retain' };
    expect(checkTemplate(templateWith({ Bucket: misspelled }))).toEqual(['Bucket: a resource has no DeletePolicy']);
  });
});
