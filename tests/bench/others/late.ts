/**
 * Stands in front of another server and passes everything on at once, but lets no answer out before `delay.ms` have passed since
 * its request arrived: however busy the other one is, the caller waits just as long.
 */
import { Agent, createServer, request as onward } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { type Closable, listen, shut } from '../../../local/listen.ts';
import type { Delay } from './dynamodb.ts';
import { releaseAt } from './release.ts';

/** @param origin such as `http://127.0.0.1:3001` */
export const startLate = async (origin: string, delay: Delay): Promise<Closable> => {
  const agent = new Agent({ keepAlive: true, maxSockets: 256 });
  const server = createServer((request, response) => {
    const arrived = performance.now();
    const { host: _, connection: __, ...headers } = request.headers;
    const passed = onward(origin + (request.url ?? '/'), { agent, method: request.method, headers }, async answer => {
      const body = await buffer(answer);
      const { connection: _, 'keep-alive': __, 'transfer-encoding': ___, ...kept } = answer.headers;
      releaseAt(arrived, delay.ms, () => {
        response.writeHead(answer.statusCode ?? 502, { ...kept, 'content-length': body.length }).end(body);
      });
    });
    passed.on('error', () => response.destroy());
    request.pipe(passed);
  });
  const address = await listen(server, 0);
  return {
    ...address,
    close: async () => {
      await shut(server);
      agent.destroy();
    },
  };
};
