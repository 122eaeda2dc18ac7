/** What `npm start` prints: where everything is, who can be played, and three lines to paste. */
import type { Stack } from './stack.ts';

interface Person {
  readonly userId: string;
  readonly group: string;
  readonly fullName: string;
}

const DOCTOR: Person = { userId: 'dr-rossi', group: 'doctor', fullName: 'Dr Ada Rossi-Example' };
const PATIENT: Person = { userId: 'mr-bianchi', group: 'patient', fullName: 'Mr Ugo Bianchi-Example' };

export function welcome({ api, kaleyra, dynamodb, env }: Pick<Stack, 'api' | 'kaleyra' | 'dynamodb' | 'env'>): string {
  const { BANDYER_BASE_URL: vendor = kaleyra } = env;
  return [
    '',
    `  API                ${api}`,
    `  Kaleyra simulator  ${kaleyra}`,
    `  DynamoDB           ${dynamodb}`,
    ...(vendor === kaleyra
      ? []
      : ['', `  BANDYER_BASE_URL is set: rooms are made at ${vendor}, not in the simulator.`]),
    '',
    '  Two invented people:',
    ...[DOCTOR, PATIENT].map(person => `  ${person.userId.padEnd(12)} ${person.fullName}, group ${person.group}`),
    '',
    'Book a teleconsultation that starts now, then open it as the doctor and as the patient:',
    '',
    ...exampleCalls(api),
    '',
  ].join('\n');
}

/** Shell lines to be pasted in this order into one shell; they need nothing but curl and sed. */
function exampleCalls(api: string): string[] {
  const participants = {
    number: 2,
    data: [DOCTOR, PATIENT].map(({ userId, group, fullName }) => ({ userId, groups: [group], fullName })),
  };
  // The shell puts the time in, so the quotes open around it.
  const body = `{"start_date":"'$(date -u +%Y-%m-%dT%H:%M:%S.000Z)'","duration_in_seconds":3600,"participants":${JSON.stringify(participants)}}`;
  const book = `curl -sS ${api}/teleconsultation ${as(DOCTOR)} -H 'content-type: application/json' -d '${body}'`;
  const open = (person: Person): string => `curl -sS ${api}/teleconsultation/$ID ${as(person)}; echo`;
  return [`ID=$(${book} | sed 's/.*"roomId":"\\([^"]*\\)".*/\\1/'); echo "$ID"`, open(DOCTOR), open(PATIENT)];
}

function as({ userId, group }: Person): string {
  return `-H 'miauserid: ${userId}' -H 'miausergroups: ${group}'`;
}
