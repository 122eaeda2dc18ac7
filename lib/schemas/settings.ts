import * as z from 'zod/mini';
import { BackgroundAlias } from './fields.ts';

/** What callers send about the company's settings. */
export const UpdateSettingsRequest = z.object({ background_alias: BackgroundAlias }, 'must be an object');
