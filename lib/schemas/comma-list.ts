import * as z from 'zod';

/** `a, b,` as a list without blanks and without empty entries. */
export const commaList = z.string().transform(value =>
  value
    .split(',')
    .map(item => item.trim())
    .filter(item => item !== ''),
);
