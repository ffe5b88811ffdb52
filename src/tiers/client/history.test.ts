import { deepEqual, equal } from 'node:assert/strict';
import { test } from 'node:test';
import type { Operation } from '../../kernel/events';
import type { Reporter } from '../../kernel/tier';
import type { HttpRequest } from '../../protocols/http';
import { History } from './history';
import type { Ending } from './transport';

const steps: Operation[] = [];
const report: Reporter = {
  log() {},
  gauge() {},
  act() {},
  unready() {},
  ready() {},
  expose() {},
  operation: (operation) => void steps.push(operation),
};

function request(method: HttpRequest['method'], path: string, body?: string): HttpRequest {
  return { kind: 'http.request', method, path, headers: {}, ...(body === undefined ? {} : { body }) };
}

function response(body: string, status = 200): Ending {
  return { kind: 'http.response', status, headers: {}, body };
}

/** What one request adds to the history: phase, function and value of its end. */
function lived(history: History, asked: HttpRequest, ending: Ending): unknown[] {
  history.begin(asked)?.end(ending);
  const { phase, f, value } = steps.at(-1) ?? { phase: '', f: '', value: '' };
  return [phase, f, value];
}

test('each read tells the name that it brought, whatever was read of the user before', () => {
  const history = new History('app-1.1', report);
  const read = request('GET', '/users/12');
  deepEqual(lived(history, read, response('{"id":12,"lastName":"Diaz"}')), ['ok', 'read', 'Diaz']);
  deepEqual(lived(history, read, response('{"id":12,"lastName":"Diaz"}')), ['ok', 'read', 'Diaz']);
  deepEqual(lived(history, read, response('{"id":12,"lastName":"Ito"}')), ['ok', 'read', 'Ito']);
  deepEqual(lived(history, request('GET', '/users/13'), response('{"id":13,"lastName":"Diaz"}')), [
    'ok',
    'read',
    'Diaz',
  ]);
  deepEqual(lived(history, read, response('{"lastName":{"a":1}}')), ['ok', 'read', { a: 1 }]);
  deepEqual(lived(history, read, response('{"lastName":"Di')), ['ok', 'read', '{"lastName":"Di']);
  deepEqual(lived(history, read, response('gone', 404)), ['ok', 'read', null]);
  deepEqual(lived(history, read, response('{"lastName":"Di')), ['ok', 'read', '{"lastName":"Di']);
  deepEqual(lived(history, request('PATCH', '/users/12', '{"lastName":"w-1"}'), response('')), ['ok', 'write', 'w-1']);
});

test('a process whose operation ended without a verdict does nothing more', () => {
  steps.length = 0;
  const history = new History('app-1.1', report);
  const silence: Ending = { kind: 'problem', text: 'timed out', short: 'timed out', acted: true };
  const write = request('PATCH', '/users/1', '{"lastName":"w-1"}');
  deepEqual(lived(history, write, silence), ['unknown', 'write', 'w-1']);
  lived(history, write, response(''));
  lived(history, write, response(''));
  deepEqual(
    steps.map(({ process, phase, key }) => `${process} ${phase} ${key}`),
    [
      'app-1.1:1 invoke user:1',
      'app-1.1:1 unknown user:1',
      'app-1.1:2 invoke user:1',
      'app-1.1:2 ok user:1',
      'app-1.1:2 invoke user:1',
      'app-1.1:2 ok user:1',
    ],
  );
});

test('what is not about one user is not recorded', () => {
  const history = new History('app-1.1', report);
  for (const path of ['/users', '/users/', '/users/x', '/users/1/2', '/users/1234567890123456']) {
    equal(history.begin(request('GET', path)), undefined, path);
  }
  equal(history.begin(request('HEAD', '/users/1')), undefined);
});

test('more users than are remembered are recorded all the same', () => {
  const history = new History('app-1.1', report);
  for (let user = 1; user <= 5_000; user++) {
    const found = lived(history, request('GET', `/users/${user}`), response(`{"lastName":"n-${user}"}`));
    deepEqual(found, ['ok', 'read', `n-${user}`]);
  }
});
