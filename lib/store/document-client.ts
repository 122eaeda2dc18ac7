import { DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';

/**
 * The SDK's own client, for commands on a person's machine: it finds profiles, single sign-on and whatever else proves who
 * somebody is. Functions do without it, see client.ts.
 * @param endpoint where DynamoDB is; unless given, the SDK's own environment variables say so
 */
export const createDocumentClient = (endpoint?: string, settings: DynamoDBClientConfig = {}): DynamoDBDocumentClient =>
  DynamoDBDocumentClient.from(
    new DynamoDBClient({
      // Stryker disable next-line ConditionalExpression: tells the compiler; to the SDK, undefined is as good as not given
      ...(endpoint !== undefined && { endpoint }),
      maxAttempts: 3,
      requestHandler: { connectionTimeout: 1000, requestTimeout: 3000, throwOnRequestTimeout: true },
      ...settings,
    }),
    { marshallOptions: { removeUndefinedValues: true } },
  );
