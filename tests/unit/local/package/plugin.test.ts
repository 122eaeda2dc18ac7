import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Osls, OslsOptions, ServiceFunction } from '../../../../local/package/osls.ts';
import PackagePlugin from '../../../../local/package/plugin.ts';
import { copyService, filesOf, osls, removeService, zipsOf } from '../../../support/service-copy.ts';

const health = "export const handler = async () => ({ statusCode: 200, body: 'well' });";

/** A service of one function, `health`, as the framework shows it to a plugin. */
function aService({ stage = 'dev', command = 'package', configuration = '' } = {}) {
  const serviceDir = mkdtempSync(join(tmpdir(), 'plugin-'));
  onTestFinished(() => rmSync(serviceDir, { recursive: true }));
  mkdirSync(join(serviceDir, 'functions'));
  writeFileSync(join(serviceDir, 'functions/health.ts'), health);

  const functions: Record<string, ServiceFunction> = { health: { handler: 'functions/health.handler' } };
  const service = {
    provider: { environment: { TELECONSULTATION_SERVICE_CONFIG_PATH: configuration } },
    custom: { environments: { aws: { KEY: 'reference' }, local: { KEY: 'secret of this machine' } } },
    getAllFunctions: () => Object.keys(functions),
    getFunction: (key: string) => functions[key] ?? { handler: 'functions/absent.handler' },
  };
  const framework: Osls = {
    serviceDir,
    processedInput: { commands: [command] },
    service,
    getProvider: () => ({ getStage: () => stage }),
    classes: { Error },
  };
  const options: OslsOptions = { function: 'health' };
  const { hooks } = new PackagePlugin(framework, options);
  const run = async (hook: string) => hooks[hook]?.();
  return { serviceDir, service, functions, options, run };
}

const packageHook = 'before:package:createDeploymentArtifacts';

describe('packaging', () => {
  it.each([packageHook, 'before:package:function:package'])(
    'at %s makes a zip and points the function at it',
    async hook => {
      const { serviceDir, functions, run } = aService();
      await run(hook);
      expect(functions.health?.package?.artifact).toBe(join(serviceDir, '.serverless/health.zip'));
      const [archive] = zipsOf(serviceDir).values();
      expect([...filesOf(archive ?? Buffer.alloc(0)).keys()]).toEqual(['functions/health.js', 'package.json']);
    },
  );

  it('packs the configuration file and tells the functions where it is', async () => {
    const { serviceDir, service, run } = aService({ configuration: 'settings/mine.json' });
    mkdirSync(join(serviceDir, 'settings'));
    writeFileSync(join(serviceDir, 'settings/mine.json'), '{"privileges": {}}\n');
    await run(packageHook);
    const files = filesOf(zipsOf(serviceDir).get('health') ?? Buffer.alloc(0));
    expect(files.get('teleconsultation.config.json')).toBe('{"privileges": {}}\n');
    expect(service.provider.environment.TELECONSULTATION_SERVICE_CONFIG_PATH).toBe('./teleconsultation.config.json');
  });

  it('packs the files that a function names, and those of no other function', async () => {
    const { serviceDir, functions, run } = aService();
    functions.page = { handler: 'functions/health.handler', package: { patterns: ['assets/style.css'] } };
    mkdirSync(join(serviceDir, 'assets'));
    writeFileSync(join(serviceDir, 'assets/style.css'), 'p {}\n');
    await run(packageHook);
    const zips = zipsOf(serviceDir);
    const contents = (key: string) => [...filesOf(zips.get(key) ?? Buffer.alloc(0))].map(([path]) => path);
    expect(contents('page')).toEqual(['assets/style.css', 'functions/health.js', 'package.json']);
    expect(contents('health')).toEqual(['functions/health.js', 'package.json']);
    expect(filesOf(zips.get('page') ?? Buffer.alloc(0)).get('assets/style.css')).toBe('p {}\n');
  });

  it('stops in one line when a file that a function names is not there', async () => {
    const { functions, run } = aService();
    functions.health = { handler: 'functions/health.handler', package: { patterns: ['assets/absent.css'] } };
    await expect(run(packageHook)).rejects.toThrow('package.patterns: cannot read "assets/absent.css" (ENOENT).');
  });

  it('leaves the variable empty when no configuration file is named', async () => {
    const { service, run } = aService();
    await run(packageHook);
    expect(service.provider.environment.TELECONSULTATION_SERVICE_CONFIG_PATH).toBe('');
  });

  it('stops in one line when the configuration file is not there', async () => {
    const { serviceDir, run } = aService({ configuration: 'settings/absent.json' });
    const line = 'TELECONSULTATION_SERVICE_CONFIG_PATH: cannot read "settings/absent.json" (ENOENT).';
    await expect(run(packageHook)).rejects.toThrow(new Error(line));
    expect(existsSync(join(serviceDir, '.serverless'))).toBe(false);
  });

  it('stops when a function does not build, and leaves no zip of the others', async () => {
    const { serviceDir, functions, run } = aService();
    functions.broken = { handler: 'functions/broken.handler' };
    writeFileSync(join(serviceDir, 'functions/broken.ts'), "import './nowhere.ts';");
    await expect(run(packageHook)).rejects.toThrow(/functions\/broken\.ts:1:7/);
    expect(existsSync(join(serviceDir, '.serverless'))).toBe(false);
  });

  it("drops the local environment, which holds this machine's keys, from what is uploaded", async () => {
    const { service, run } = aService();
    await run(packageHook);
    expect(service.custom.environments).toEqual({ aws: { KEY: 'reference' } });
  });
});

describe('invoking locally', () => {
  it('builds the invoked function alone and points the framework at it', async () => {
    const { serviceDir, functions, options, run } = aService({ stage: 'local', command: 'invoke' });
    functions.broken = { handler: 'functions/broken.handler' };
    await run('before:invoke:local:invoke');
    expect(options.extraServicePath).toBe(join('.build', 'health'));
    expect(readdirSync(join(serviceDir, '.build/health'), { recursive: true }).toSorted()).toEqual([
      'functions',
      join('functions', 'health.js'),
      'package.json',
    ]);
    expect(readFileSync(join(serviceDir, '.build/health/functions/health.js'), 'utf8')).toContain('"well"');
  });

  it('works in the framework: the answer of the handler, the local environment, nobody’s credentials', async () => {
    const folder = copyService(['serverless.yml', 'package.json', 'tsconfig.json', 'local/package', 'lib']);
    onTestFinished(() => removeService(folder));
    mkdirSync(join(folder, 'functions'));
    const names = ['TELECONSULTATIONS_TABLE', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN'];
    const values = `${JSON.stringify(names)}.map(name => process.env[name] ?? 'unset')`;
    writeFileSync(join(folder, 'functions/health.ts'), `export const handler = async () => ({ values: ${values} });`);

    const { code, stdout, stderr } = await osls(
      folder,
      ['invoke', 'local', '--stage', 'local', '-f', 'health', '-d', '{}'],
      { AWS_ACCESS_KEY_ID: 'real', AWS_SECRET_ACCESS_KEY: 'real', AWS_SESSION_TOKEN: 'real', AWS_PROFILE: 'absent' },
    );
    expect(code, stderr).toBe(0);
    expect(JSON.parse(stdout)).toEqual({ values: ['teleconsultation-local', 'local', 'local', 'unset'] });
  });
});

describe('stage local', () => {
  it('is refused by deploy in one line', async () => {
    const { run } = aService({ stage: 'local', command: 'deploy' });
    const line = 'Stage "local" can be invoked, never deployed: name another --stage.';
    await expect(run('initialize')).rejects.toThrow(new Error(line));
  });

  it('does not stand in the way of deploying another stage', async () => {
    await expect(aService({ stage: 'dev', command: 'deploy' }).run('initialize')).resolves.toBeUndefined();
  });
});
