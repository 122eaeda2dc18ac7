/**
 * The framework's packaging plugin: bundles the functions and makes one zip for each.
 *
 * - `package` and `deploy`: every function becomes `.serverless/<key>.zip`. When TELECONSULTATION_SERVICE_CONFIG_PATH names a
 *   file, it travels in every zip and the functions find it beside them. So do the files that a function names for itself.
 * - `invoke local`: only the invoked function is built, into `.build/<key>/`.
 * - Secrets of the machine that deploys stay on it.
 * - Stage `local` is never deployed, and invoking it reads nobody's AWS credentials.
 */
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { BundleError, bundleHandlers, type PackagedFile } from './bundle.ts';
import type { Osls, OslsOptions, ServiceFunction } from './osls.ts';
import { zip } from './zip.ts';

const configurationVariable = 'TELECONSULTATION_SERVICE_CONFIG_PATH';
const configurationFile = 'teleconsultation.config.json';
const localStage = 'local';

export default class PackagePlugin {
  readonly hooks: Readonly<Record<string, () => void | Promise<void>>>;
  readonly #osls: Osls;
  readonly #options: OslsOptions;

  constructor(osls: Osls, options: OslsOptions) {
    this.#osls = osls;
    this.#options = options;
    this.hooks = {
      initialize: () => this.#guardLocalStage(),
      'before:package:createDeploymentArtifacts': () => this.#package(),
      'before:package:function:package': () => this.#package(),
      'before:invoke:local:invoke': () => this.#buildInvoked(),
    };
  }

  #guardLocalStage(): void {
    if (this.#stage() !== localStage) return;
    const [command] = this.#osls.processedInput.commands;
    if (command === 'deploy')
      throw this.#failure('Stage "local" can be invoked, never deployed: name another --stage.');
    if (command === 'invoke') useDummyCredentials();
  }

  async #package(): Promise<void> {
    const { service, serviceDir } = this.#osls;
    this.#forgetLocalEnvironment();
    const configuration = await this.#configuration();
    const functions = service.getAllFunctions().map(key => ({ key, definition: service.getFunction(key) }));
    const bundles = await this.#bundle(functions.map(({ definition }) => definition.handler));

    const folder = join(serviceDir, '.serverless');
    await mkdir(folder, { recursive: true });
    for (const { key, definition } of functions) {
      const artifact = join(folder, `${key}.zip`);
      const files = [...(bundles.get(definition.handler) ?? []), ...configuration, ...(await this.#assets(definition))];
      await writeFile(artifact, await zip(files));
      definition.package = { ...definition.package, artifact };
    }
  }

  /** The framework uploads the resolved manifest; the local environment in it holds the keys that this shell has set. */
  #forgetLocalEnvironment(): void {
    if (this.#stage() !== localStage) delete this.#osls.service.custom?.environments?.[localStage];
  }

  async #buildInvoked(): Promise<void> {
    const key = this.#options.function;
    if (!key) return;
    const { handler } = this.#osls.service.getFunction(key);
    const folder = join('.build', key);
    for (const { path, content } of (await this.#bundle([handler])).get(handler) ?? []) {
      await writeWhole(join(this.#osls.serviceDir, folder, path), content);
    }
    this.#options.extraServicePath = folder;
  }

  /** The configuration file as a file of the zip, if one is named; points the functions' variable at it. */
  async #configuration(): Promise<readonly PackagedFile[]> {
    const environment = this.#osls.service.provider.environment ?? {};
    const path = environment[configurationVariable];
    if (!path) return [];

    const content = await readFile(resolve(this.#osls.serviceDir, path)).catch((error: NodeJS.ErrnoException) => {
      throw this.#failure(`${configurationVariable}: cannot read "${path}" (${error.code}).`);
    });
    environment[configurationVariable] = `./${configurationFile}`;
    return [{ path: configurationFile, content }];
  }

  /** Files that a function brings along beside its code: `package.patterns`, each the path of one file. */
  #assets({ package: packaged }: ServiceFunction): Promise<readonly PackagedFile[]> {
    const paths = packaged?.patterns ?? [];
    return Promise.all(
      paths.map(async path => {
        const content = await readFile(join(this.#osls.serviceDir, path)).catch((error: NodeJS.ErrnoException) => {
          throw this.#failure(`package.patterns: cannot read "${path}" (${error.code}).`);
        });
        return { path, content };
      }),
    );
  }

  async #bundle(handlers: readonly string[]): Promise<ReadonlyMap<string, readonly PackagedFile[]>> {
    return bundleHandlers(this.#osls.serviceDir, handlers).catch((error: unknown) => {
      throw error instanceof BundleError ? this.#failure(error.message) : error;
    });
  }

  #stage(): string {
    return this.#osls.getProvider('aws').getStage();
  }

  #failure(message: string): Error {
    return new this.#osls.classes.Error(message, 'TELECONSULTATION_PACKAGE');
  }
}

/** The framework looks for credentials before it invokes, and hands what it finds to the function. */
function useDummyCredentials(): void {
  for (const name of ['AWS_SESSION_TOKEN', 'AWS_PROFILE', 'AWS_DEFAULT_PROFILE']) delete process.env[name];
  Object.assign(process.env, {
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
  });
}

/** Another `invoke local` may be reading the same file: it sees the old one or the new one, never half of one. */
async function writeWhole(path: string, content: Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const unfinished = `${path}.${process.pid}`;
  await writeFile(unfinished, content);
  await rename(unfinished, path);
}
