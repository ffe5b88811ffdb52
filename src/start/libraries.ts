/**
 * The libraries that every thread loads at its start, for the build to put them into one file: together they are some
 * 450 small ones, and finding, reading and compiling each by itself takes longer than all of our own code.
 */
import typebox = require('@sinclair/typebox');
import compiler = require('@sinclair/typebox/compiler');
import rxjs = require('rxjs');
import parser = require('sqlite3-parser');

/** By the name that they are imported by. */
export const libraries: Readonly<Record<string, unknown>> = {
  '@sinclair/typebox': typebox,
  '@sinclair/typebox/compiler': compiler,
  rxjs,
  'sqlite3-parser': parser,
};
