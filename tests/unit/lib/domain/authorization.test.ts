import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Action,
  isIn,
  isManager,
  isStranger,
  MANAGE,
  mayBook,
  mayConfigure,
  mayDo,
  raisesCaller,
  removesLastOtherPlus,
  standingOf,
} from '../../../../lib/domain/authorization.ts';
import type { Caller } from '../../../../lib/domain/ports.ts';
import { roleOf } from '../../../../lib/domain/roles.ts';
import type { Participant, Teleconsultation } from '../../../../lib/domain/teleconsultation.ts';
import { aConfig } from '../../../support/configs.ts';
import { drRossi, drVerdi, mrBianchi, msNeri } from '../../../support/people.ts';
import { anyParticipants, aRecord, asParticipant } from '../../../support/teleconsultations.ts';

const config = aConfig({ AUTHORIZATION: 'rules', ADMIN_GROUPS: 'admins', MANAGER_GROUPS: 'front-desk' });

const aCaller = (parts: Partial<Caller> = {}): Caller => ({
  id: undefined,
  groups: [],
  scopes: [],
  fullName: null,
  ...parts,
});
const as = ({ userId, groups }: { userId: string; groups: string[] }): Caller => aCaller({ id: userId, groups });

/** Of dr-rossi and mr-bianchi, booked by dr-verdi. */
const record = aRecord({ creatorId: 'dr-verdi' });

const CALLERS: Record<string, Caller> = {
  'plus participant': as(drRossi),
  'other participant': as(mrBianchi),
  creator: as(drVerdi),
  'manager group': aCaller({ id: 'ms-desk', groups: ['front-desk'] }),
  'nameless manager group': aCaller({ groups: ['front-desk'] }),
  scope: aCaller({ id: 'machine', scopes: [MANAGE] }),
  'admin group': aCaller({ id: 'mr-admin', groups: ['admins'] }),
  'doctor of another': as({ userId: 'dr-gialli', groups: ['doctor'] }),
  'patient of another': as(msNeri),
  'other scopes': aCaller({ id: 'machine', scopes: ['teleconsultation:read', 'teleconsultation', 'manage'] }),
  nobody: aCaller(),
};

const ACTIONS = Object.keys({
  open: 0,
  'read a transcription': 0,
  'read a recording': 0,
  'delete uploads': 0,
  change: 0,
  'add a participant': 0,
  cancel: 0,
} satisfies Record<Action, 0>) as Action[];

const ATTENDING: Action[] = ['open', 'read a transcription', 'read a recording'];
const LEADING: Action[] = ['delete uploads', 'change', 'add a participant', 'cancel'];

const MAY: Record<string, Action[]> = {
  'plus participant': [...ATTENDING, ...LEADING],
  'other participant': [...ATTENDING, 'delete uploads'],
  creator: LEADING,
  'manager group': LEADING,
  'nameless manager group': LEADING,
  scope: LEADING,
  'admin group': [],
  'doctor of another': [],
  'patient of another': [],
  'other scopes': [],
  nobody: [],
};

const standing = (caller: Caller, of: Teleconsultation = record) => standingOf(caller, of, undefined, config);
const actionsOf = (caller: Caller, of?: Teleconsultation) => ACTIONS.filter(one => mayDo(one, standing(caller, of)));

describe('what somebody may do with a teleconsultation', () => {
  it.each(Object.entries(CALLERS))('as %s is what the table says', (name, caller) => {
    expect(actionsOf(caller)).toEqual(MAY[name]);
  });

  it('is nothing exactly for strangers', () => {
    const strangers = Object.entries(CALLERS).filter(([, caller]) => isStranger(standing(caller)));
    expect(strangers.map(([name]) => name)).toEqual(Object.keys(MAY).filter(name => MAY[name]?.length === 0));
  });

  it('follows the groups that are stored, not those of the caller today', () => {
    const asPatient = aRecord({ participants: [drRossi, { ...drVerdi, groups: ['patient'] }].map(asParticipant) });
    expect(actionsOf(as(drVerdi), asPatient)).toEqual(MAY['other participant']);
    expect(actionsOf(aCaller({ id: 'dr-rossi', groups: ['patient'] }))).toEqual(MAY['plus participant']);
  });

  it('follows identity for a participant of whom no groups are stored, and for nobody else', () => {
    const imported = aRecord({ participants: [drRossi, mrBianchi].map(one => asParticipant({ ...one, groups: [] })) });
    const withOwn = (caller: Caller, of: Teleconsultation) => standingOf(caller, of, 'plus', config).role;
    expect(withOwn(as(drRossi), imported)).toBe('plus');
    expect(standing(as(drRossi), imported).role).toBeUndefined();
    expect(withOwn(as(mrBianchi), record)).toBe('basic');
    expect(withOwn(as(drVerdi), imported)).toBeUndefined();
  });

  it('gives a participant in groups that no privilege knows any more what participants have', () => {
    const outdated = aRecord({ participants: [asParticipant({ ...drRossi, groups: ['surgeon'] })] });
    expect(actionsOf(as(drRossi), outdated)).toEqual(MAY['other participant']);
  });

  it.each(['', 'null', 'undefined', 'public'])('never makes a person of the id "%s"', id => {
    const careless = aRecord({ creatorId: id, participants: [asParticipant({ ...drRossi, userId: id })] });
    expect(isStranger(standing(aCaller({ id, groups: ['doctor'] }), careless))).toBe(true);
  });

  it('takes no account of the case or of parts of a group', () => {
    for (const group of ['Front-Desk', 'front', 'front-desk ', 'front-desk-2', 'admins']) {
      expect(isManager(aCaller({ id: 'x', groups: [group] }), config)).toBe(false);
    }
  });

  it('is nothing by a group while no group is configured', () => {
    const none = aConfig({ AUTHORIZATION: 'rules' });
    for (const groups of [['front-desk'], ['admins'], ['']]) {
      expect(isManager(aCaller({ id: 'x', groups }), none)).toBe(false);
      expect(mayConfigure(aCaller({ id: 'x', groups }), none)).toBe(false);
    }
  });
});

describe('what needs no teleconsultation', () => {
  it.each([
    ['settings', (caller: Caller) => mayConfigure(caller, config), ['scope', 'admin group']],
    [
      'booking',
      (caller: Caller) => mayBook(caller, roleOf(caller.groups, config.privileges), config),
      ['plus participant', 'creator', 'manager group', 'nameless manager group', 'scope', 'doctor of another'],
    ],
  ])('%s is for', (_, may, expected) => {
    const allowed = Object.entries(CALLERS).filter(([, caller]) => may(caller));
    expect(allowed.map(([name]) => name)).toEqual(expected);
  });

  it('booking takes a plus group of identity or directory, and somebody who is in it', () => {
    expect(mayBook(as(mrBianchi), 'plus', config)).toBe(true);
    expect(mayBook(as(mrBianchi), 'basic', config)).toBe(false);
    expect(mayBook(aCaller({ groups: ['doctor'] }), 'plus', config)).toBe(false);
    expect(mayBook(aCaller({ id: 'public', groups: ['doctor'] }), 'plus', config)).toBe(false);
  });

  it('whoever is in a list is there by their own id', () => {
    expect(isIn(as(drRossi), [asParticipant(drRossi)])).toBe(true);
    expect(isIn(as(drVerdi), [asParticipant(drRossi)])).toBe(false);
    expect(isIn(aCaller({ id: 'null' }), [asParticipant({ ...drRossi, userId: 'null' })])).toBe(false);
  });
});

describe('the last other plus participant', () => {
  const removes = (stored: readonly Participant[], invitees: readonly Participant[]) =>
    removesLastOtherPlus(as(drRossi), stored, invitees, config);
  const [rossi, verdi, bianchi, neri] = [drRossi, drVerdi, mrBianchi, msNeri].map(asParticipant) as [
    Participant,
    Participant,
    Participant,
    Participant,
  ];
  const gialli = asParticipant({ userId: 'dr-gialli', groups: ['doctor'], fullName: 'Dr Lia Gialli-Example' });
  const asPatient = (one: Participant): Participant => ({ ...one, groups: ['patient'] });

  it.each<[string, Participant[], Participant[], boolean]>([
    ['taken out', [rossi, verdi, bianchi], [rossi, bianchi], true],
    ['replaced by another plus', [rossi, verdi, bianchi], [rossi, gialli, bianchi], true],
    ['made a patient', [rossi, verdi, bianchi], [rossi, asPatient(verdi), bianchi], true],
    ['taken out together with the caller', [rossi, verdi], [bianchi, gialli], true],
    ['kept', [rossi, verdi, bianchi], [rossi, verdi, neri], false],
    ['kept by a caller who leaves', [rossi, verdi, bianchi], [verdi, bianchi], false],
    ['one of two others', [rossi, verdi, gialli], [rossi, gialli], false],
    ['both of two others', [rossi, verdi, gialli], [rossi, bianchi], true],
    ['not there to begin with', [rossi, bianchi], [rossi, neri], false],
    ['not there, and the caller leaves', [rossi, bianchi], [bianchi, neri], false],
  ])('is removed or not: %s', (_, stored, invitees, expected) => {
    expect(removes(stored, invitees)).toBe(expected);
  });

  it('is never removed by a list that leaves the roles of everybody in it as they are', () => {
    fc.assert(
      fc.property(anyParticipants, anyParticipants, (stored, others) => {
        const more = others.filter(({ externalId }) => stored.every(one => one.externalId !== externalId));
        for (const { externalId: id } of stored) {
          expect(removesLastOtherPlus(aCaller({ id }), stored, [...more, ...stored], config)).toBe(false);
        }
      }),
    );
  });

  it('is removed by whatever names nobody who was plus, as soon as there was one beside the caller', () => {
    fc.assert(
      fc.property(anyParticipants, anyParticipants, (stored, invitees) => {
        const plus = stored.filter(({ groups }) => roleOf(groups, config.privileges) === 'plus');
        const strangers = invitees.filter(({ externalId }) => plus.every(one => one.externalId !== externalId));
        for (const { externalId: id } of stored) {
          const others = plus.filter(({ externalId }) => externalId !== id);
          expect(removesLastOtherPlus(aCaller({ id }), stored, strangers, config)).toBe(others.length > 0);
        }
      }),
    );
  });
});

describe('a body that raises its own caller', () => {
  const asDoctor = asParticipant({ ...mrBianchi, groups: ['doctor'] });
  const bianchi = asParticipant(mrBianchi);
  const rossi = asParticipant(drRossi);

  it.each<[string, Caller, Participant[], Participant[], boolean]>([
    ['a patient who calls himself a doctor', as(mrBianchi), [], [rossi, asDoctor], true],
    ['one who was in the record as a patient', as(mrBianchi), [rossi, bianchi], [rossi, asDoctor], true],
    ['with a patient’s group beside it', as(mrBianchi), [], [{ ...asDoctor, groups: ['patient', 'doctor'] }], true],
    ['somebody without any group', aCaller({ id: 'mr-bianchi' }), [], [asDoctor], true],
    ['one who is a doctor in the record already', aCaller({ id: 'mr-bianchi' }), [asDoctor], [asDoctor], false],
    ['a doctor who calls herself one', as(drRossi), [], [rossi, bianchi], false],
    ['a doctor who attends as a patient', as(drRossi), [], [asParticipant({ ...drRossi, groups: ['patient'] })], false],
    ['a patient who calls himself one', as(mrBianchi), [], [rossi, bianchi], false],
    ['somebody else', as(drRossi), [rossi, bianchi], [rossi, asDoctor], false],
    ['nobody', aCaller(), [], [rossi, asDoctor], false],
  ])('is seen: %s', (_, caller, stored, invitees, expected) => {
    expect(raisesCaller(caller, stored, invitees, config)).toBe(expected);
  });
});
