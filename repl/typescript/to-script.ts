/**
 * Turns the output of the compiler into a script of a prompt: what is declared at the top stays declared for later lines
 * and can be declared again, `await` may stand at the top, and the value is that of the last expression.
 */
import ts from 'typescript';
import { importName } from './import-name';

type Statement = ts.Statement;
type Node = ts.Node;

/** A script; one that awaits gives a promise of its value. */
export interface Script {
  readonly script: string;
  readonly awaits: boolean;
}

export function toScript(javascript: string): Script {
  const file = parse(withImports(javascript));
  const statements = file.statements.filter((statement) => !ts.isEmptyStatement(statement));
  const names = statements.flatMap((statement) => declaredBy(statement));
  const functions = statements.filter(ts.isFunctionDeclaration).map(text);
  const steps = statements.filter((statement) => !ts.isFunctionDeclaration(statement));
  const awaits = steps.some((statement) => awaitsAtTop(statement));
  const body = steps.map((statement) => assigned(statement)).join('\n');
  const last = steps.at(-1);
  const head = `"use strict"; void 0; ${names.length === 0 ? '' : `var ${names.join(', ')};`}\n${functions.join('\n')}`;
  if (!awaits) return { script: `${head}\n${body}\n${isValue(last) ? '' : 'void 0;'}`, awaits };
  const before = steps.slice(0, -1).map((statement) => assigned(statement));
  const end = last !== undefined && ts.isExpressionStatement(last) ? `return (${last.expression.getText()});` : '';
  const whole = end === '' ? body : [...before, end].join('\n');
  return { script: `${head}\n(async () => {\n${whole}\n})()`, awaits };
}

function parse(javascript: string): ts.SourceFile {
  return ts.createSourceFile('line.js', javascript, ts.ScriptTarget.ES2022, true, ts.ScriptKind.JS);
}

/** `import(...)` as a call of a function. */
function withImports(javascript: string): string {
  const found: number[] = [];
  const visit = (node: Node): void => {
    if (node.kind === ts.SyntaxKind.ImportKeyword && ts.isCallExpression(node.parent)) found.push(node.getStart());
    ts.forEachChild(node, visit);
  };
  if (javascript.includes('import(')) visit(parse(javascript));
  const length = 'import'.length;
  return found.reduceRight((text, at) => text.slice(0, at) + importName + text.slice(at + length), javascript);
}

/** The names that a statement declares for good. */
function declaredBy(statement: Statement): string[] {
  if (ts.isClassDeclaration(statement)) return statement.name === undefined ? [] : [statement.name.text];
  if (!ts.isVariableStatement(statement)) return [];
  return statement.declarationList.declarations.flatMap(({ name }) => namesIn(name));
}

function namesIn(name: ts.BindingName): string[] {
  if (ts.isIdentifier(name)) return [name.text];
  return name.elements.flatMap((element) => (ts.isOmittedExpression(element) ? [] : namesIn(element.name)));
}

/** A declaration as an assignment to what was declared before. */
function assigned(statement: Statement): string {
  if (ts.isClassDeclaration(statement) && statement.name !== undefined) {
    return `${statement.name.text} = ${text(statement)};`;
  }
  if (!ts.isVariableStatement(statement)) return text(statement);
  return statement.declarationList.declarations
    .map(({ name, initializer }) => `(${name.getText()} = ${initializer?.getText() ?? 'undefined'});`)
    .join('\n');
}

function isValue(statement: Statement | undefined): boolean {
  return statement !== undefined && !ts.isVariableStatement(statement) && !ts.isClassDeclaration(statement);
}

/** Whether it awaits itself, and not only a function in it. */
function awaitsAtTop(node: Node): boolean {
  if (ts.isAwaitExpression(node) || (ts.isForOfStatement(node) && node.awaitModifier !== undefined)) return true;
  if (ts.isFunctionLike(node) || ts.isClassLike(node)) return false;
  return ts.forEachChild(node, (child) => awaitsAtTop(child) || undefined) ?? false;
}

function text(node: Node): string {
  return node.getText();
}
