/** Where the benchmarks start. */
process.stdout.write('nothing is measured yet\n');
