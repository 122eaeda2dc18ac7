/**
 * The framework's plugin for what a stage may be given: refuses parameters that contradict each other, and puts the functions that
 * call the directory into its network. The domain is in serverless.yml, under its conditions.
 */
import { hasCaller, type Network, networkOf, networkRights, problemsOf } from './deployment.ts';
import type { Osls } from './osls.ts';
import type { Statement } from './secret-rights.ts';

interface RoleProperties {
  readonly Policies?: readonly { readonly PolicyDocument: { Statement: readonly Statement[] } }[];
}

const localStage = 'local';

export default class DeploymentPlugin {
  readonly hooks: Readonly<Record<string, () => void>>;
  readonly #osls: Osls;

  constructor(osls: Osls) {
    this.#osls = osls;
    this.hooks = { 'before:package:initialize': () => this.#setUp() };
  }

  #setUp(): void {
    const { deployment } = this.#osls.service.custom ?? {};
    if (this.#stage() === localStage || deployment === undefined) return;
    const problems = problemsOf(deployment);
    if (problems.length > 0) throw new this.#osls.classes.Error(problems.join('\n'), 'TELECONSULTATION_DEPLOYMENT');
    const network = networkOf(deployment);
    if (network !== undefined) this.#join(network);
  }

  #join(network: Network): void {
    const { service } = this.#osls;
    for (const key of service.getAllFunctions()) {
      const definition = service.getFunction(key);
      if (!hasCaller(definition)) continue;
      definition.vpc = network;
      const { Properties = {} } = service.resources?.Resources?.[definition.role ?? ''] ?? {};
      for (const { PolicyDocument } of (Properties as RoleProperties).Policies ?? []) {
        const rights = networkRights(`${service.service}-${this.#stage()}-${key}`);
        PolicyDocument.Statement = [...PolicyDocument.Statement, ...rights];
      }
    }
  }

  #stage(): string {
    return this.#osls.getProvider('aws').getStage();
  }
}
