/** Starting several parts side by side, so that a failure leaves nothing running and says what to do. */
import { PORT_VARIABLES, type Ports } from './ports.ts';

interface Startable {
  close(): Promise<void>;
}

/** If one part fails, those that did start are closed, and its error is thrown. */
export async function allOrNone<T extends readonly Startable[]>(
  ...starting: { readonly [K in keyof T]: Promise<T[K]> }
): Promise<T> {
  const results = await Promise.allSettled<Startable>(starting);
  const started = results.flatMap(result => (result.status === 'fulfilled' ? [result.value] : []));
  const failure = results.find(result => result.status === 'rejected');
  if (!failure) return started as Startable[] & T;
  await Promise.all(started.map(part => part.close()));
  throw failure.reason;
}

/** Says which variable moves a part whose port is taken. */
export async function namingPort<T>(ports: Ports, part: keyof Ports, starting: Promise<T>): Promise<T> {
  try {
    return await starting;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    throw new Error(
      `port ${ports[part]} is in use: set ${PORT_VARIABLES[part]} to another one, or to 0 for a free one`,
    );
  }
}
