import busboy from 'busboy';
import { invalidInput, ServiceError, tooLarge } from '../errors.ts';
import { type BodyReader, bytesOf } from './body-bytes.ts';

/**
 * A form with one file, `multipart/form-data`. Everything that a client could make endless has a limit; text fields beside the
 * file are allowed and ignored, as unknown keys of a JSON body are.
 */

interface FileForm {
  /** The part's name. */
  field: string;
  largestBytes: number;
  /** Says what to do instead, for a file that is larger. */
  whenLarger: string;
}

const MULTIPART = /^\s*multipart\/form-data\s*(;|$)/i;

const LIMITS = { files: 2, fields: 8, parts: 12, fieldSize: 4096, headerPairs: 32 };

const badBody = (message: string): ServiceError => invalidInput([{ path: 'body', message }]);

type Parser = ReturnType<typeof busboy>;

/** busboy says the same of a missing boundary and of a header that makes no sense. */
const openParser = (contentType: string, largestBytes: number): Parser => {
  try {
    // The limit counts as reached at this very size, which is still allowed.
    return busboy({ headers: { 'content-type': contentType }, limits: { ...LIMITS, fileSize: largestBytes + 1 } });
  } catch {
    throw invalidInput([{ path: 'headers.content-type', message: 'must name the boundary between the parts' }]);
  }
};

const parse = (parser: Parser, bytes: Buffer, { field, whenLarger }: FileForm): Promise<Record<string, unknown>> => {
  const { promise, resolve, reject } = Promise.withResolvers<Record<string, unknown>>();
  const form: Record<string, unknown> = {};
  let refusal: ServiceError | undefined;
  let files = 0;
  const refuse = (error: ServiceError): void => {
    refusal ??= error;
  };
  // Of the parser's own words only the occasion is kept.
  const broken = (): void =>
    reject(refusal ?? badBody('must be a complete multipart form; this one is cut off or malformed'));
  parser.on('file', (name, stream) => {
    files += 1;
    if (files > 1) refuse(badBody('must hold one file only'));
    const chunks: Buffer[] = [];
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.on('limit', () => refuse(tooLarge(whenLarger)));
    stream.on('error', broken);
    stream.on('end', () => {
      if (name === field) form[field] = Buffer.concat(chunks);
    });
  });
  parser.on('field', name => {
    if (name === field) refuse(invalidInput([{ path: `body.${field}`, message: 'must be a file, with a file name' }]));
  });
  const tooMany = (): void => refuse(badBody('must hold one file and few fields beside it'));
  for (const limit of ['partsLimit', 'filesLimit', 'fieldsLimit'] as const) parser.on(limit, tooMany);
  parser.on('error', broken);
  parser.on('close', () => (refusal === undefined ? resolve(form) : reject(refusal)));
  parser.end(bytes);
  return promise;
};

/** @throws ServiceError 415 for another kind of body, 413 for a larger file, 400 for everything else that is wrong */
export const fileForm =
  (form: FileForm): BodyReader =>
  async event => {
    const contentType = event.headers?.['content-type'] ?? '';
    if (!MULTIPART.test(contentType)) {
      throw new ServiceError('unsupported_media_type', 415, 'the body must be sent as multipart/form-data');
    }
    return parse(openParser(contentType, form.largestBytes), bytesOf(event), form);
  };
