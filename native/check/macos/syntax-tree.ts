/** One declaration of clang's syntax tree. */
export interface AstNode {
	readonly kind: string;
	readonly name: string | undefined;
	/** Path of the file that it is written in. */
	readonly file: string;
	/** Its type with typedefs resolved; empty where it has none. */
	readonly type: string;
	readonly storageClass: string | undefined;
	/** Of an enumerator, if one is written. */
	readonly value: bigint | undefined;
	/** A class that is only named. */
	readonly isForward: boolean;
	/** Made by the compiler, as the accessors of a property are. */
	readonly isImplicit: boolean;
	/** The class that a category extends. */
	readonly extended: string | undefined;
	/** Type of a method's result. */
	readonly result: string;
	readonly inner: readonly AstNode[];
}

interface Place {
	file?: string;
	spellingLoc?: Place;
	expansionLoc?: Place;
}

interface Dumped {
	kind?: string;
	name?: string;
	loc?: Place;
	range?: { begin?: Place; end?: Place };
	type?: { qualType: string; desugaredQualType?: string };
	storageClass?: string;
	value?: string;
	isImplicit?: boolean;
	interface?: { name?: string };
	returnType?: { qualType: string; desugaredQualType?: string };
	super?: unknown;
	inner?: Dumped[];
}

/** Reads what `clang -ast-dump=json` prints and gives the declarations at its top. */
export function parseAst(text: string): AstNode[] {
	const top = JSON.parse(text) as Dumped;
	// clang names a file only where it is another one than last time, in the order in which it prints.
	let last = "";
	const note = (place: Place | undefined) => {
		if (place?.spellingLoc) note(place.spellingLoc);
		if (place?.expansionLoc) note(place.expansionLoc);
		if (place?.file !== undefined) last = place.file;
	};
	const read = (node: Dumped): AstNode => {
		note(node.loc);
		const file = last;
		note(node.range?.begin);
		note(node.range?.end);
		const inner = (node.inner ?? []).map(read);
		return {
			kind: node.kind ?? "",
			name: node.name,
			file,
			type: written(node.type),
			storageClass: node.storageClass,
			value: numberOf(node, inner),
			isForward: node.kind === "ObjCInterfaceDecl" && node.super === undefined && inner.length === 0,
			isImplicit: node.isImplicit === true,
			extended: node.interface?.name,
			result: written(node.returnType),
			inner,
		};
	};
	return (top.inner ?? []).map(read);
}

function written(type: Dumped["type"]): string {
	return type?.desugaredQualType ?? type?.qualType ?? "";
}

/** The number that clang worked out for an expression at or below this node. */
function numberOf(node: Dumped, inner: readonly AstNode[]): bigint | undefined {
	if (node.kind === "ConstantExpr" && node.value !== undefined && /^-?\d+$/.test(node.value))
		return BigInt(node.value);
	return node.kind === "EnumConstantDecl" ? inner.find(({ value }) => value !== undefined)?.value : undefined;
}
