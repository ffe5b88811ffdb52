/** The JavaScript of one TypeScript file, from the cache or from ts-node. */
export declare function transpile(fileName: string): string;
