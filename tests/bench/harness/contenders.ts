/** Who is measured, in the order of the tables. */
import { join, resolve } from 'node:path';

export const ROOT = resolve(import.meta.dirname, '../../..');
export const PEERS = join(ROOT, 'tests/bench/peers');

export interface Peer {
  /** The folder's name. */
  key: string;
  name: string;
}

export const BARE: Peer = { key: 'bare', name: 'hand-written, no framework' };

export const FRAMEWORKS: readonly Peer[] = [
  { key: 'powertools', name: 'Powertools event handler' },
  { key: 'hono', name: 'Hono' },
  { key: 'lambda-api', name: 'lambda-api' },
  { key: 'fastify', name: 'Fastify, @fastify/aws-lambda' },
  { key: 'express', name: 'Express, serverless-http' },
  { key: 'nest', name: 'NestJS' },
];

export const ALL_PEERS: readonly Peer[] = [BARE, ...FRAMEWORKS];
export const OURS = 'this service';
