/** Gives this process the environment of the functions, as Lambda gives it to theirs. */

/**
 * Of the developer's own AWS settings nothing stays: a profile or a session token would be used instead of the dummy keys.
 * @returns a function that puts everything back, once
 */
export function applyEnvironment(environment: Readonly<Record<string, string>>): () => void {
  const inherited = Object.keys(process.env).filter(name => name.startsWith('AWS_'));
  const before = new Map([...inherited, ...Object.keys(environment)].map(name => [name, process.env[name]]));
  for (const name of inherited) delete process.env[name];
  Object.assign(process.env, environment);
  return () => {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
    before.clear();
  };
}
