/**
 * Finds declarations that would hide what the prompt itself is made of: verbs, the world, the last result.
 */
import ts from 'typescript';

/** Names that no line may declare at its top, each with what it is. */
export type TakenNames = ReadonlyMap<string, string>;

/** The first declaration at the top of a line of a name that is taken. */
export function findTaken(
  line: string,
  taken: TakenNames,
): { readonly problem: string; readonly at: number } | undefined {
  const file = ts.createSourceFile('line.ts', line, ts.ScriptTarget.ES2022, true);
  for (const name of file.statements.flatMap(declared)) {
    const what = taken.get(name.text);
    if (what !== undefined) {
      return {
        problem: `${name.text} is ${what} and cannot be declared; choose another name`,
        at: name.getStart(file),
      };
    }
  }
  return undefined;
}

/** Types are no values: `type kill = string` hides nothing. */
function declared(statement: ts.Statement): readonly ts.Identifier[] {
  if (ts.isVariableStatement(statement))
    return statement.declarationList.declarations.flatMap(({ name }) => bound(name));
  if (ts.isImportDeclaration(statement))
    return statement.importClause === undefined ? [] : imported(statement.importClause);
  const named =
    ts.isFunctionDeclaration(statement) ||
    ts.isClassDeclaration(statement) ||
    ts.isEnumDeclaration(statement) ||
    ts.isModuleDeclaration(statement) ||
    ts.isImportEqualsDeclaration(statement);
  return named && statement.name !== undefined && ts.isIdentifier(statement.name) ? [statement.name] : [];
}

function imported({ name, namedBindings }: ts.ImportClause): readonly ts.Identifier[] {
  const others =
    namedBindings === undefined
      ? []
      : ts.isNamespaceImport(namedBindings)
        ? [namedBindings.name]
        : namedBindings.elements.map((element) => element.name);
  return name === undefined ? others : [name, ...others];
}

function bound(name: ts.BindingName): readonly ts.Identifier[] {
  if (ts.isIdentifier(name)) return [name];
  return name.elements.flatMap((element) => (ts.isOmittedExpression(element) ? [] : bound(element.name)));
}
