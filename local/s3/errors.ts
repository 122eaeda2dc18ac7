/** S3's refusals: a status, one of its codes, and its XML. */
export class S3Error extends Error {
  override readonly name = 'S3Error';
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

export const denied = (message: string): S3Error => new S3Error(403, 'AccessDenied', message);
export const malformedPost = (message: string): S3Error => new S3Error(400, 'MalformedPOSTRequest', message);

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

export function toXml({ code, message }: S3Error): string {
  const text = message.replace(/[&<>"]/g, char => ESCAPES[char] ?? '');
  return `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${text}</Message></Error>`;
}
