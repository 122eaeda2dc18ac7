import * as z from 'zod/mini';

/**
 * The JSON configuration file of the retired service (its keys, its defaults), so that a file in use today keeps working.
 * Unknown keys are accepted; `environment`, `mode`, `theme` and `companyLogo` are checked and then have no effect.
 */

export const TOOLS = [
  'chat',
  'screen_sharing',
  'file_upload',
  'whiteboard',
  'snapshot',
  'live_edit',
  'live_pointer',
  'present_to_everyone',
] as const;
export type Tool = (typeof TOOLS)[number];
export type Tools = Record<Tool, boolean>;

const toolSwitches = (fallback: boolean) =>
  z.pipe(
    z.object(
      Object.fromEntries(TOOLS.map(tool => [tool, z._default(z.boolean('must be true or false'), fallback)])) as {
        [tool in Tool]: z.ZodMiniDefault<z.ZodMiniBoolean>;
      },
      'must be an object',
    ),
    z.transform((tools): Tools => tools),
  );

const allTools: Tools = Object.fromEntries(TOOLS.map(tool => [tool, true])) as Tools;

const GroupList = z.array(
  z.string('must be a string').check(z.minLength(1, 'must not be empty')),
  'must be an array of strings',
);

const privilege = z.object(
  {
    groups: GroupList,
    // A configuration that lists some tools means those: the ones it leaves out are off, as Kaleyra reads the object.
    tools: z.optional(toolSwitches(false)),
  },
  'must be an object with groups',
);

const Theme = z.object({ primaryColor: z.string(), accentColor: z.string() }, 'must be an object with two colours');

const ExtractionStep = z.object(
  {
    from: z.enum(['object', 'json', 'array'], 'must be object, json or array'),
    extract: z.union(
      [z.string().check(z.minLength(1)), z.number().check(z.int(), z.minimum(0))],
      'must be a property name or an index',
    ),
  },
  'must be an object with from and extract',
);
export type ExtractionStep = z.output<typeof ExtractionStep>;

const ExtractionPath = z.array(ExtractionStep, 'must be an array of steps').check(
  z.minLength(2, 'must have at least two steps: headers or claims, then the name of one'),
  z.superRefine((steps, context) => {
    const [first] = steps;
    if (first && first.from !== 'object') {
      context.addIssue({ code: 'custom', path: [0, 'from'], message: 'must be object for the first step' });
    }
    // Whoever calls chooses the path, the query and the body: an identity read from there could be anybody's.
    if (first && !['headers', 'claims'].includes(String(first.extract))) {
      context.addIssue({
        code: 'custom',
        path: [0, 'extract'],
        message: 'must be headers or claims: an identity comes from there',
      });
    }
  }),
);

export const ServiceConfiguration = z.object(
  {
    privileges: z._default(z.object({ basic: privilege, plus: privilege }, 'must be an object with basic and plus'), {
      plus: { groups: ['doctor'], tools: allTools },
      basic: { groups: ['patient', 'customer'], tools: allTools },
    }),
    groupsWithBackgroundList: z._default(GroupList, []),
    userIdPathInRequest: z.optional(ExtractionPath),
    customUserId: z._default(
      z.object(
        { source: z.string().check(z.minLength(1)), target: z.string().check(z.minLength(1)) },
        'must be an object with source and target',
      ),
      { source: '_id', target: 'authUserId' },
    ),
    theme: z.optional(z.object({ light: z.optional(Theme), dark: z.optional(Theme) }, 'must be an object')),
    companyLogo: z.optional(z.object({ url: z.string() }, 'must be an object with url')),
    environment: z.optional(z.enum(['sandbox', 'production'], 'must be sandbox or production')),
    mode: z.optional(z.string('must be a string')),
  },
  'must be a JSON object',
);
export type ServiceConfiguration = z.output<typeof ServiceConfiguration>;
