/** Those who are waited for, in a process of their own so that their work is nobody else's: a table, and Kaleyra as it always answers. */
import { createServer } from 'node:http';
import { listen } from '../../../local/listen.ts';
import { itemsAt, vendorAnswer } from '../harness/situation.ts';
import { toAttributes } from '../others/attributes.ts';
import { startTable } from '../others/dynamodb.ts';
import { FastTable } from '../others/table.ts';

const table = new FastTable();
for (const item of itemsAt(Date.now())) table.put(toAttributes(item));

const dynamodb = await startTable(table, { ms: 0 });
const kaleyra = await listen(
  createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const path = (request.url ?? '').replace(/^\/v2\//, '');
    const answer = vendorAnswer(request.method ?? '', path, body === '' ? undefined : JSON.parse(body));
    response.writeHead(request.method === 'POST' ? 201 : 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(answer));
  }),
  0,
);
process.on('disconnect', () => process.exit());
process.send?.({ dynamodb: dynamodb.url, kaleyra: kaleyra.url });
