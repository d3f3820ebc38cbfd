#!/usr/bin/env node
// The command as it is installed.

import { main } from './main.ts';

process.exitCode = await main(process.argv.slice(2));
