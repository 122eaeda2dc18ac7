/** The part of dynalite (which brings no types) that the embedded DynamoDB uses. */
declare module 'dynalite' {
  import type { Server } from 'node:http';

  export interface DynaliteOptions {
    /** Folder of the LevelDB store; in memory when absent. */
    path?: string;
    /** How long a table stays in CREATING; 500 unless given. */
    createTableMs?: number;
  }

  export default function dynalite(options?: DynaliteOptions): Server;
}
