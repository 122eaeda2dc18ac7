import { vi } from 'vitest';
import type { Reply } from './api.ts';
import { leaksIn as findLeaks } from './leaks.ts';
import type { SimulatedRoom } from './simulator.ts';
import type { World } from './world.ts';

/**
 * Searches everything that leaves the service for what must stay inside: answers, log lines and what the process prints. Whatever
 * a test sends or stores that belongs to a person carries the word "canary"; keys, secrets and personal links are known here.
 */
export interface LeakWatch {
  /** The deployment's own secrets. */
  secrets(): string[];
  /** Every personal link that was ever noted. */
  links(): string[];
  /** Takes the links that the vendor's rooms have now under watch; gives back the rooms. */
  noteLinks(): Promise<SimulatedRoom[]>;
  /** What of all that is in the text. */
  leaksIn(text: string): string[];
  /** Searches an answer; from what a participant is told, the names and their own link are taken out before. */
  examine(asked: string, reply: Reply): void;
  /** Everything found since the last time, by where it was found; and whatever was printed, leak or not. */
  findings(): { answers: string[]; logs: string[]; printed: string[] };
  stop(): void;
}

const CONSOLE = ['log', 'info', 'warn', 'error', 'debug', 'trace', 'dir'] as const;

export const watchForLeaks = (world: World): LeakWatch => {
  /** Each link with the user it is for. */
  const owners = new Map<string, string>();
  const answers: string[] = [];
  const printed: string[] = [];

  const note = (text: unknown): boolean => printed.push(String(text)) > 0;
  const spies = [
    vi.spyOn(process.stdout, 'write').mockImplementation(note),
    vi.spyOn(process.stderr, 'write').mockImplementation(note),
    ...CONSOLE.map(name => vi.spyOn(console, name).mockImplementation((...texts: unknown[]) => texts.forEach(note))),
  ];

  const secrets = (): string[] => [String(world.env.BANDYER_API_SECRET_KEY), String(world.env.GATEWAY_SECRETS)];
  const links = (): string[] => [...owners.keys()];
  const leaksIn = (text: string): string[] => findLeaks(text, { secrets: secrets(), links: links() });

  /** What a participant's answer holds beside the names of the others and their own link. */
  const withoutOwn = (asked: string, opened: Record<string, unknown>): string => {
    const { participantsBandyerCall: people, accessLinkURL: link, ...others } = opened;
    if (link !== null && owners.get(String(link)) !== others.bandyerUserId) {
      answers.push(`${asked}: the link of somebody else`);
    }
    const nameless = (people as Record<string, unknown>[]).map(({ fullName: _, ...whoever }) => whoever);
    return JSON.stringify([others, nameless]);
  };

  return {
    secrets,
    links,
    noteLinks: async () => {
      const rooms = await world.simulator.rooms();
      for (const { user_id, access_link } of rooms.flatMap(room => room.participants)) {
        if (typeof access_link === 'string') owners.set(access_link, user_id);
      }
      return rooms;
    },
    leaksIn,
    examine: (asked, { status, headers, text, body }) => {
      const opened = status === 200 && typeof body === 'object' && body !== null && 'participantsBandyerCall' in body;
      const rest = opened ? withoutOwn(asked, { ...body }) : text;
      for (const leak of leaksIn(rest + JSON.stringify(headers))) answers.push(`${asked} -> ${status}: ${leak}`);
    },
    findings: () => ({
      answers: answers.splice(0),
      logs: world.logs.splice(0).flatMap(line => leaksIn(line).map(leak => `${leak} in ${line}`)),
      printed: printed.splice(0),
    }),
    stop: () => {
      for (const spy of spies) spy.mockRestore();
    },
  };
};
