import { en } from 'zod/locales';
import * as z from 'zod/mini';

/**
 * What a schema says of a value where nobody has written a sentence of our own. The small zod brings no words; whoever tells
 * somebody what is wrong imports this file.
 */
z.config(en());
