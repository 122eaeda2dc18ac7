/** A server that is down for a while: connections to its port are refused by the machine itself, before a byte is read. */

import { once } from 'node:events';
import { Server as HttpServer } from 'node:http';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

export interface Outage {
  /** Refuses connections from now on, for so many milliseconds; idle ones are closed. An outage that lasts longer stands. */
  begin(ms: number): Promise<void>;
  isOn(): boolean;
  /** Cuts what is still connected, if the server is down. */
  cut(): void;
  /** Accepts connections again, if the server was down. */
  end(): Promise<void>;
}

interface Hold {
  release(): void;
}

/**
 * Keeps others from the port while nobody listens there: a connection of our own begins at it. Sockets that allow the address
 * to be used again, as Node's do, do not stand in the way of the listener that comes back.
 */
async function hold(port: number, address: string): Promise<Hold> {
  const end: Server = createServer();
  end.listen(0, address);
  await once(end, 'listening');
  const socket: Socket = connect({
    host: address,
    port: (end.address() as AddressInfo).port,
    localAddress: address,
    localPort: port,
  });
  const release = (): void => {
    socket.destroy();
    end.close();
  };
  // Without it the port is merely free for a moment.
  socket.on('error', release);
  await Promise.race([once(socket, 'connect'), once(socket, 'close')]);
  return { release };
}

export function outageOf(server: HttpServer): Outage {
  let down: { until: number; port: number; address: string; held: Hold; timer: NodeJS.Timeout } | undefined;

  const end = async (): Promise<void> => {
    if (down === undefined) return;
    const { port, address, held, timer } = down;
    down = undefined;
    clearTimeout(timer);
    // The methods of the class: a server may have given itself others that also open and close what lies behind it.
    Reflect.apply(HttpServer.prototype.listen, server, [port, address]);
    await once(server, 'listening');
    held.release();
  };
  const endAfter = (ms: number): NodeJS.Timeout => setTimeout(() => void end(), ms);

  return {
    begin: async ms => {
      const until = Date.now() + ms;
      if (down !== undefined) {
        if (until <= down.until) return;
        clearTimeout(down.timer);
        down = { ...down, until, timer: endAfter(ms) };
        return;
      }
      if (!server.listening) return;
      const { port, address } = server.address() as AddressInfo;
      Reflect.apply(HttpServer.prototype.close, server, []);
      const held = await hold(port, address);
      down = { until, port, address, held, timer: endAfter(ms) };
    },
    isOn: () => down !== undefined,
    cut: () => {
      if (down !== undefined) server.closeAllConnections();
    },
    end,
  };
}
