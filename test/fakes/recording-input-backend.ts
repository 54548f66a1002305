import type { InputBackend, Place, TouchEdge } from "../../server/devices/simulator/backend.ts";

/** One call, as a tuple of its name and arguments. */
export type InputCall =
	| ["down" | "move" | "up", readonly Place[], TouchEdge]
	| ["key", string, boolean]
	| ["type" | "paste", string]
	| ["button", string, boolean];

/** Keeps every call; throws while `refuses` is set. */
export class RecordingInputBackend implements InputBackend {
	readonly calls: InputCall[] = [];
	refuses = false;
	closed = false;
	/** Buttons it has. */
	buttons = new Set(["home", "lock"]);

	touch(phase: "down" | "move" | "up", places: readonly Place[], edge: TouchEdge): void {
		this.#take([phase, places, edge]);
	}

	key(code: string, down: boolean): void {
		this.#take(["key", code, down]);
	}

	type(text: string): void {
		this.#take(["type", text]);
	}

	paste(text: string): void {
		this.#take(["paste", text]);
	}

	button(id: string, down: boolean): boolean {
		if (!this.buttons.has(id)) return false;
		this.#take(["button", id, down]);
		return true;
	}

	async close(): Promise<void> {
		this.closed = true;
	}

	/** The calls since the last time this was asked. */
	drain(): InputCall[] {
		return this.calls.splice(0);
	}

	#take(call: InputCall): void {
		if (this.refuses) throw new Error("The simulator takes no input.");
		this.calls.push(call);
	}
}
