import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** A real nginx with docs/nginx.conf: in a folder of its own, on free ports, ended by its process id. */

export interface Nginx {
  /** Where the platform's gateway and services of the cluster call. */
  cluster: string;
  /** Where browsers do. */
  browsers: string;
  /** Everything it wrote down. */
  logs(): string;
  close(): Promise<void>;
}

export interface NginxWish {
  /** The text of docs/nginx.conf. */
  conf: string;
  api: string;
  secret: string;
  /** The one address whose identity headers are believed. */
  platformGateway: string;
  sessions: string;
}

const run = promisify(execFile);

/** @throws where nginx neither is there nor can be installed: what it would have shown is then not known */
const findNginx = async (): Promise<string> => {
  const version = () => run('nginx', ['-v']);
  const install = async () => {
    await run('apt-get', ['install', '-y', '--no-install-recommends', 'nginx-light'], { maxBuffer: 20_000_000 });
    return version();
  };
  await version()
    .catch(install)
    .catch(error => {
      const { stderr = '', message } = error as { stderr?: string; message: string };
      throw new Error(`nginx is needed, and cannot be installed with apt-get: ${stderr.trim() || message}`);
    });
  return 'nginx';
};

/** Ports that are free at the moment, all different. */
const freePorts = async (count: number): Promise<number[]> => {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer().listen(0, '127.0.0.1');
      await once(server, 'listening');
      return server;
    }),
  );
  const ports = servers.map(server => (server.address() as AddressInfo).port);
  await Promise.all(servers.map(server => once(server.close(), 'close')));
  return ports;
};

/** Each is there as often as it says, or the file is not the one that this fits to. */
const adapt = (conf: string, changes: readonly [from: string, to: string, times?: number][]): string =>
  changes.reduce((text, [from, to, times = 1]) => {
    const parts = text.split(from);
    if (parts.length !== times + 1) throw new Error(`docs/nginx.conf has "${from}" ${parts.length - 1} times`);
    return parts.join(to);
  }, conf);

const answers = async (port: number, child: ChildProcess, complaints: () => string): Promise<void> => {
  for (;;) {
    if (child.exitCode !== null) throw new Error(`nginx did not start:\n${complaints()}`);
    const socket = connect(port, '127.0.0.1');
    const open = await once(socket, 'connect').then(
      () => true,
      () => false,
    );
    socket.destroy();
    if (open) return;
    await new Promise(resolve => setTimeout(resolve, 20));
  }
};

export const startNginx = async ({ conf, api, secret, platformGateway, sessions }: NginxWish): Promise<Nginx> => {
  const nginx = await findNginx();
  const folder = mkdtempSync(join(tmpdir(), 'nginx-'));
  const [cluster = 0, browsers = 0, refusals = 0] = await freePorts(3);
  const secretFile = join(folder, 'secret.conf');
  writeFileSync(secretFile, `proxy_set_header x-gateway-secret "${secret}";\n`, { mode: 0o600 });
  mkdirSync(join(folder, 'temp'));
  const temp = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    name => `${name}_temp_path ${join(folder, 'temp', name)};`,
  );
  const own = adapt(conf, [
    ['https://origin.telecons.clinic.example', api],
    ['10.0.12.7/32', `${platformGateway}/32`],
    ['listen 80;', `listen 127.0.0.1:${cluster};`],
    ['listen 8080;', `listen 127.0.0.1:${browsers};`],
    ['127.0.0.1:8403', `127.0.0.1:${refusals}`, 2],
    ['http://authorization-service/auth', `${sessions}/auth`],
    ['/etc/nginx/telecons-secret.conf', secretFile, 2],
    ['/var/log/nginx/telecons.log', join(folder, 'access.log'), 2],
  ]);
  // The parts that Debian's own nginx.conf has around it. Its workers may only read the folder as whoever has made it.
  const main = `${userInfo().uid === 0 ? 'user root;' : ''} daemon off; pid ${join(folder, 'nginx.pid')}; error_log stderr info; worker_processes 1;
events { worker_connections 64; }
http {
${temp.join('\n')}
${own}
}
`;
  const file = join(folder, 'nginx.conf');
  writeFileSync(file, main);
  const child = spawn(nginx, ['-p', folder, '-c', file, '-e', 'stderr'], { stdio: ['ignore', 'ignore', 'pipe'] });
  let complaints = '';
  child.stderr.setEncoding('utf8').on('data', text => {
    complaints += text;
  });
  const ended = once(child, 'close');
  await Promise.all([cluster, browsers, refusals].map(port => answers(port, child, () => complaints)));
  return {
    cluster: `http://127.0.0.1:${cluster}`,
    browsers: `http://127.0.0.1:${browsers}`,
    logs: () => complaints + readFileSync(join(folder, 'access.log'), 'utf8'),
    close: async () => {
      child.kill('SIGQUIT');
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
};
