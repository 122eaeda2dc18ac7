/**
 * The framework's plugin for pages of other origins: turns the comma list of `custom.cors` into what the HTTP API answers them.
 * Without an origin in it the template says nothing of CORS, and API Gateway allows no page anything.
 */
import { corsOf } from './cors.ts';
import type { Osls } from './osls.ts';

export default class CorsPlugin {
  readonly hooks: Readonly<Record<string, () => void>>;
  readonly #osls: Osls;

  constructor(osls: Osls) {
    this.#osls = osls;
    this.hooks = { 'before:package:initialize': () => this.#setCors() };
  }

  #setCors(): void {
    const { custom, provider } = this.#osls.service;
    try {
      const cors = corsOf(custom?.cors);
      if (cors !== undefined) provider.httpApi = { ...provider.httpApi, cors };
    } catch (error) {
      throw new this.#osls.classes.Error((error as Error).message, 'TELECONSULTATION_CORS');
    }
  }
}
