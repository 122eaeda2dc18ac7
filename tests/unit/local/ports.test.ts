import { expect, it } from 'vitest';
import { portsFrom } from '../../../local/ports.ts';

it('are 3000, 3001 and 3002 unless moved', () => {
  expect(portsFrom({})).toEqual({ api: 3000, kaleyra: 3001, dynamodb: 3002 });
  expect(portsFrom({ PORT: '', KALEYRA_PORT: '0', DYNAMODB_PORT: '65535' })).toEqual({
    api: 3000,
    kaleyra: 0,
    dynamodb: 65535,
  });
});

it.each(['abc', '-1', '65536', '3000.5', '0x10'])('%j is no port, and the variable is named', value => {
  expect(() => portsFrom({ KALEYRA_PORT: value })).toThrow(
    `KALEYRA_PORT is "${value}": a port is a number from 0 to 65535`,
  );
});
