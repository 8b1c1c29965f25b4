#!/usr/bin/env node
// `provision-wizard <name>`, as the founding documents call it: `robed provision <name>`.
process.argv.splice(2, 0, 'provision');
import('./robed.js');
