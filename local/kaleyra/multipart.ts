// Multipart forms with exactly the parts that an endpoint knows; anything else is refused by its name.
import busboy from 'busboy';
import { invalid, refused } from './errors.ts';
import { header, type Incoming } from './exchange.ts';

export interface FilePart {
  readonly type: string;
  readonly bytes: Buffer;
}

interface Form {
  readonly file: FilePart;
  readonly fields: Readonly<Record<string, string>>;
}

/** The one file part `name`, and the text fields that are allowed beside it. */
export async function readForm(incoming: Incoming, name: string, allowedFields: readonly string[] = []): Promise<Form> {
  const contentType = header(incoming, 'content-type') ?? '';
  if (!/^multipart\/form-data\b/i.test(contentType)) {
    throw refused('file_not_found', `expected multipart/form-data with the file part "${name}"`);
  }
  const files: FilePart[] = [];
  const fields: Record<string, string> = {};
  await parse(contentType, incoming.body, {
    file: (part, file) => {
      if (part !== name) throw invalid(`unknown file part "${part}"`);
      files.push(file);
    },
    field: (part, value) => {
      if (!allowedFields.includes(part)) throw invalid(`unknown form field "${part}"`);
      fields[part] = value;
    },
  });
  const [file, second] = files;
  if (file === undefined) throw refused('file_not_found', `the file part "${name}" is missing`);
  if (second !== undefined) throw invalid(`the file part "${name}" may be sent only once`);
  return { file, fields };
}

interface Parts {
  file(name: string, file: FilePart): void;
  field(name: string, value: string): void;
}

function parse(contentType: string, body: Buffer, parts: Parts): Promise<void> {
  return new Promise((resolve, reject) => {
    const failed = (error: unknown) =>
      reject(refused('upload_error', error instanceof Error ? error.message : 'unreadable form'));
    const guarded = (act: () => void) => {
      try {
        act();
      } catch (error) {
        reject(error);
      }
    };
    try {
      const form = busboy({ headers: { 'content-type': contentType } });
      form.on('file', (name, stream, { mimeType }) => {
        const chunks: Buffer[] = [];
        stream.on('data', (chunk: Buffer) => chunks.push(chunk));
        // A form that breaks off inside the file ends here first.
        stream.on('error', failed);
        stream.on('close', () => guarded(() => parts.file(name, { type: mimeType, bytes: Buffer.concat(chunks) })));
      });
      form.on('field', (name, value) => guarded(() => parts.field(name, value)));
      form.on('error', failed);
      form.on('close', resolve);
      form.end(body);
    } catch (error) {
      failed(error);
    }
  });
}
