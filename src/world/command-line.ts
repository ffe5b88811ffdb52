/**
 * A command as the line that does the same at the prompt: what a log, a failure report and a shrunk counterexample print.
 */
import { faults } from '../faults/catalogue';
import type { Body } from '../kernel/envelope';
import type { BoxSize, Command } from '../kernel/operations';
import type { FaultSpec } from '../kernel/rule';
import { type ClientLoad, clientFetch, clientLoad } from '../protocols/client';
import { cloudResize, cloudRestart, cloudRetire, cloudSpawn } from '../protocols/cloud';
import { observersPromote } from '../protocols/observers';
import { replicationSet, replicationTail } from '../protocols/replication';
import { type Freshness, sqlExecute, sqlTransaction } from '../protocols/sql';
import { promoteBudgetMs, replicateBudgetMs } from './replication-operator';
import { sqlBudgetMs } from './sql-operator';
import { onlyReads } from './sql-text';

/**
 * @example
 * commandLine({ verb: 'kill', node: 'web-1', stay: true }); // 'kill web-1 --stay'
 */
export function commandLine(command: Command): string {
  switch (command.verb) {
    case 'tell':
      return tellLine(command.to, command.body, command.budgetMs);
    case 'kill':
    case 'pause':
    case 'resume':
    case 'retire':
    case 'restart':
      return words(command.verb, command.node, stays(command));
    case 'withdraw':
      return words('withdraw', command.node);
    case 'kill-box':
      return words('killbox', command.box, stays(command));
    case 'restart-box':
      return words('restartbox', command.box);
    case 'kill-host':
      return words('killhost', String(command.host), stays(command));
    case 'restart-host':
      return words('restarthost', String(command.host));
    case 'resize':
      return words('resize', command.box, sizeWords(command.size));
    case 'configure':
      return words('configure', command.node, JSON.stringify(command.config));
    case 'spawn':
      return words(
        'spawn',
        command.node.kind,
        `id=${command.node.id}`,
        inPool(command.node),
        `box=${command.node.box}`,
      );
    case 'add-fault':
      return faultLine(command.fault);
    case 'remove-fault':
      return words('heal', String(command.fault));
    case 'heal-all':
      return 'heal all';
    case 'apply':
      return `; world.apply(${JSON.stringify(command.topology)})`;
  }
}

function popularityWords({ popularity }: ClientLoad): string {
  if (popularity === undefined) return '';
  return popularity.law === 'zipf'
    ? `--zipf ${popularity.theta}`
    : `--hot ${popularity.user}=${popularity.share * 100}%`;
}

function inPool({ pool }: { readonly pool?: string }): string {
  return pool === undefined ? '' : `pool=${pool}`;
}

function tellLine(to: string, body: Body, budgetMs: number): string {
  if (clientFetch.accepts(body)) {
    const timeout = body.timeoutMs === 5_000 ? '' : `--timeout ${body.timeoutMs}ms`;
    const client = to === 'app-1' ? '' : `--client ${to}`;
    const headers = Object.entries(body.headers).map(([name, value]) => headerWords(`${name}:${value}`));
    return words(body.method.toLowerCase(), body.url, body.body ?? '', client, timeout, ...headers);
  }
  if (clientLoad.accepts(body)) {
    const { shape, users, timeoutMs } = body;
    const much =
      shape.loop === 'open'
        ? words(`${shape.ratePerS}rps`, shape.arrivals === 'poisson' ? '--poisson' : '')
        : words(`${shape.users}users`, `think=${shape.thinkMs}ms`);
    return words(
      'load',
      much,
      body.writes > 0 ? `--writes ${body.writes * 100}%` : '',
      body.likes === undefined ? '' : `--likes ${body.likes * 100}%`,
      users === 1_000 ? '' : `--users ${users}`,
      popularityWords(body),
      timeoutMs === 5_000 ? '' : `--timeout ${timeoutMs}ms`,
      to === 'crowd-1' ? '' : `--client ${to}`,
    );
  }
  if (body.kind === 'client.stop') return 'load stop';
  if (body.kind === 'client.ask') return 'load';
  if (cloudSpawn.accepts(body)) {
    const named = body.node === undefined ? '' : `id=${body.node}`;
    const box = body.box === undefined ? '' : `box=${body.box}`;
    return words('spawn', body.tier, named, inPool(body), box, sizeWords(body));
  }
  if (cloudRetire.accepts(body) || cloudRestart.accepts(body))
    return words(body.kind.slice('cloud.'.length), body.node);
  if (cloudResize.accepts(body)) return words('resize', body.node, sizeWords(body));
  if (observersPromote.accepts(body) && budgetMs === promoteBudgetMs) {
    return words('promote', body.to, body.force ? '--force' : '', `--by ${to}`);
  }
  if (replicationSet.accepts(body) && budgetMs === replicateBudgetMs) {
    return words('replicate db', body.mode, String(body.replicas ?? ''), `--at ${to}`);
  }
  if (replicationTail.accepts(body)) return words('recover', to);
  const sql = sqlLine(to, body);
  if (sql !== undefined) return words(sql, budgetMs === sqlBudgetMs ? '' : `--timeout ${budgetMs}ms`);
  return `; world.command(${JSON.stringify({ verb: 'tell', to, body, budgetMs })})`;
}

function headerWords(header: string): string {
  return `--header ${/[\s"'{[|]|->/.test(header) ? `'${header}'` : header}`;
}

/** SQL as it was typed; `undefined` for what only a program says: with parameters, or to do a lost write once more. */
function sqlLine(to: string, body: Body): string | undefined {
  if (sqlExecute.accepts(body)) {
    const { statement, parameters, freshness, partial } = body;
    if (parameters.length > 0 || !onlyReads(statement)) return undefined;
    const [text, fresh] = [quoted([statement]), freshWords(freshness)];
    return text === undefined || fresh === undefined
      ? undefined
      : words('sql', text, `--at ${to}`, fresh, partial === true ? '--partial' : '');
  }
  if (!sqlTransaction.accepts(body) || body.recovers !== undefined) return undefined;
  const statements = body.statements.map(({ statement }) => statement);
  const isPlain = body.statements.every(({ parameters }) => parameters.length === 0);
  const isRead = statements.length === 1 && onlyReads(statements[0] ?? '');
  const text = quoted(statements);
  return isPlain && !isRead && text !== undefined ? words('sql', text, `--at ${to}`) : undefined;
}

/** As one word of a line; `undefined` where a line would not do. */
function quoted(statements: readonly string[]): string | undefined {
  const text = statements.join('; ');
  return text.includes('\n') ? undefined : `"${text.replace(/["\\]/g, '\\$&')}"`;
}

function freshWords(freshness: Freshness | undefined): string | undefined {
  if (freshness === undefined) return '';
  if (typeof freshness === 'string') return `--fresh ${freshness}`;
  // A position is what this session had seen by then; another one may have seen something else.
  return 'withinMs' in freshness ? `--fresh ${freshness.withinMs}ms` : undefined;
}

function faultLine(fault: FaultSpec): string {
  const kind = faults.get(fault.kind);
  return kind === undefined ? `; world.fault(${JSON.stringify(fault)})` : kind.describe(kind.parse(fault));
}

function sizeWords(size: BoxSize): string {
  const { cpus, memoryMb, diskMb } = size;
  return words(
    cpus === undefined ? '' : `cpus=${cpus}`,
    memoryMb === undefined ? '' : `memory=${memoryMb}mb`,
    diskMb === undefined ? '' : `disk=${diskMb}mb`,
  );
}

function stays(command: Command): string {
  return 'stay' in command && command.stay === true ? '--stay' : '';
}

function words(...parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join(' ');
}
