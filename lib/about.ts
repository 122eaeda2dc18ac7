/** What this build calls itself in the status routes; a test holds it equal to package.json. */
export const about = { name: 'teleconsultation-backend', version: '0.1.0' } as const;
