/**
 * The framework's plugin for the tokens that routes take: makes lists of audiences written with commas, and refuses to deploy
 * with an issuer or an audience that is nobody's.
 */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { audiences, authorizersInTemplate, reasonNotToDeploy, tokenAuthorizersOf } from './authorizers.ts';
import type { Osls, OslsOptions } from './osls.ts';

const TEMPLATE = 'cloudformation-template-update-stack.json';

export default class IdentityPlugin {
  readonly hooks: Readonly<Record<string, () => void>>;
  readonly #osls: Osls;
  readonly #options: OslsOptions;

  constructor(osls: Osls, options: OslsOptions) {
    this.#osls = osls;
    this.#options = options;
    this.hooks = {
      initialize: () => this.#guardDeployment(),
      'before:package:initialize': () => this.#splitAudiences(),
    };
  }

  #guardDeployment(): void {
    const [command, subcommand] = this.#osls.processedInput.commands;
    if (command !== 'deploy' || subcommand === 'list') return;
    const folder = this.#options.package;
    const reason = reasonNotToDeploy(folder === undefined ? this.#named() : this.#packaged(folder));
    if (reason !== undefined) throw new this.#osls.classes.Error(reason, 'TELECONSULTATION_IDENTITY');
  }

  #named(): ReturnType<typeof tokenAuthorizersOf> {
    return tokenAuthorizersOf(this.#osls.service.provider.httpApi?.authorizers);
  }

  #packaged(folder: string): ReturnType<typeof tokenAuthorizersOf> {
    const file = join(resolve(this.#osls.serviceDir, folder), TEMPLATE);
    try {
      return authorizersInTemplate(readFileSync(file, 'utf8'));
    } catch {
      throw new this.#osls.classes.Error(`There is no package in "${folder}".`, 'TELECONSULTATION_IDENTITY');
    }
  }

  #splitAudiences(): void {
    const settings = this.#osls.service.provider.httpApi?.authorizers ?? {};
    for (const authorizer of Object.values(settings)) authorizer.audience = audiences(authorizer.audience);
  }
}
