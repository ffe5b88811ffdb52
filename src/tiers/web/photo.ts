/**
 * What is known of a photo; the photo itself lies elsewhere, at its path.
 */
import { escapeHtml } from '../../protocols/http';
import type { SqlValue } from '../../protocols/sql';
import { page } from './user';

export interface Photo {
  readonly id: number;
  readonly user: number;
  /** The post that it belongs to, if any. */
  readonly post: number | null;
  readonly path: string;
  readonly bytes: number;
}

/** The columns that `photoOf` reads, in its order. */
export const photoColumns = 'id, user_id, post_id, path, bytes, version';
export const photoVersionPlace = 5;

export function photoOf(row: readonly SqlValue[]): Photo {
  const post = row[2];
  return {
    id: Number(row[0]),
    user: Number(row[1]),
    post: typeof post === 'number' ? post : null,
    path: String(row[3] ?? ''),
    bytes: Number(row[4]),
  };
}

export function photoPage(photo: Photo): string {
  return page(`Photo ${photo.id}`, photoHtml(photo));
}

export function photosPage(user: number, photos: readonly Photo[]): string {
  return page(`Photos of user ${user}`, photos.map(photoHtml).join('\n'));
}

function photoHtml({ id, user, path, bytes }: Photo): string {
  return `<figure><a href="/users/${user}/photos/${id}">${escapeHtml(path)}</a><figcaption>${bytes} bytes</figcaption></figure>`;
}
