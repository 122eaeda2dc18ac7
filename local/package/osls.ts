/** The few pieces of the framework that the packaging plugin touches. */

export interface ServiceFunction {
  handler: string;
  package?: { artifact?: string };
}

export interface Osls {
  readonly serviceDir: string;
  readonly processedInput: { readonly commands: readonly string[] };
  readonly service: {
    readonly provider: { environment?: Record<string, string> };
    readonly custom?: { environments?: Record<string, unknown> };
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
}
