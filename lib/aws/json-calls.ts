import { systemClock } from '../clock.ts';
import { credentialsFrom, type Environment, endpointFrom, hostOf, regionFrom, type Service } from './access.ts';
import { type AttemptOptions, createAttempts } from './attempts.ts';
import { AwsError, BrokenAnswerError } from './errors.ts';
import { type Answer, type Connections, openConnections, type TimeLimits } from './exchange.ts';
import { signed } from './signature.ts';
import { within } from './time-limit.ts';

/**
 * Calls in AWS's JSON protocols, the way DynamoDB, Parameter Store and Secrets Manager take them: one signed POST each. The
 * SDK does the same with ten times the code, which every cold start pays for; see docs/decisions/0033.
 */
export interface JsonCalls {
  /**
   * @param name e.g. `GetItem`
   * @param mostMs for all attempts together
   * @throws AwsError when it was refused; what the connection came to; the reason of the signal
   */
  call(name: string, input: unknown, signal: AbortSignal, mostMs: number): Promise<unknown>;
  close(): void;
}

export interface JsonCallOptions {
  service: Service;
  /** As `x-amz-target` has it before the call's name, e.g. `DynamoDB_20120810`. */
  target: string;
  version: '1.0' | '1.1';
  environment: Environment;
  /** The environment's own unless given. */
  endpoint?: string | undefined;
  region?: string | undefined;
  limits: TimeLimits;
  attempts?: AttemptOptions;
}

/** `com.amazonaws.dynamodb.v20120810#ThrottlingException`, `ThrottlingException:http://...` */
const shortType = (text: string): string => {
  const [type = ''] = text.split(':');
  return type.slice(type.lastIndexOf('#') + 1);
};

const typeOf = ({ headers, body }: Answer): string => {
  const header = headers['x-amzn-errortype'];
  if (typeof header === 'string') return shortType(header);
  try {
    const { __type: type, code } = JSON.parse(body.toString('utf8')) as Record<string, unknown>;
    const text = type ?? code;
    if (typeof text === 'string') return shortType(text);
  } catch {
    // Whatever stands between us and AWS has answered in its own words.
  }
  return 'UnknownError';
};

/** DynamoDB says what its answer adds up to. */
const isWhole = ({ headers, body }: Answer): boolean => {
  const sum = headers['x-amz-crc32'];
  return typeof sum !== 'string' || process.getBuiltinModule('node:zlib').crc32(body) === Number(sum);
};

const decoded = (answer: Answer): unknown => {
  if (!isWhole(answer)) throw new BrokenAnswerError('the answer does not add up to what it says');
  const { status, body } = answer;
  if (status !== 200) throw new AwsError(typeOf(answer), status);
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    // Not with its cause: a parser's error repeats what it could not read.
    throw new BrokenAnswerError('the answer is not JSON');
  }
};

export const createJsonCalls = (options: JsonCallOptions): JsonCalls => {
  const { service, target, version, environment, limits } = options;
  const attempts = createAttempts(options.attempts);
  let opened: { region: string; endpoint: URL; connections: Connections } | undefined;

  /** Looked for when the first call needs it: a function that makes none needs neither region nor connections. */
  const open = (): NonNullable<typeof opened> => {
    const region = options.region ?? regionFrom(environment);
    const given = options.endpoint === undefined ? endpointFrom(environment, service) : new URL(options.endpoint);
    const endpoint = given ?? new URL(`https://${hostOf(service, region)}`);
    return { region, endpoint, connections: openConnections(endpoint, limits) };
  };

  return {
    call: (name, input, signal, mostMs) => {
      const body = JSON.stringify(input);
      const attempt = async (inTime: AbortSignal): Promise<unknown> => {
        opened ??= open();
        const { region, endpoint, connections } = opened;
        const path = endpoint.pathname;
        const plain = {
          'content-type': `application/x-amz-json-${version}`,
          host: endpoint.host,
          'x-amz-target': `${target}.${name}`,
        };
        const signer = { credentials: credentialsFrom(environment), region, service, at: systemClock.now() };
        const headers = { ...plain, ...signed({ method: 'POST', path, headers: plain, body }, signer) };
        return decoded(await connections.send({ method: 'POST', path, headers, body }, inTime));
      };
      return within(signal, mostMs, inTime => attempts.run(() => attempt(inTime), inTime));
    },
    close: () => {
      opened?.connections.close();
      opened = undefined;
    },
  };
};
