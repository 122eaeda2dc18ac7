import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SSMClient } from '@aws-sdk/client-ssm';
import { describe, expect, it } from 'vitest';
import { credentialsFrom, endpointFrom, hostOf, regionFrom, type Service } from '../../../../lib/aws/access.ts';

/** Where the SDK would send a request to a service in a region. */
const hostOfSdk = (service: Service, region: string): string | undefined => {
  const credentials = { accessKeyId: 'none', secretAccessKey: 'none' };
  const clients = {
    dynamodb: DynamoDBClient,
    ssm: SSMClient,
    secretsmanager: SecretsManagerClient,
    s3: S3Client,
  };
  const { config } = new clients[service]({ region, credentials });
  const provider = config.endpointProvider as (parameters: { Region: string }) => { url: URL };
  return provider({ Region: region }).url.hostname;
};

describe('the host of a service', () => {
  const regions = [
    'eu-west-1',
    'eu-south-1',
    'us-east-1',
    'us-gov-west-1',
    'cn-north-1',
    'eusc-de-east-1',
    'us-iso-east-1',
    'us-isob-east-1',
    'eu-isoe-west-1',
    'us-isof-south-1',
  ];
  const services: Service[] = ['dynamodb', 'ssm', 'secretsmanager', 's3'];

  it.each(regions)('in %s is the one that the SDK asks', region => {
    const ours = services.map(service => hostOf(service, region));
    expect(ours).toEqual(services.map(service => hostOfSdk(service, region)));
  });
});

describe('what the environment says', () => {
  it('of keys is taken as it stands, with a token or without', () => {
    const keys = { AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE', AWS_SECRET_ACCESS_KEY: 'invented' };
    const found = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'invented' };
    expect(credentialsFrom(keys)).toEqual({ ...found, sessionToken: undefined });
    expect(credentialsFrom({ ...keys, AWS_SESSION_TOKEN: '' })).toEqual({ ...found, sessionToken: undefined });
    expect(credentialsFrom({ ...keys, AWS_SESSION_TOKEN: 'token' })).toEqual({ ...found, sessionToken: 'token' });
  });

  it.each([
    ['AWS_ACCESS_KEY_ID', { AWS_SECRET_ACCESS_KEY: 'invented' }],
    ['AWS_SECRET_ACCESS_KEY', { AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE', AWS_SECRET_ACCESS_KEY: '' }],
  ])('without %s is not enough, and the error names it', (name, environment) => {
    expect(() => credentialsFrom(environment)).toThrow(`${name} is not set`);
  });

  it('of the region has to be there', () => {
    expect(regionFrom({ AWS_REGION: 'eu-west-1' })).toBe('eu-west-1');
    expect(() => regionFrom({})).toThrow('AWS_REGION is not set');
  });

  it('of an address counts for one service, or for all that have none of their own', () => {
    const environment = { AWS_ENDPOINT_URL: 'http://127.0.0.1:1', AWS_ENDPOINT_URL_DYNAMODB: 'http://127.0.0.1:2' };
    expect(endpointFrom(environment, 'dynamodb')?.host).toBe('127.0.0.1:2');
    expect(endpointFrom(environment, 'ssm')?.host).toBe('127.0.0.1:1');
    expect(endpointFrom({}, 's3')).toBeUndefined();
    expect(endpointFrom({ AWS_ENDPOINT_URL_SECRETS_MANAGER: 'http://a:3' }, 'secretsmanager')?.host).toBe('a:3');
  });
});
