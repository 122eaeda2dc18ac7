/** Tells in time, and in words, that a data folder already belongs to a running stack; dynalite would end the process. */
import { createRequire } from 'node:module';

interface Store {
  open(): Promise<void>;
  close(): Promise<void>;
}

export async function refuseFolderInUse(folder: string): Promise<void> {
  // The very store that dynalite opens next, found where dynalite finds it.
  const { Level } = createRequire(createRequire(import.meta.url).resolve('dynalite'))('level') as {
    Level: new (folder: string) => Store;
  };
  const store = new Level(folder);
  try {
    await store.open();
  } catch (error) {
    const { code, message } = ((error as Error).cause ?? error) as Error & { code?: string };
    if (code === 'LEVEL_LOCKED') throw new Error(`the data in ${folder} is in use by another stack`);
    throw new Error(`the data in ${folder} cannot be opened: ${message}`);
  }
  await store.close();
}
