import { type Memory, servicesInMemory } from '../shared/memory.ts';
import { createHandler } from './app.ts';

export const inMemory = (memory: Memory) => createHandler(servicesInMemory(memory));
