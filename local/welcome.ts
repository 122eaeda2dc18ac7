/** What `npm start` prints: where everything is, who can be played, and lines to paste. */
import { type InventedPeople, type InventedPerson, inventedPeople } from './people.ts';
import type { Stack } from './stack.ts';
import type { Tokens } from './tokens/index.ts';

type Running = Pick<Stack, 'api' | 'kaleyra' | 'dynamodb' | 'env' | 'tokens'>;

/** Longer than anybody tries the pasted lines. */
const TOKEN_SECONDS = 12 * 3600;

export async function welcome({ api, kaleyra, dynamodb, env, tokens }: Running): Promise<string> {
  const { BANDYER_BASE_URL: vendor = kaleyra } = env;
  const people = inventedPeople(kaleyra, env);
  const [doctor, patient] = people.known;
  return [
    '',
    `  Try it             ${api}/`,
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
    ...[doctor, patient].map(introduction),
    '',
    ...(tokens ? ['  Tokens say who calls. For others: npm run token -- ID --groups GROUP', ''] : []),
    'Book a teleconsultation that starts now, then open it as the doctor and as the patient:',
    '',
    ...(await tokenLines(tokens, [doctor, patient])),
    ...exampleCalls(api, people, tokens ? byToken : byHeaders),
    '',
    'What else there is: npm run',
    '',
  ].join('\n');
}

function introduction({ userId, bookedAs, fullName, group }: InventedPerson): string {
  const booked = bookedAs === userId ? '' : `, booked as ${bookedAs}`;
  return `  ${userId.padEnd(16)} ${fullName}, group ${group}${booked}`;
}

/** Shell lines to be pasted in this order into one shell; they need nothing but curl and sed. */
function exampleCalls(
  api: string,
  { known, inDirectory }: InventedPeople,
  as: (person: InventedPerson) => string,
): string[] {
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
  const open = (person: InventedPerson): string => `curl -sS ${api}/teleconsultation/$ID ${as(person)}; echo`;
  return [`ID=$(${book} | sed 's/.*"roomId":"\\([^"]*\\)".*/\\1/'); echo "$ID"`, open(doctor), open(patient)];
}

/** Both tokens as variables of the shell, so that the lines that use them stay readable. */
async function tokenLines(tokens: Tokens | undefined, people: readonly InventedPerson[]): Promise<string[]> {
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

function byHeaders({ userId, group }: InventedPerson): string {
  return `-H 'miauserid: ${userId}' -H 'miausergroups: ${group}'`;
}

function byToken({ group }: InventedPerson): string {
  return `-H "authorization: Bearer $${variableOf(group)}"`;
}
