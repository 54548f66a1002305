import { type Declarations, RUNTIME } from "./declarations.ts";
import type { Owners } from "./import-tables.ts";

/** What came of comparing where we declare something with where others found it. */
export interface OwnerCheck {
	readonly faults: readonly string[];
	readonly confirmed: number;
	readonly unknown: number;
}

/**
 * Compares the framework of each function and variable with the one that binaries for macOS take it from. A class may be
 * declared by one framework and exported by another, as `NSDictionary` is; the stubs go by who exports it.
 */
export function faultsInOwners({ functions, variables }: Declarations, owners: Owners): OwnerCheck {
	const faults: string[] = [];
	let confirmed = 0;
	let unknown = 0;
	for (const { name, framework } of [...functions, ...variables]) {
		if (framework === RUNTIME) continue;
		const owner = owners.get(`_${name}`);
		if (owner === undefined) unknown++;
		else if (owner === framework) confirmed++;
		else faults.push(`${name} is declared as ${framework}'s; binaries for macOS take it from ${owner}.`);
	}
	return { faults, confirmed, unknown };
}
