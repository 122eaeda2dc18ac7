import * as z from 'zod/mini';

/** `a, b,` as a list without blanks and without empty entries. */
export const commaList = z.pipe(
  z.string(),
  z.transform(value =>
    value
      .split(',')
      .map(item => item.trim())
      .filter(item => item !== ''),
  ),
);
