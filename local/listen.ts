/** What every server of the embedded stack has in common: it listens on loopback, has an address, and ends at once. */
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

const LOOPBACK = '127.0.0.1';

/** Longer than clients keep idle connections, so that it is never the server that cuts one about to be used. */
const KEEP_ALIVE_MS = 75_000;

export interface Address {
  readonly url: string;
  readonly port: number;
}

export interface Closable extends Address {
  close(): Promise<void>;
}

/** Listens on `port`, or on a free one for 0; a port in use rejects with the error of Node (`EADDRINUSE`). */
export function listen(server: Server, port: number, host = LOOPBACK): Promise<Address> {
  return new Promise((resolve, reject) => {
    server.keepAliveTimeout = KEEP_ALIVE_MS;
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      const { port: bound } = server.address() as AddressInfo;
      resolve({ url: `http://${host}:${bound}`, port: bound });
    });
  });
}

/** Closes without waiting for clients: idle and busy connections are cut. Closing twice is the same as once. */
export function shut(server: Server): Promise<void> {
  if (!server.listening) return Promise.resolve();
  return new Promise((resolve, reject) => {
    server.close(error => (error ? reject(error) : resolve()));
    server.closeAllConnections();
  });
}
