import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { cookieHeader, cookieIn, setCookiesIn, withSetCookie } from './cookies';

test('several are told apart, whoever set them', () => {
  const once = withSetCookie({ via: 'web-1' }, { name: 'session', value: 'a1b2', maxAgeS: 3_600 });
  const both = withSetCookie(once, { name: 'lb', value: 'web-1' });
  assert.deepEqual(both, {
    via: 'web-1',
    'set-cookie':
      'session=a1b2; Max-Age=3600; Path=/; HttpOnly; SameSite=Lax\nlb=web-1; Path=/; HttpOnly; SameSite=Lax',
  });
  assert.deepEqual(setCookiesIn(both), [
    { name: 'session', value: 'a1b2', maxAgeS: 3_600 },
    { name: 'lb', value: 'web-1' },
  ]);
});

test('a request tells all that are kept', () => {
  const headers = {
    cookie: cookieHeader([
      ['session', 'a=1'],
      ['lb', 'web-2'],
    ]),
  };
  assert.equal(headers.cookie, 'session=a=1; lb=web-2');
  assert.equal(cookieIn(headers, 'session'), 'a=1');
  assert.equal(cookieIn(headers, 'lb'), 'web-2');
  assert.equal(cookieIn(headers, 'b'), undefined);
  assert.equal(cookieIn({}, 'lb'), undefined);
});

test('what is no cookie is refused where it is set, and overlooked where it is read', () => {
  assert.throws(() => withSetCookie({}, { name: 'a b', value: '1' }), /^RangeError: "a b" is no name/);
  for (const value of ['a b', 'a;b', 'a,b', '"a"', 'a\nb=c', 'ä']) {
    assert.throws(() => withSetCookie({}, { name: 'a', value }), RangeError, value);
  }
  assert.deepEqual(setCookiesIn({ 'set-cookie': 'nothing\n=1\na b=2\nok=3; Max-Age=-5' }), [
    { name: 'ok', value: '3', maxAgeS: 0 },
  ]);
  assert.equal(cookieIn({ cookie: ';;=;lb;lb=x' }, 'lb'), 'x');
});

test('whatever is said is heard, and whatever is heard harms nothing', () => {
  const value = fc.stringMatching(/^[!#-+\--:<-[\]-~]{0,20}$/);
  fc.assert(
    fc.property(value, fc.string(), (given, noise) => {
      assert.equal(setCookiesIn(withSetCookie({}, { name: 'a', value: given }))[0]?.value, given);
      assert.equal(cookieIn({ cookie: cookieHeader([['a', given]]) }, 'a'), given);
      for (const one of setCookiesIn({ 'set-cookie': noise })) withSetCookie({}, one);
      cookieIn({ cookie: noise }, 'a');
    }),
    { seed: 1 },
  );
});
