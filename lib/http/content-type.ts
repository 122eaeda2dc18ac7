/**
 * Somebody else's content type, before it goes out under our name. Types that a browser would only show as text or keep as data
 * pass; anything that it could run in our origin (HTML, SVG, XML, scripts) and anything unknown becomes plain bytes.
 */

const PLAIN_BYTES = 'application/octet-stream';

const INERT = [
  'application/json',
  'application/pdf',
  'application/x-subrip',
  'application/zip',
  'text/csv',
  'text/markdown',
  'text/plain',
  'text/srt',
  'text/vtt',
];

const isInert = (type: string): boolean => INERT.includes(type) || /^application\/[a-z0-9.-]{1,60}\+json$/.test(type);

export const inertContentType = (sent: string | null): string => {
  const [type = '', ...parameters] = (sent ?? '')
    .toLowerCase()
    .split(';')
    .map(part => part.trim());
  if (!isInert(type)) return PLAIN_BYTES;
  const charset = parameters.find(parameter =>
    /^charset="?(utf-8|us-ascii|iso-8859-1[0-9]?|windows-125[0-8])"?$/.test(parameter),
  );
  return charset === undefined ? type : `${type}; ${charset.replaceAll('"', '')}`;
};
