#!/usr/bin/env node
/** The shell's front door. */
process.stdout.write('tierrarium\n');
