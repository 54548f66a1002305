import { MemoryTable, type Table } from "../../signaling/table.ts";

/** What tables saved last, for the next one to be opened with. */
export class SavedRows<T> {
	rows: ReadonlyMap<string, T>;
	save = async (rows: ReadonlyMap<string, T>): Promise<void> => {
		this.rows = new Map(rows);
	};

	constructor(rows: Iterable<readonly [string, T]> = []) {
		this.rows = new Map(rows);
	}

	open(): Table<T> {
		return new MemoryTable(this.rows, { save: (rows) => this.save(rows) });
	}
}
