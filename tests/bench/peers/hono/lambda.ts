import { createServices } from '../shared/services.ts';
import { createHandler } from './app.ts';

export const handler = createHandler(createServices(process.env));
