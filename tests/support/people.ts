/** Invented people, unmistakably so. */
export interface Person {
  userId: string;
  groups: string[];
  fullName: string;
  language?: string;
}

export const drRossi: Person = { userId: 'dr-rossi', groups: ['doctor'], fullName: 'Dr Ada Rossi-Example' };
export const drVerdi: Person = { userId: 'dr-verdi', groups: ['doctor'], fullName: 'Dr Ivo Verdi-Example' };
export const mrBianchi: Person = { userId: 'mr-bianchi', groups: ['patient'], fullName: 'Mr Ugo Bianchi-Example' };
export const msNeri: Person = { userId: 'ms-neri', groups: ['patient'], fullName: 'Ms Eva Neri-Example' };

/** As many patients as asked, all different. */
export const patients = (count: number, prefix = 'patient'): Person[] =>
  Array.from({ length: count }, (_, index) => ({
    userId: `${prefix}-${index}`,
    groups: ['patient'],
    fullName: `Invented Patient ${index}`,
  }));
