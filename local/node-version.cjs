// Preloaded by every npm script (`node -r`): stops with one line when Node is too old for the code that follows.
// Written in old syntax on purpose: an old Node must be able to read this file.
'use strict';

var NEEDED = 24;
var found = process.versions.node;
var line = 'Node NEEDED is needed, this is FOUND: on Linux x64 `npm ci` brings it, elsewhere install Node NEEDED.\n';

if (Number(found.split('.')[0]) < NEEDED) {
  process.stderr.write(line.replace(/NEEDED/g, String(NEEDED)).replace('FOUND', found));
  process.exit(1);
}
