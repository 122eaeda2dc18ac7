import { expect, it } from 'vitest';
import { createStoreClient, type Operation, type StoreInput } from '../../../../lib/store/client.ts';
import { answers, aScriptedServer } from '../../../support/scripted-server.ts';

/** Every field that holds values, there and back; what becomes of failures is in client.test.ts. */
const environment = { AWS_REGION: 'eu-west-1', AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE', AWS_SECRET_ACCESS_KEY: 'invented' };

/** @param answer as it goes over the wire; @returns what was asked, as it went over the wire, and what was made of the answer */
const exchange = async (operation: Operation, input: StoreInput, answer: object) => {
  const server = await aScriptedServer(answers(200, answer));
  const client = createStoreClient({ environment, endpoint: server.url });
  try {
    const output = await client.send(operation, input, new AbortController().signal, 20_000);
    return { asked: JSON.parse(server.asked[0]?.body ?? '') as unknown, output };
  } finally {
    client.destroy();
  }
};

it('asks for a page behind a key, and reads its items and the key behind which the next one begins', async () => {
  const { asked, output } = await exchange(
    'Query',
    {
      TableName: 'things',
      ConsistentRead: true,
      ExpressionAttributeNames: { '#pk': 'pk' },
      ExpressionAttributeValues: { ':pk': 'a', ':until': 7 },
      ExclusiveStartKey: { pk: 'a', sk: 'x' },
    },
    { Items: [{ pk: { S: 'a' } }, { pk: { S: 'b' }, n: { N: '1' } }], LastEvaluatedKey: { pk: { S: 'b' } }, Count: 2 },
  );
  expect(asked).toEqual({
    TableName: 'things',
    ConsistentRead: true,
    ExpressionAttributeNames: { '#pk': 'pk' },
    ExpressionAttributeValues: { ':pk': { S: 'a' }, ':until': { N: '7' } },
    ExclusiveStartKey: { pk: { S: 'a' }, sk: { S: 'x' } },
  });
  expect(output).toStrictEqual({ Items: [{ pk: 'a' }, { pk: 'b', n: 1 }], LastEvaluatedKey: { pk: 'b' } });
});

it('reads what an item is after a change', async () => {
  const input = { Key: { pk: 'a' }, UpdateExpression: 'SET #a = :a', ReturnValues: 'ALL_NEW' };
  const { asked, output } = await exchange('UpdateItem', input, { Attributes: { a: { L: [{ S: 'x' }] } } });
  expect(asked).toEqual({ ...input, Key: { pk: { S: 'a' } } });
  expect(output).toStrictEqual({ Attributes: { a: ['x'] } });
});

it('reads items by table, and the keys of those that were left', async () => {
  const { asked, output } = await exchange(
    'BatchGetItem',
    { RequestItems: { things: { Keys: [{ pk: 'a' }, { pk: 'b' }], ConsistentRead: true } } },
    {
      Responses: { things: [{ pk: { S: 'a' } }], others: [] },
      UnprocessedKeys: { things: { Keys: [{ pk: { S: 'b' } }], ConsistentRead: true } },
    },
  );
  expect(asked).toEqual({
    RequestItems: { things: { Keys: [{ pk: { S: 'a' } }, { pk: { S: 'b' } }], ConsistentRead: true } },
  });
  expect(output).toStrictEqual({
    Responses: { things: [{ pk: 'a' }], others: [] },
    UnprocessedKeys: { things: { Keys: [{ pk: 'b' }] } },
  });
});

it('adds nothing to what was asked, and nothing to what was answered', async () => {
  const { asked, output } = await exchange('Scan', { TableName: 'things' }, {});
  expect(asked).toEqual({ TableName: 'things' });
  expect(output).toStrictEqual({});
});
