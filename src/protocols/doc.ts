/**
 * Documents in collections, each a JSON object of whatever shape: what is said to a document store, and what comes back.
 */
import { type BodyOf, message, type Static, Type } from '../kernel/schema';
import { failing, listing, reading, reflects, version, writing } from './item-store';

export const collection = Type.String({ pattern: '^[A-Za-z][A-Za-z0-9_-]{0,63}$' });
export const documentId = Type.String({ minLength: 1, maxLength: 512 });

/** Where in a document: names with dots between them, and numbers for places in lists (`address.city`, `phones.0`). */
export const path = Type.String({ minLength: 1, maxLength: 200 });

/**
 * By what a document is placed among shards, and how people name one: documents of a collection lie on all of them.
 *
 * @example
 * placeOf({ collection: 'users', id: '12' }); // 'users/12'
 */
export function placeOf({ collection: among, id }: { readonly collection: string; readonly id: string }): string {
  return `${among}/${id}`;
}

/** What a condition compares with. Only values of one type are compared: 7 is neither below nor above "8". */
export const scalar = Type.Union([Type.String(), Type.Number(), Type.Boolean(), Type.Null()]);
export type Scalar = Static<typeof scalar>;

const document = Type.Record(Type.String(), Type.Unknown());
const place = { collection, id: documentId };

/** Answered with `doc.document`. */
export const docGet = message('doc.get', { ...place, ...reading });
export type DocGet = BodyOf<typeof docGet>;

/** Keep this document, whatever was there; with `expected` only if that still has this version (0: only if nothing). */
export const docPut = message('doc.put', { ...place, document, ...writing });
export type DocPut = BodyOf<typeof docPut>;

/** Change parts of a document, by JSON merge patch (RFC 7396): what is null goes, objects are merged, all else replaced. */
export const docPatch = message('doc.patch', { ...place, patch: document, ...writing });
export type DocPatch = BodyOf<typeof docPatch>;

/** Take a document out; that there is none is no failure. */
export const docDelete = message('doc.delete', { ...place, ...writing });
export type DocDelete = BodyOf<typeof docDelete>;

/** One thing that a document has to have: a value at a path that compares like this. */
export const condition = Type.Object({
  path,
  is: Type.Union([Type.Literal('='), Type.Literal('<'), Type.Literal('<='), Type.Literal('>'), Type.Literal('>=')]),
  value: scalar,
});
export type Condition = Readonly<Static<typeof condition>>;

/** Documents of a collection that meet all conditions, in the order of their ids, after one of them. */
export const docFind = message('doc.find', {
  collection,
  where: Type.Array(condition, { maxItems: 20 }),
  ...listing,
  ...reading,
});
export type DocFind = BodyOf<typeof docFind>;

/** Keep an index on a path of a collection, or keep it no more. The answer comes when all documents are in it. */
export const docIndex = message('doc.index', {
  collection,
  path,
  keep: Type.Boolean(),
  map: Type.Optional(Type.Integer({ minimum: 1 })),
});
export type DocIndex = BodyOf<typeof docIndex>;

const found = { id: documentId, document, version };

/** What was found; nothing where nothing is. */
export const docDocument = message('doc.document', { ...place, found: Type.Optional(Type.Object(found)), ...reflects });
export type DocDocument = BodyOf<typeof docDocument>;

/** It was written: `version` is what the document has now, 0 where it is no more. `existed` says whether there was one. */
export const docDone = message('doc.done', {
  ...place,
  version,
  existed: Type.Boolean(),
  /** Nothing was done: the lost write had been recovered already, by the entry at this position. */
  recoveredBefore: Type.Optional(Type.Integer()),
  ...reflects,
});
export type DocDone = BodyOf<typeof docDone>;

/** What was found, how many documents had to be looked at for it, and by which index, if by any. */
export const docFound = message('doc.found', {
  documents: Type.Array(Type.Object(found)),
  looked: Type.Integer({ minimum: 0 }),
  index: Type.Optional(path),
  /** Goes into `after` for more; absent at the end. */
  next: Type.Optional(Type.String()),
  ...reflects,
});
export type DocFound = BodyOf<typeof docFound>;
export type FoundDocument = DocFound['documents'][number];

/** The indexes of a collection from now on. */
export const docIndexes = message('doc.indexes', { collection, paths: Type.Array(path), ...reflects });
export type DocIndexes = BodyOf<typeof docIndexes>;

/** It was not done, for certain. */
export const docFailure = message('doc.failure', failing);
export type DocFailure = BodyOf<typeof docFailure>;

/** It may be done or not, now or later: whoever took it lost the right to decide before enough copies had it. */
export const docUnknown = message('doc.unknown', { reason: Type.String() });
export type DocUnknown = BodyOf<typeof docUnknown>;

export type DocWrite = DocPut | DocPatch | DocDelete | DocIndex;
export type DocRead = DocGet | DocFind;
export const docRequests = [docGet, docPut, docPatch, docDelete, docFind, docIndex] as const;
export type DocRequest = DocRead | DocWrite;
export const docAnswers = [docDocument, docDone, docFound, docIndexes, docFailure, docUnknown] as const;
export type DocAnswer = DocDocument | DocDone | DocFound | DocIndexes | DocFailure | DocUnknown;
