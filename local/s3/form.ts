/** A form as browsers post it to a bucket: fields first, the file last. */
import busboy from 'busboy';
import { malformedPost } from './errors.ts';

interface PostedForm {
  /** By their names in lower case. */
  readonly fields: ReadonlyMap<string, string>;
  readonly file: Buffer;
}

export function readForm(contentType: string, body: Buffer): Promise<PostedForm> {
  return new Promise((resolve, reject) => {
    const fields = new Map<string, string>();
    let file: Buffer | undefined;
    const broken = (): void =>
      reject(malformedPost('The body of your POST request is not well-formed multipart/form-data.'));
    try {
      const form = busboy({ headers: { 'content-type': contentType } });
      form.on('file', (name, stream) => {
        const chunks: Buffer[] = [];
        stream.on('data', (chunk: Buffer) => chunks.push(chunk));
        stream.on('error', broken);
        stream.on('end', () => {
          if (name === 'file' && file === undefined) file = Buffer.concat(chunks);
        });
      });
      // What comes after the file is not read.
      form.on('field', (name, value) => file === undefined && fields.set(name.toLowerCase(), value));
      form.on('error', broken);
      form.on('close', () => {
        if (file !== undefined) resolve({ fields, file });
        else reject(malformedPost('POST requires exactly one file upload per request.'));
      });
      form.end(body);
    } catch {
      broken();
    }
  });
}
