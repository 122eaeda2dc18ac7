import * as z from 'zod';

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
  z
    .object(
      Object.fromEntries(TOOLS.map(tool => [tool, z.boolean('must be true or false').default(fallback)])) as {
        [tool in Tool]: z.ZodDefault<z.ZodBoolean>;
      },
      'must be an object',
    )
    .transform((tools): Tools => tools);

const allTools: Tools = Object.fromEntries(TOOLS.map(tool => [tool, true])) as Tools;

const GroupList = z.array(z.string('must be a string').min(1, 'must not be empty'), 'must be an array of strings');

const privilege = z.object(
  {
    groups: GroupList,
    // A configuration that lists some tools means those: the ones it leaves out are off, as Kaleyra reads the object.
    tools: toolSwitches(false).optional(),
  },
  'must be an object with groups',
);

const Theme = z.object({ primaryColor: z.string(), accentColor: z.string() }, 'must be an object with two colours');

const ExtractionStep = z.object(
  {
    from: z.enum(['object', 'json', 'array'], 'must be object, json or array'),
    extract: z.union([z.string().min(1), z.number().int().min(0)], 'must be a property name or an index'),
  },
  'must be an object with from and extract',
);
export type ExtractionStep = z.output<typeof ExtractionStep>;

const ExtractionPath = z
  .array(ExtractionStep, 'must be an array of steps')
  .min(2, 'must have at least two steps: headers or claims, then the name of one')
  .superRefine((steps, context) => {
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
  });

export const ServiceConfiguration = z.object(
  {
    privileges: z.object({ basic: privilege, plus: privilege }, 'must be an object with basic and plus').default({
      plus: { groups: ['doctor'], tools: allTools },
      basic: { groups: ['patient', 'customer'], tools: allTools },
    }),
    groupsWithBackgroundList: GroupList.default([]),
    userIdPathInRequest: ExtractionPath.optional(),
    customUserId: z
      .object({ source: z.string().min(1), target: z.string().min(1) }, 'must be an object with source and target')
      .default({ source: '_id', target: 'authUserId' }),
    theme: z.object({ light: Theme.optional(), dark: Theme.optional() }, 'must be an object').optional(),
    companyLogo: z.object({ url: z.string() }, 'must be an object with url').optional(),
    environment: z.enum(['sandbox', 'production'], 'must be sandbox or production').optional(),
    mode: z.string('must be a string').optional(),
  },
  'must be a JSON object',
);
export type ServiceConfiguration = z.output<typeof ServiceConfiguration>;
