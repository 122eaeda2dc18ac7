import { describe, expect, it } from 'vitest';
import { RequestedParticipants } from '../../../../lib/schemas/requests.ts';
import { createStandaloneDirectory } from '../../../../lib/users/standalone.ts';
import { drRossi, mrBianchi } from '../../../support/people.ts';

const describeThem = (participants: unknown) =>
  createStandaloneDirectory().describe(RequestedParticipants.parse(participants));

describe('without a directory', () => {
  it('people are who the request says they are', async () => {
    const data = [{ ...drRossi, language: 'it' }, mrBianchi];
    expect(await describeThem({ number: 3, data })).toEqual([
      { externalId: 'dr-rossi', groups: ['doctor'], fullName: 'Dr Ada Rossi-Example', language: 'it' },
      { externalId: 'mr-bianchi', groups: ['patient'], fullName: 'Mr Ugo Bianchi-Example', language: null },
    ]);
    expect(await describeThem({ number: 2, data: [] })).toEqual([]);
  });

  it('ids alone are not enough', async () => {
    await expect(describeThem(['dr-rossi', 'mr-bianchi'])).rejects.toMatchObject({
      status: 400,
      code: 'invalid_input',
      details: [
        {
          path: 'body.participants',
          message: 'must be an object with number and data: without a directory, ids alone say nothing about people',
        },
      ],
    });
  });

  it('every missing group and name is reported by its place', async () => {
    const data = [{ userId: 'a' }, drRossi, { userId: 'b', groups: ['patient'] }, { userId: 'c', fullName: 'C' }];
    await expect(describeThem({ number: 4, data })).rejects.toMatchObject({
      status: 400,
      details: [
        { path: 'body.participants.data.0.groups', message: 'is required' },
        { path: 'body.participants.data.0.fullName', message: 'is required' },
        { path: 'body.participants.data.2.fullName', message: 'is required' },
        { path: 'body.participants.data.3.groups', message: 'is required' },
      ],
    });
  });

  it('what one person alone lacks is named without a place in a list', async () => {
    const data = [{ externalId: 'a', groups: undefined, fullName: undefined, language: undefined }];
    await expect(createStandaloneDirectory().describe({ expected: 1, data, form: 'single' })).rejects.toMatchObject({
      details: [
        { path: 'body.groups', message: 'is required' },
        { path: 'body.fullName', message: 'is required' },
      ],
    });
  });

  it('a caller is who the gateway says, and nobody without a group', async () => {
    const { describeCaller } = createStandaloneDirectory();
    const caller = { id: 'dr-rossi', groups: ['doctor'], fullName: null };
    expect(await describeCaller(caller)).toEqual({
      externalId: 'dr-rossi',
      groups: ['doctor'],
      fullName: null,
      language: null,
    });
    expect(await describeCaller({ ...caller, groups: [] })).toBeUndefined();
  });
});
