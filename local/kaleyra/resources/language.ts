// The languages that company and users can be set to.
import * as z from 'zod';

export const Language = z.enum(['en', 'it', 'de', 'fr', 'pl']);
