import type { Clock } from "../clock.ts";
import type { Table } from "../store/table.ts";
import type { RoomRecord } from "./room-record.ts";

/** How long a record that could not be kept waits for the next try, ms. */
const AGAIN_AFTER = 1_000;

export interface RoomMemoryDeps {
	readonly deviceId: string;
	readonly table: Table<RoomRecord>;
	readonly clock: Clock;
	/** The room as it is now; undefined when nothing is worth remembering. */
	readonly record: () => RoomRecord | undefined;
}

/** Keeps what is to be remembered of one room. One write at a time: what changes meanwhile is in the next. */
export class RoomMemory {
	readonly #deps: RoomMemoryDeps;
	#dirty = false;
	#writing = false;
	#closed = false;
	#cancelAgain = () => {};

	constructor(deps: RoomMemoryDeps) {
		this.#deps = deps;
	}

	/** What is to be remembered is not yet kept. */
	get busy(): boolean {
		return this.#writing && !this.#closed;
	}

	/** The room has changed. */
	changed(): void {
		this.#dirty = true;
		if (this.#writing || this.#closed) return;
		this.#writing = true;
		// What changes in one turn is written once.
		queueMicrotask(() => this.#write());
	}

	/** The device is gone for good. */
	forget(): void {
		const { table, deviceId } = this.#deps;
		this.close();
		table.change(deviceId, () => undefined).catch(() => {});
	}

	/** From now on somebody else remembers. */
	close(): void {
		this.#closed = true;
		this.#cancelAgain();
	}

	async #write(): Promise<void> {
		const { table, deviceId, record, clock } = this.#deps;
		while (this.#dirty && !this.#closed) {
			this.#dirty = false;
			const now = record();
			try {
				await table.change(deviceId, () => now);
			} catch {
				this.#dirty = true;
				if (!this.#closed) this.#cancelAgain = clock.after(AGAIN_AFTER, () => this.#write());
				return;
			}
		}
		this.#writing = false;
	}
}
