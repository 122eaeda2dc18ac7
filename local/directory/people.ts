/** Invented people: as the auth service writes its accounts, and as a platform's own collection writes its users. */

export type Fields = Readonly<Record<string, unknown>>;

/** Groups and names stand where one or another kind of auth service puts them. */
export const ACCOUNTS: readonly Fields[] = [
  {
    user_id: 'auth0|dr-rossi',
    name: 'Dr Ada Rossi-Example',
    email: 'ada.rossi@clinic.example',
    nickname: 'dr-rossi',
    app_metadata: { groups: ['doctor'] },
  },
  {
    user_id: 'auth0|dr-verdi',
    given_name: 'Dr Ivo',
    family_name: 'Verdi-Example',
    email: 'ivo.verdi@clinic.example',
    app_metadata: { groups: ['doctor', 'surgery'] },
  },
  {
    user_id: 'auth0|mr-bianchi',
    name: 'Mr Ugo Bianchi-Example',
    email: 'ugo.bianchi@mail.example',
    groups: ['patient'],
  },
  {
    user_id: 'auth0|ms-neri',
    email: 'eva.neri@mail.example',
    user_metadata: { name: 'Ms Eva', surname: 'Neri-Example' },
    app_metadata: { groups: 'patient' },
  },
];

export const PEOPLE: readonly Fields[] = [
  { _id: '64e100000000000000000001', authUserId: 'auth0|dr-rossi', name: 'Ada', surname: 'Rossi-Example' },
  { _id: '64e100000000000000000002', authUserId: 'auth0|dr-verdi', name: 'Ivo', surname: 'Verdi-Example' },
  { _id: '64e100000000000000000003', authUserId: 'auth0|mr-bianchi', name: 'Ugo', surname: 'Bianchi-Example' },
  { _id: '64e100000000000000000004', authUserId: 'auth0|ms-neri', name: 'Eva', surname: 'Neri-Example' },
  // Was written down and never given an account.
  { _id: '64e100000000000000000005', name: 'Leo', surname: 'Gialli-Example' },
];
