import type { AlarmGroups } from './alarms.ts';
import type { AuthorizerSettings } from './authorizers.ts';
import type { CorsSettings } from './cors.ts';
import type { Deployment, Network } from './deployment.ts';

/** The few pieces of the framework that the packaging plugin touches. */

export interface ServiceFunction {
  handler: string;
  /** The logical id of its role. */
  readonly role?: string;
  readonly events?: readonly { readonly httpApi?: string | object }[];
  vpc?: Network;
  package?: { artifact?: string; readonly patterns?: readonly string[] };
}

interface HttpApi {
  readonly authorizers?: Record<string, AuthorizerSettings>;
  readonly [setting: string]: unknown;
}

/** One of the stack's own, as serverless.yml has it with every variable resolved. */
export interface Resource {
  readonly Type: string;
  readonly Properties?: object;
}

export interface Osls {
  readonly serviceDir: string;
  readonly processedInput: { readonly commands: readonly string[] };
  readonly service: {
    /** Its name. */
    readonly service?: string;
    readonly provider: {
      environment?: Record<string, string>;
      httpApi?: HttpApi;
      readonly tracing?: { readonly lambda?: boolean };
    };
    readonly custom?: {
      environments?: Record<string, unknown>;
      readonly cors?: CorsSettings;
      readonly secrets?: { readonly kmsKey?: string };
      readonly alarmGroups?: AlarmGroups;
      readonly deployment?: Deployment;
    };
    readonly resources?: { readonly Resources?: Readonly<Record<string, Resource>> };
    getAllFunctions(): string[];
    getFunction(key: string): ServiceFunction;
  };
  getProvider(name: 'aws'): { getStage(): string };
  /** Thrown, it ends the command with exit code 1 and prints its message alone, without a stack trace. */
  readonly classes: { readonly Error: new (message: string, code: string) => Error };
}

/** Options of the command line, shared with every plugin: `invoke local` reads its folder from here. */
export interface OslsOptions {
  function?: string;
  extraServicePath?: string;
  /** Of `deploy`: the folder of a package that is there already. */
  package?: string;
}
