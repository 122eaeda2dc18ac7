/**
 * The framework's plugin for what runs around the functions: adds the alarms on their groups, and to every role what X-Ray needs
 * where `--param tracing=active` asks for it.
 */
import { type AlarmGroups, alarmsOf } from './alarms.ts';
import type { Osls, Resource } from './osls.ts';
import type { Statement } from './secret-rights.ts';
import { TRACES } from './tracing.ts';

interface RoleProperties {
  readonly Policies?: readonly { readonly PolicyDocument: { Statement: readonly Statement[] } }[];
}

const localStage = 'local';

export default class OperationsPlugin {
  readonly hooks: Readonly<Record<string, () => void>>;
  readonly #osls: Osls;

  constructor(osls: Osls) {
    this.#osls = osls;
    this.hooks = { 'before:package:initialize': () => this.#add() };
  }

  #add(): void {
    const stage = this.#osls.getProvider('aws').getStage();
    if (stage === localStage) return;
    const { custom, provider, resources, service } = this.#osls.service;
    const all = resources?.Resources ?? {};
    Object.assign(all, alarmsOf(this.#groups(custom?.alarmGroups ?? {}), `${service}-${stage}`));
    if (provider.tracing?.lambda === true) for (const role of rolesIn(all)) addTo(role, TRACES);
  }

  /** A function that is in no group would break without anybody hearing of it. */
  #groups(groups: AlarmGroups): AlarmGroups {
    const listed = Object.values(groups).flat();
    const keys = this.#osls.service.getAllFunctions();
    const problems = [
      ...keys.filter(key => !listed.includes(key)).map(key => `custom.alarmGroups: no group has ${key}`),
      ...listed.filter(key => !keys.includes(key)).map(key => `custom.alarmGroups: there is no function ${key}`),
      ...listed
        .filter((key, index) => listed.indexOf(key) !== index)
        .map(key => `custom.alarmGroups: ${key} is in two groups`),
    ];
    if (problems.length > 0) throw new this.#osls.classes.Error(problems.join('\n'), 'TELECONSULTATION_OPERATIONS');
    return groups;
  }
}

function rolesIn(resources: Readonly<Record<string, Resource>>): RoleProperties[] {
  return Object.values(resources)
    .filter(({ Type }) => Type === 'AWS::IAM::Role')
    .map(({ Properties = {} }) => Properties as RoleProperties);
}

function addTo({ Policies = [] }: RoleProperties, statement: Statement): void {
  for (const { PolicyDocument } of Policies) PolicyDocument.Statement = [...PolicyDocument.Statement, statement];
}
