import { describe, expect, it } from 'vitest';
import {
  authorize,
  authorizeBooked,
  authorizeBooking,
  authorizeCredentials,
  authorizeList,
  authorizeSettings,
} from '../../../../lib/domain/authorize.ts';
import type { Caller, Directory } from '../../../../lib/domain/ports.ts';
import type { Participant } from '../../../../lib/domain/teleconsultation.ts';
import { recordNotFound, roomNotFound, ServiceError } from '../../../../lib/errors.ts';
import { aConfig } from '../../../support/configs.ts';
import { drRossi, drVerdi, mrBianchi, msNeri } from '../../../support/people.ts';
import { aScope } from '../../../support/scopes.ts';
import { aRecord, asParticipant } from '../../../support/teleconsultations.ts';

/** What the rules' no becomes, and when the directory is asked. */

const RULES = { AUTHORIZATION: 'rules', MANAGER_GROUPS: 'front-desk', ADMIN_GROUPS: 'admins' };
const DIRECTORY = { ...RULES, AUTH_SERVICE: 'directory' };

const aCaller = (id: string | undefined, groups: string[] = [], scopes: string[] = []): Caller => ({
  id,
  groups,
  scopes,
  fullName: null,
});

const asking = (caller: Caller, env: Record<string, string> = RULES, directory: Partial<Directory> = {}) =>
  aScope({ caller, config: aConfig(env), directory });

/** A directory that knows one person, and counts the questions. */
const knowing = (id: string, groups: string[]) => {
  const asked: string[] = [];
  const describeCaller: Directory['describeCaller'] = async caller => {
    asked.push(caller.id);
    return caller.id === id ? { externalId: id, groups, fullName: null, language: null } : undefined;
  };
  return { asked, directory: { describeCaller } };
};

const outcome = async (ask: () => unknown): Promise<string> => {
  try {
    await ask();
    return 'allowed';
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    return `${error.status} ${error.message}`;
  }
};

const record = aRecord({ creatorId: 'dr-verdi' });

describe('a teleconsultation', () => {
  it.each([
    ['roomNotFound', roomNotFound(record.id)],
    ['recordNotFound', recordNotFound(record.id)],
  ])('is, to a stranger, the very error of an unknown id: %s', async (_, unknown) => {
    const stranger = asking(aCaller('dr-gialli', ['doctor', 'admins']));
    await expect(authorize(stranger, 'change', record, () => unknown)).rejects.toBe(unknown);
  });

  it('says to those who know it what they are missing', async () => {
    const patient = asking(aCaller('mr-bianchi', ['patient']));
    const manager = asking(aCaller('ms-desk', ['front-desk']));
    const unknown = recordNotFound(record.id);
    expect(await outcome(() => authorize(patient, 'change', record, () => unknown))).toBe(
      '403 only a plus participant, the creator or a manager may change a teleconsultation',
    );
    expect(await outcome(() => authorize(patient, 'open', record, () => unknown))).toBe('allowed');
    expect(await outcome(() => authorize(manager, 'open', record, () => unknown))).toBe(
      '403 a teleconsultation opens only for those who take part in it',
    );
    expect(await outcome(() => authorize(manager, 'cancel', record, () => unknown))).toBe('allowed');
  });

  it('is everybody’s where the gateway decides', async () => {
    const gateway = asking(aCaller(undefined), {});
    expect(await outcome(() => authorize(gateway, 'cancel', record, () => recordNotFound(record.id)))).toBe('allowed');
  });

  describe('of the retired service, without groups', () => {
    const imported = aRecord({ participants: [drRossi, mrBianchi].map(one => asParticipant({ ...one, groups: [] })) });
    const change = (caller: Caller, known = knowing('dr-rossi', ['doctor'])) => {
      const scope = asking(caller, DIRECTORY, known.directory);
      return outcome(() => authorize(scope, 'change', imported, () => recordNotFound(imported.id)));
    };
    const REFUSED = '403 only a plus participant, the creator or a manager may change a teleconsultation';

    it('is changed by whom identity calls a doctor, without a question to the directory', async () => {
      const known = knowing('dr-rossi', ['patient']);
      expect(await change(aCaller('dr-rossi', ['doctor']), known)).toBe('allowed');
      expect(known.asked).toEqual([]);
    });

    it('is changed by whom the directory calls a doctor', async () => {
      expect(await change(aCaller('dr-rossi'))).toBe('allowed');
      expect(await change(aCaller('mr-bianchi'))).toBe(REFUSED);
    });

    it('is no more a stranger’s for that, nor is the directory asked about one', async () => {
      const known = knowing('dr-verdi', ['doctor']);
      expect(await change(aCaller('dr-verdi'), known)).toBe(`404 Room with id ${imported.id} not found on CRUD`);
      expect(known.asked).toEqual([]);
    });
  });
});

describe('booking', () => {
  const REFUSED = '403 only somebody in a plus group or a manager may book a teleconsultation';

  it('takes a plus group of identity or of the directory', async () => {
    const known = knowing('dr-rossi', ['doctor']);
    const book = (caller: Caller) => outcome(() => authorizeBooking(asking(caller, DIRECTORY, known.directory)));
    expect(await book(aCaller('dr-verdi', ['doctor']))).toBe('allowed');
    expect(await book(aCaller('machine', [], ['teleconsultation:manage']))).toBe('allowed');
    expect(await book(aCaller('ms-desk', ['front-desk']))).toBe('allowed');
    expect(await book(aCaller(undefined, ['doctor']))).toBe(REFUSED);
    expect(known.asked).toEqual([]);
    expect(await book(aCaller('dr-rossi', ['patient']))).toBe('allowed');
    expect(await book(aCaller('mr-bianchi', ['patient']))).toBe(REFUSED);
    expect(known.asked).toEqual(['dr-rossi', 'mr-bianchi']);
  });

  it('takes a list with the caller in it, unless a manager books', async () => {
    const invitees = [drRossi, mrBianchi].map(asParticipant);
    const book = (caller: Caller) => outcome(() => authorizeBooked(asking(caller), invitees));
    expect(await book(aCaller('dr-rossi', ['doctor']))).toBe('allowed');
    expect(await book(aCaller('ms-desk', ['front-desk']))).toBe('allowed');
    expect(await book(aCaller('dr-verdi', ['doctor']))).toBe(
      '403 whoever books a teleconsultation takes part in it: the list must name the caller',
    );
  });

  it('makes no doctor of a manager who calls himself one, except where the directory says so', async () => {
    const list = [{ ...mrBianchi, groups: ['doctor'] }].map(asParticipant);
    const manager = aCaller('mr-bianchi', ['front-desk'], ['teleconsultation:manage']);
    const raised = '403 nobody gives themselves a plus group: the caller’s identity names none';
    expect(await outcome(() => authorizeBooked(asking(manager), list))).toBe(raised);
    expect(await outcome(() => authorizeList(asking(manager), [asParticipant(mrBianchi)], list))).toBe(raised);
    expect(await outcome(() => authorizeBooked(asking(manager, DIRECTORY), list))).toBe('allowed');
  });
});

describe('the last other plus participant', () => {
  const stored = [drRossi, drVerdi, mrBianchi].map(asParticipant);
  const without = [drRossi, mrBianchi].map(asParticipant);

  it('is removed neither by a creator who takes no part', async () => {
    const creator = asking(aCaller('dr-gialli', ['doctor']));
    const patients = [mrBianchi, msNeri].map(asParticipant);
    expect(await outcome(() => authorizeList(creator, stored, patients))).toBe(
      '403 only a manager may remove the last other plus participant',
    );
    expect(await outcome(() => authorizeList(creator, stored, without))).toBe('allowed');
  });

  it('is removed by managers alone', async () => {
    const remove = (caller: Caller) => outcome(() => authorizeList(asking(caller), stored, without));
    const refused = '403 only a manager may remove the last other plus participant';
    expect(await remove(aCaller('dr-rossi', ['doctor']))).toBe(refused);
    expect(await remove(aCaller('dr-rossi', ['doctor', 'front-desk']))).toBe('allowed');
    expect(await remove(aCaller('machine', [], ['teleconsultation:manage']))).toBe('allowed');
  });
});

describe('settings and credentials', () => {
  it('are refused in words', async () => {
    const doctor = asking(aCaller('dr-rossi', ['doctor']));
    expect(await outcome(() => authorizeSettings(doctor))).toBe(
      '403 only an administrator may see or change the settings of the company',
    );
    expect(await outcome(() => authorizeSettings(asking(aCaller('mr-admin', ['admins']))))).toBe('allowed');
    expect(await outcome(() => authorizeSettings(asking(aCaller('dr-rossi'), {})))).toBe('allowed');
  });

  it('credentials take a group that a privilege knows, of identity or of the directory', async () => {
    const known = knowing('dr-rossi', ['doctor']);
    const ask = (caller: Caller) => outcome(() => authorizeCredentials(asking(caller, DIRECTORY, known.directory)));
    expect(await ask(aCaller('mr-bianchi', ['patient']))).toBe('allowed');
    expect(known.asked).toEqual([]);
    expect(await ask(aCaller('dr-rossi'))).toBe('allowed');
    expect(await ask(aCaller('machine', ['front-desk'], ['teleconsultation:manage']))).toBe(
      '403 the caller is in no group that the privileges know',
    );
  });
});

describe('the directory', () => {
  const unknown = (): ServiceError => recordNotFound(record.id);
  const [doctor, patient] = [drRossi, mrBianchi].map(asParticipant) as [Participant, Participant];
  /** Nobody has said yet what they are. */
  const undescribed = (one: Participant): Participant => ({ ...one, groups: [] });

  it('is not asked who a caller without an id is', async () => {
    const nobody = asking(aCaller(undefined, ['patient']), DIRECTORY, {});
    expect(await outcome(() => authorizeBooking(nobody))).toMatch(/^403/);
  });

  it('is not asked about somebody who is described, because somebody else is not', async () => {
    const { asked, directory } = knowing('mr-bianchi', ['doctor']);
    const caller = asking(aCaller('mr-bianchi'), DIRECTORY, directory);
    const stored = aRecord({ participants: [undescribed(doctor), patient] });
    expect(await outcome(() => authorize(caller, 'change', stored, unknown))).toMatch(/^403/);
    expect(asked).toEqual([]);
  });

  it('is asked about the one who is not described', async () => {
    const { asked, directory } = knowing('dr-rossi', ['doctor']);
    const caller = asking(aCaller('dr-rossi'), DIRECTORY, directory);
    const stored = aRecord({ participants: [undescribed(doctor), patient] });
    expect(await outcome(() => authorize(caller, 'change', stored, unknown))).toBe('allowed');
    expect(asked).toEqual(['dr-rossi']);
  });

  it('is not asked where another right is enough', async () => {
    const { asked, directory } = knowing('dr-rossi', ['doctor']);
    const creator = asking(aCaller('dr-rossi'), DIRECTORY, directory);
    const stored = aRecord({ creatorId: 'dr-rossi', participants: [undescribed(doctor), patient] });
    expect(await outcome(() => authorize(creator, 'change', stored, unknown))).toBe('allowed');
    expect(asked).toEqual([]);
  });
});

describe('where the gateway decides', () => {
  const GATEWAY = { AUTHORIZATION: 'gateway' };

  it('anybody books for anybody, and takes out whom they like', () => {
    const caller = asking(aCaller('mr-bianchi', ['patient']), GATEWAY);
    const others = [drRossi, msNeri].map(asParticipant);
    expect(() => authorizeBooked(caller, others)).not.toThrow();
    expect(() => authorizeList(caller, others, [asParticipant(mrBianchi)])).not.toThrow();
  });

  it('people give themselves what groups they like', () => {
    const caller = asking(aCaller('mr-bianchi', ['patient']), GATEWAY);
    const raised = [{ ...asParticipant(mrBianchi), groups: ['doctor'] }];
    expect(() => authorizeBooked(caller, raised)).not.toThrow();
    expect(() => authorizeList(caller, [], raised)).not.toThrow();
  });
});
