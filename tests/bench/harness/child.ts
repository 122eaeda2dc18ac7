/** A child that answers each message with one: asked in turns, so that whatever slows the machine slows all alike. */
import { type ChildProcess, fork } from 'node:child_process';

export interface Child {
  ask<Answer>(message: object): Promise<Answer>;
  end(): void;
}

const nextMessage = <Answer>(child: ChildProcess, name: string): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const onExit = (code: number | null): void => reject(new Error(`${name} ended with ${code}`));
    child.once('exit', onExit);
    child.once('message', message => {
      child.off('exit', onExit);
      resolve(message as Answer);
    });
  });

/** @param script a file that sends one message when it is ready */
export const startChild = async <Ready = unknown>(
  script: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<Child & { ready: Ready }> => {
  const name = args[0] ?? script;
  const child = fork(script, args, {
    env: { ...env, PATH: process.env.PATH ?? '' },
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const ready = await nextMessage<Ready>(child, name);
  return {
    ready,
    ask: <Answer>(message: object) => {
      const answer = nextMessage<Answer>(child, name);
      child.send(message);
      return answer;
    },
    end: () => child.disconnect(),
  };
};
