/**
 * The two stores that AWS has for secrets, as far as reading goes: the same calls, errors and rights over HTTP. What is not there
 * is an error as it is at AWS, and a call in a form that AWS does not know is one that names it.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';

interface Parameter {
  value: string;
  type: 'SecureString' | 'String';
}

/** What happens to the calls from here on: they hang, are cut, or are refused with this status and type of error. */
export type Trouble = 'hangs' | 'cuts' | { status: number; type: string };

export interface SecretStores {
  url: string;
  /** `service:Action name` of every call, in order of arrival. */
  asked: string[];
  putParameter(name: string, value: string, type?: Parameter['type']): void;
  /** @param text undefined for one that holds bytes and no text */
  putSecret(arn: string, text: string | undefined): void;
  remove(name: string): void;
  /** Until it is called with nothing. */
  trouble(trouble?: Trouble): void;
  close(): Promise<void>;
}

const ACTIONS: Record<string, { service: string; action: string }> = {
  'AmazonSSM.GetParameter': { service: 'ssm', action: 'GetParameter' },
  'secretsmanager.GetSecretValue': { service: 'secretsmanager', action: 'GetSecretValue' },
};

interface Ask {
  Name?: string;
  WithDecryption?: boolean;
  SecretId?: string;
}

/** Where the SDK's clients look for their stores. */
const ENDPOINTS = ['AWS_ENDPOINT_URL_SSM', 'AWS_ENDPOINT_URL_SECRETS_MANAGER'];

export const startSecretStores = async (): Promise<SecretStores> => {
  const parameters = new Map<string, Parameter>();
  const secrets = new Map<string, string | undefined>();
  const asked: string[] = [];
  let current: Trouble | undefined;

  const answer = (response: ServerResponse, status: number, body: unknown): void => {
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(body));
  };

  const read = (
    service: string,
    { Name = '', WithDecryption, SecretId = '' }: Ask,
  ): [status: number, body: unknown] => {
    if (service === 'ssm') {
      const found = parameters.get(Name);
      if (found === undefined) return [400, { __type: 'ParameterNotFound' }];
      const isReadable = found.type === 'String' || WithDecryption === true;
      return [
        200,
        { Parameter: { Name, Type: found.type, Value: isReadable ? found.value : 'AQICAHencrypted', Version: 1 } },
      ];
    }
    if (!secrets.has(SecretId)) {
      return [
        400,
        { __type: 'ResourceNotFoundException', Message: "Secrets Manager can't find the specified secret." },
      ];
    }
    const SecretString = secrets.get(SecretId);
    return [200, { ARN: SecretId, ...(SecretString === undefined ? { SecretBinary: 'AAEC' } : { SecretString }) }];
  };

  const receive = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { 'x-amz-target': target = '', 'content-type': contentType, authorization = '' } = request.headers;
    const ask = (await json(request)) as Ask;
    const known = ACTIONS[String(target)];
    if (known === undefined || contentType !== 'application/x-amz-json-1.1') {
      return answer(response, 400, { __type: 'UnknownOperationException', message: `${target} as ${contentType}` });
    }
    if (
      !new RegExp(`^AWS4-HMAC-SHA256 Credential=[^/]+/\\d{8}/[a-z0-9-]+/${known.service}/aws4_request`).test(
        authorization,
      )
    ) {
      return answer(response, 403, { __type: 'IncompleteSignatureException', message: authorization });
    }
    asked.push(`${known.service}:${known.action} ${ask.Name ?? ask.SecretId}`);
    if (current === 'hangs') return;
    if (current === 'cuts') return void request.socket.resetAndDestroy();
    if (current !== undefined)
      return answer(response, current.status, { __type: current.type, message: 'invented trouble' });
    answer(response, ...read(known.service, ask));
  };

  const server = createServer((request, response) => void receive(request, response));
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const before = ENDPOINTS.map(name => [name, process.env[name]] as const);
  for (const name of ENDPOINTS) process.env[name] = url;

  return {
    url,
    asked,
    putParameter: (name, value, type = 'SecureString') => void parameters.set(name, { value, type }),
    putSecret: (arn, text) => void secrets.set(arn, text),
    remove: name => {
      parameters.delete(name);
      secrets.delete(name);
    },
    trouble: trouble => {
      current = trouble;
    },
    close: async () => {
      for (const [name, value] of before) {
        if (value === undefined) delete process.env[name];
        else process.env[name] = value;
      }
      const closed = new Promise(done => server.close(done));
      server.closeAllConnections();
      await closed;
    },
  };
};
