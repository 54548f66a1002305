import type { Grant } from "../grants/grant.ts";
import { MemoryTable, type Table } from "./table.ts";

/** Where grants outlive the process. One book writes to a store. */
export interface GrantStore {
	/** The grants saved last; none on the first start. Throws PortholeError `bad-grants-file` when they cannot be read. */
	load(): Promise<readonly Grant[]>;
	/** Replaces all; whole or not at all. Never called again before it has settled. Throws `state-not-writable`. */
	save(grants: readonly Grant[]): Promise<void>;
}

/** Keeps grants as long as the process lives. */
export class MemoryGrantStore implements GrantStore {
	#grants: readonly Grant[];

	constructor(grants: readonly Grant[] = []) {
		this.#grants = grants;
	}

	async load(): Promise<readonly Grant[]> {
		return this.#grants;
	}

	async save(grants: readonly Grant[]): Promise<void> {
		this.#grants = [...grants];
	}
}

/** The table of one book, kept in a store. */
export function tableOver(store: GrantStore, grants: readonly Grant[]): Table<Grant> {
	return new MemoryTable(
		grants.map((grant) => [grant.id, grant] as const),
		(rows) => store.save([...rows.values()]),
	);
}
