import { join, relative } from "node:path";
import ts from "typescript";
import { root } from "../../setup/step.mjs";

type ClockKind = "wall" | "monotonic";

/**
 * Where times of the two clocks are mixed, and where an interval is measured on the wall clock: arithmetic, comparisons
 * and what their results are given to. TypeScript itself refuses a time of one clock where one of the other is wanted, but
 * lets any two numbers be added, subtracted and compared.
 *
 * @param files paths from the clone's top. @param extra text of files that are not there, by path.
 */
export function clockFaults(
	files: readonly string[],
	extra: Readonly<Record<string, string>> = {},
): string[] {
	const { options } = ts.getParsedCommandLineOfConfigFile(
		join(root, "tsconfig.json"),
		{},
		{
			...ts.sys,
			onUnRecoverableConfigFileDiagnostic: (fault) => {
				throw new Error(ts.flattenDiagnosticMessageText(fault.messageText, "\n"));
			},
		},
	) ?? { options: {} };
	const host = ts.createCompilerHost(options);
	const texts = new Map(Object.entries(extra).map(([path, text]) => [join(root, path), text]));
	const { readFile, fileExists } = host;
	host.readFile = (path) => texts.get(path) ?? readFile(path);
	host.fileExists = (path) => texts.has(path) || fileExists(path);
	const paths = files.map((path) => join(root, path));
	const program = ts.createProgram(paths, { ...options, incremental: false, noEmit: true }, host);
	const look = new ClockLook(program.getTypeChecker());
	return paths.flatMap((path) => {
		const file = program.getSourceFile(path);
		if (!file) throw new Error(`${path} is not part of the program.`);
		return look.faultsIn(file);
	});
}

const { SyntaxKind } = ts;
const COMPARISONS = new Set([
	SyntaxKind.LessThanToken,
	SyntaxKind.LessThanEqualsToken,
	SyntaxKind.GreaterThanToken,
	SyntaxKind.GreaterThanEqualsToken,
	SyntaxKind.EqualsEqualsEqualsToken,
	SyntaxKind.ExclamationEqualsEqualsToken,
]);
const SUMS = new Set([SyntaxKind.PlusToken, SyntaxKind.MinusToken]);

class ClockLook {
	readonly #checker: ts.TypeChecker;
	readonly #faults: string[] = [];

	constructor(checker: ts.TypeChecker) {
		this.#checker = checker;
	}

	faultsIn(file: ts.SourceFile): string[] {
		this.#faults.length = 0;
		this.#visit(file);
		return [...this.#faults];
	}

	#visit(node: ts.Node): void {
		if (ts.isBinaryExpression(node)) this.#lookAt(node);
		if (ts.isBinaryExpression(node) || ts.isCallExpression(node)) this.#lookWhereItGoes(node);
		ts.forEachChild(node, (child) => this.#visit(child));
	}

	#lookAt(node: ts.BinaryExpression): void {
		const { kind } = node.operatorToken;
		if (!COMPARISONS.has(kind) && !SUMS.has(kind)) return;
		const [left, right] = [this.#kindOf(node.left), this.#kindOf(node.right)];
		if (!left || !right) return;
		if (left !== right) this.#note(node, "mixes the wall clock with a monotonic one");
		else if (left === "wall" && kind === SyntaxKind.MinusToken && !isOrder(node))
			this.#note(node, "measures an interval on the wall clock");
	}

	/** The result of arithmetic is a mere number to TypeScript. */
	#lookWhereItGoes(node: ts.BinaryExpression | ts.CallExpression): void {
		const kind = kindOfType(this.#checker.getTypeAtLocation(node), this.#checker)
			? undefined
			: this.#kindOf(node);
		const wanted = kind && this.#checker.getContextualType(node);
		const asked = wanted && kindOfType(wanted, this.#checker);
		if (asked && asked !== kind) this.#note(node, `gives a ${kind} time where a ${asked} one is wanted`);
	}

	#kindOf(node: ts.Expression, depth = 0): ClockKind | undefined {
		const told = kindOfType(this.#checker.getTypeAtLocation(node), this.#checker);
		if (told || depth > 8) return told;
		if (ts.isParenthesizedExpression(node) || ts.isNonNullExpression(node))
			return this.#kindOf(node.expression, depth + 1);
		if (ts.isConditionalExpression(node))
			return this.#kindOf(node.whenTrue, depth + 1) ?? this.#kindOf(node.whenFalse, depth + 1);
		if (ts.isCallExpression(node) && /^Math\.(max|min|floor|ceil|round)$/.test(node.expression.getText()))
			return node.arguments.map((one) => this.#kindOf(one, depth + 1)).find((kind) => kind !== undefined);
		if (ts.isIdentifier(node)) return this.#kindOfConstant(node, depth);
		if (!ts.isBinaryExpression(node)) return undefined;
		const [left, right] = [this.#kindOf(node.left, depth + 1), this.#kindOf(node.right, depth + 1)];
		switch (node.operatorToken.kind) {
			case SyntaxKind.PlusToken:
			case SyntaxKind.QuestionQuestionToken:
				return left ?? right;
			case SyntaxKind.MinusToken:
				return right ? undefined : left;
			default:
				return undefined;
		}
	}

	#kindOfConstant(node: ts.Identifier, depth: number): ClockKind | undefined {
		const declared = this.#checker.getSymbolAtLocation(node)?.valueDeclaration;
		const initializer = declared && ts.isVariableDeclaration(declared) ? declared.initializer : undefined;
		return initializer && this.#kindOf(initializer, depth + 1);
	}

	#note(node: ts.Node, what: string): void {
		const file = node.getSourceFile();
		const { line } = file.getLineAndCharacterOfPosition(node.getStart());
		this.#faults.push(`${relative(root, file.fileName)}:${line + 1}: ${node.getText()} ${what}`);
	}
}

/** Whether it only tells which of two comes first. */
function isOrder(node: ts.Node): boolean {
	const call = node.parent?.parent;
	return (
		ts.isArrowFunction(node.parent) &&
		ts.isCallExpression(call) &&
		ts.isPropertyAccessExpression(call.expression) &&
		/^(sort|toSorted)$/.test(call.expression.name.text)
	);
}

/** Which clock a type's name stands for: `WallTime`, `MonotonicTime`, or one of them among others. */
function kindOfType(type: ts.Type, checker: ts.TypeChecker): ClockKind | undefined {
	if (type.isUnionOrIntersection()) {
		for (const part of type.types) {
			const kind = kindOfType(part, checker);
			if (kind) return kind;
		}
		return undefined;
	}
	if ((type.flags & ts.TypeFlags.Object) === 0) return undefined;
	const mark = type.getProperties().find(({ escapedName }) => /^__@clock@/.test(String(escapedName)));
	const text = mark && checker.typeToString(checker.getTypeOfSymbol(mark));
	return text?.includes('"wall"') ? "wall" : text?.includes('"monotonic"') ? "monotonic" : undefined;
}
