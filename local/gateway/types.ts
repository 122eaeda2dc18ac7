/** The two shapes between a socket and a function, and what a function is. */
import type { Context } from 'aws-lambda';

export type Handler = (event: unknown, context: Context) => Promise<unknown>;

export type HeaderList = readonly (readonly [name: string, value: string])[];

/** A request as it arrived: nothing decoded, headers in the order and case they were sent. */
export interface GatewayRequest {
  readonly method: string;
  readonly rawPath: string;
  /** Without the question mark. */
  readonly rawQuery: string;
  readonly headers: HeaderList;
  readonly body: Buffer;
  readonly sourceIp: string;
}

export interface GatewayResponse {
  readonly statusCode: number;
  readonly headers: HeaderList;
  readonly body: Buffer;
}

/** The header by which a trusted gateway proves itself to the functions behind it. */
export interface GatewaySecret {
  readonly header: string;
  readonly value: string;
}

export type Log = (line: string) => void;
