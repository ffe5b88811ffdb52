/**
 * What `import(...)` is called in the scripts of the prompt: a context of node:vm has none of its own.
 */
export const importName = '__import';
