/** What `npm start` prints: where everything is, who can be played, and lines to paste. */
import { DIRECTORY_PREFIX } from './directory/index.ts';
import type { Stack } from './stack.ts';
import type { Tokens } from './tokens/index.ts';

interface Person {
  /** As the gateway would name them, and as the stored participants are named. */
  readonly userId: string;
  /** As a booking names them. */
  readonly bookedAs: string;
  readonly group: string;
  readonly fullName: string;
}

const DOCTOR: Person = {
  userId: 'dr-rossi',
  bookedAs: 'dr-rossi',
  group: 'doctor',
  fullName: 'Dr Ada Rossi-Example',
};
const PATIENT: Person = {
  userId: 'mr-bianchi',
  bookedAs: 'mr-bianchi',
  group: 'patient',
  fullName: 'Mr Ugo Bianchi-Example',
};

/** Those two in the embedded directory. */
const ACCOUNT_IDS = ['auth0|dr-rossi', 'auth0|mr-bianchi'] as const;
const CUSTOM_IDS = ['64e100000000000000000001', '64e100000000000000000003'] as const;

type Running = Pick<Stack, 'api' | 'kaleyra' | 'dynamodb' | 'env' | 'tokens'>;

/** Longer than anybody tries the pasted lines. */
const TOKEN_SECONDS = 12 * 3600;

export async function welcome({ api, kaleyra, dynamodb, env, tokens }: Running): Promise<string> {
  const { BANDYER_BASE_URL: vendor = kaleyra } = env;
  const people = peopleIn(kaleyra, env);
  return [
    '',
    `  API                ${api}`,
    `  Kaleyra simulator  ${kaleyra}`,
    `  DynamoDB           ${dynamodb}`,
    ...(people.inDirectory ? [`  User directory     ${env.AUTH_SERVICE}`] : []),
    ...(vendor === kaleyra
      ? []
      : ['', `  BANDYER_BASE_URL is set: rooms are made at ${vendor}, not in the simulator.`]),
    ...(people.elsewhere === undefined
      ? []
      : ['', `  AUTH_SERVICE is set: ids, names and groups are those of ${people.elsewhere}.`]),
    '',
    people.inDirectory ? '  Two invented people of the directory:' : '  Two invented people:',
    ...people.known.map(introduction),
    '',
    ...(tokens ? ['  Tokens say who calls. For others: npm run token -- ID --groups GROUP', ''] : []),
    'Book a teleconsultation that starts now, then open it as the doctor and as the patient:',
    '',
    ...(await tokenLines(tokens, people.known)),
    ...exampleCalls(api, people, tokens ? byToken : byHeaders),
    '',
    'What else there is: npm run',
    '',
  ].join('\n');
}

interface People {
  readonly known: readonly [doctor: Person, patient: Person];
  readonly inDirectory: boolean;
  /** A directory of which this stack knows nothing. */
  readonly elsewhere?: string;
}

function peopleIn(kaleyra: string, env: Stack['env']): People {
  const directory = env.AUTH_SERVICE ?? '';
  if (directory === '') return { known: [DOCTOR, PATIENT], inDirectory: false };
  const ours = `${kaleyra}${DIRECTORY_PREFIX}`;
  if (directory !== ours) return { known: [DOCTOR, PATIENT], inDirectory: false, elsewhere: directory };
  const bookedAs = (env.CUSTOM_ID_USERS_API_ENDPOINT ?? '').startsWith(ours) ? CUSTOM_IDS : ACCOUNT_IDS;
  const doctor = { ...DOCTOR, userId: ACCOUNT_IDS[0], bookedAs: bookedAs[0] };
  return { known: [doctor, { ...PATIENT, userId: ACCOUNT_IDS[1], bookedAs: bookedAs[1] }], inDirectory: true };
}

function introduction({ userId, bookedAs, fullName, group }: Person): string {
  const booked = bookedAs === userId ? '' : `, booked as ${bookedAs}`;
  return `  ${userId.padEnd(16)} ${fullName}, group ${group}${booked}`;
}

/** Shell lines to be pasted in this order into one shell; they need nothing but curl and sed. */
function exampleCalls(api: string, { known, inDirectory }: People, as: (person: Person) => string): string[] {
  const [doctor, patient] = known;
  const data = [doctor, patient].map(({ bookedAs, group, fullName }) => ({
    userId: bookedAs,
    groups: [group],
    fullName,
  }));
  const participants = inDirectory ? [doctor.bookedAs, patient.bookedAs] : { number: data.length, data };
  // The shell puts the time in, so the quotes open around it.
  const body = `{"start_date":"'$(date -u +%Y-%m-%dT%H:%M:%S.000Z)'","duration_in_seconds":3600,"participants":${JSON.stringify(participants)}}`;
  const book = `curl -sS ${api}/teleconsultation ${as(doctor)} -H 'content-type: application/json' -d '${body}'`;
  const open = (person: Person): string => `curl -sS ${api}/teleconsultation/$ID ${as(person)}; echo`;
  return [`ID=$(${book} | sed 's/.*"roomId":"\\([^"]*\\)".*/\\1/'); echo "$ID"`, open(doctor), open(patient)];
}

/** Both tokens as variables of the shell, so that the lines that use them stay readable. */
async function tokenLines(tokens: Tokens | undefined, people: People['known']): Promise<string[]> {
  if (tokens === undefined) return [];
  const lines = people.map(async ({ userId, group, fullName }) => {
    const wish = { sub: userId, groups: [group], name: fullName, expiresIn: TOKEN_SECONDS };
    return `${variableOf(group)}='${await tokens.mint(wish)}'`;
  });
  return Promise.all(lines);
}

function variableOf(group: string): string {
  return `${group.toUpperCase()}_TOKEN`;
}

function byHeaders({ userId, group }: Person): string {
  return `-H 'miauserid: ${userId}' -H 'miausergroups: ${group}'`;
}

function byToken({ group }: Person): string {
  return `-H "authorization: Bearer $${variableOf(group)}"`;
}
