import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Answer } from './answers.ts';

/**
 * A page that shows the description of the service, and lets its reader try it. All that it needs is in it, so that nobody else
 * is told who reads it; a policy of its own lets exactly these scripts and styles run.
 */

const { resolve } = createRequire(import.meta.url);

/** Of the package, wherever Node finds it: among the modules of the project, or beside the function (serverless.yml). */
const asset = (name: string): string => readFileSync(resolve(`swagger-ui-dist/${name}`), 'utf8');

/** Inside of a script, a browser takes this for the beginning of a comment that hides its end. */
const inlined = (script: string): string => script.replaceAll('<!--', '\\x3c!--');

/** The description lies beside the page, below whatever prefix; nobody else is asked whether it is valid. */
const START = `window.ui = SwaggerUIBundle({
  url: 'documentation/json',
  dom_id: '#description',
  deepLinking: true,
  displayRequestDuration: true,
  validatorUrl: null,
});`;

const hashOf = (content: string): string => `'sha256-${createHash('sha256').update(content).digest('base64')}'`;

const build = (): Answer => {
  const style = asset('swagger-ui.css');
  const script = inlined(asset('swagger-ui-bundle.js'));
  const html = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Teleconsultation backend</title>
<style>${style}</style>
</head>
<body>
<main id="description"></main>
<noscript>This page needs scripts. The description itself is at <a href="documentation/json">documentation/json</a>.</noscript>
<script>${script}</script>
<script>${START}</script>
</body>
</html>
`;
  const policy = [
    "default-src 'none'",
    `script-src ${hashOf(script)} ${hashOf(START)}`,
    `style-src ${hashOf(style)}`,
    'img-src data:',
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
  return {
    status: 200,
    bytes: Buffer.from(html),
    headers: { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': policy },
  };
};

/** Built when somebody first asks for it. */
export const createViewer = (): (() => Answer) => {
  let page: Answer | undefined;
  return () => {
    page ??= build();
    return page;
  };
};
