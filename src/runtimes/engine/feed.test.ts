import { deepEqual, equal } from 'node:assert/strict';
import { test } from 'node:test';
import type { Subscription } from 'rxjs';
import { Feed } from './feed';

test('everybody who reads at the moment gets a value, in the order in which they came', () => {
  const feed = new Feed<number>();
  const heard: string[] = [];
  feed.next(0);
  equal(feed.observed, false);
  const first = feed.subscribe((value) => heard.push(`a${value}`));
  feed.subscribe((value) => heard.push(`b${value}`));
  equal(feed.observed, true);
  feed.next(1);
  first.unsubscribe();
  feed.next(2);
  deepEqual(heard, ['a1', 'b1', 'b2']);
});

test('who comes or goes while a value is handed out changes only what follows', () => {
  const feed = new Feed<number>();
  const heard: string[] = [];
  let second: Subscription | undefined;
  const first = feed.subscribe((value) => {
    heard.push(`a${value}`);
    if (value !== 1) return;
    first.unsubscribe();
    second?.unsubscribe();
    feed.subscribe((later) => heard.push(`c${later}`));
  });
  second = feed.subscribe((value) => heard.push(`b${value}`));
  feed.next(1);
  feed.next(2);
  deepEqual(heard, ['a1', 'c2']);
});

test('an end is told to those who read and to those who come later', () => {
  const feed = new Feed<number>();
  const heard: string[] = [];
  feed.subscribe({ complete: () => heard.push('a') });
  feed.complete();
  feed.subscribe({ next: () => heard.push('late'), complete: () => heard.push('b') });
  feed.next(1);
  deepEqual(heard, ['a', 'b']);
  equal(feed.observed, false);
});
