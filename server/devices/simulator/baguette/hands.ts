import type { Size } from "../../../../signaling/protocol/device.ts";
import { messageOf } from "../../../../signaling/protocol/errors.ts";
import type { DeviceEnd } from "../../provider.ts";
import { simulatorError } from "../errors.ts";
import type { Hands, Place, TouchEdge } from "../input/hands.ts";
import { LineReader } from "../line-reader.ts";
import type { RunningProgram } from "../tools/tools.ts";
import { type GestureLine, gestureModifier, isGestureKey, touchLine } from "./gesture-line.ts";
import type { BaguetteProgram } from "./program.ts";
import { readReply } from "./reply.ts";

/** Lines that may wait for their answers; beyond it the program hangs. */
const MOST_UNANSWERED = 256;

/** Buttons that baguette has, by ours; system gestures are dragged by ourselves, and so need no newer version. */
const buttons: ReadonlySet<string> = new Set([
	"home",
	"lock",
	"volume-up",
	"volume-down",
	"action",
	"app-switcher",
	"digital-crown",
	"side-button",
	"left-side-button",
]);

export interface BaguetteHandsParts {
	readonly program: BaguetteProgram;
	readonly udid: string;
	readonly points: () => Size;
	/** The program has ended. */
	readonly lost: (end: DeviceEnd) => void;
	/** It refused a gesture, in its words. */
	readonly refused: (words: string) => void;
	/** Puts a text on the simulator's clipboard; absent: only baguette itself can. */
	readonly copy?: (text: string) => Promise<void>;
}

/**
 * Input through `baguette input`. A key is one press there, however long it is held; modifiers go with the keys that are
 * pressed meanwhile. A button is one short press.
 */
export class BaguetteHands implements Hands {
	readonly #parts: BaguetteHandsParts;
	readonly #program: RunningProgram;
	readonly #lines = new LineReader();
	readonly #modifiers = new Set<string>();
	/** Of each line that waits for its answer the text that it was to paste, if any. */
	readonly #unanswered: (string | undefined)[] = [];
	#closed = false;

	constructor(parts: BaguetteHandsParts) {
		this.#parts = parts;
		this.#program = parts.program.input(parts.udid, {
			output: (piece) => this.#take(piece),
			ended: (how) => {
				this.#closed = true;
				parts.lost({ code: "program-ended", message: `baguette, which passes input on, ${how}` });
			},
		});
	}

	touch(phase: "down" | "move" | "up", places: readonly Place[], edge: TouchEdge): void {
		this.#say(touchLine(phase, places, edge, this.#parts.points()));
	}

	key(code: string, down: boolean): void {
		const modifier = gestureModifier(code);
		if (modifier !== undefined) {
			if (down) this.#modifiers.add(modifier);
			else this.#modifiers.delete(modifier);
			return;
		}
		if (!isGestureKey(code))
			throw simulatorError("unknown-key", `baguette has no key ${JSON.stringify(code)}; it was not pressed.`);
		if (!down) return;
		const modifiers = [...this.#modifiers].sort();
		this.#say({ type: "key", code, ...(modifiers.length > 0 ? { modifiers } : {}) });
	}

	type(text: string): void {
		for (const part of text.split(/(\r\n|[\r\n\t])/)) {
			if (part === "\t") this.#say({ type: "key", code: "Tab" });
			else if (/^[\r\n]/.test(part)) this.#say({ type: "key", code: "Enter" });
			else if (part !== "") this.#say({ type: "type", text: part });
		}
	}

	paste(text: string): void {
		this.#say({ type: "paste", text });
	}

	button(id: string, down: boolean): boolean {
		if (!buttons.has(id)) return false;
		if (down) this.#say({ type: "button", button: id });
		return true;
	}

	async close(): Promise<void> {
		this.#closed = true;
		await this.#program.end();
	}

	#say(line: GestureLine): void {
		if (this.#closed) throw simulatorError("program-ended", "baguette, which passes input on, has ended.");
		if (this.#unanswered.length >= MOST_UNANSWERED || !this.#program.write(`${JSON.stringify(line)}\n`))
			throw simulatorError("input-overloaded", "baguette does not answer to input; it was dropped.");
		this.#unanswered.push(line.type === "paste" ? line.text : undefined);
	}

	#take(piece: Uint8Array): void {
		for (const line of this.#lines.push(piece)) {
			const refusal = readReply(line);
			if (refusal === undefined) continue;
			const pasted = this.#unanswered.shift();
			if (refusal === "") continue;
			if (pasted !== undefined && this.#parts.copy && refusal.startsWith("unknown kind"))
				void this.#pasteOurselves(pasted, this.#parts.copy);
			else this.#parts.refused(`baguette says: ${refusal.slice(0, 200)}`);
		}
	}

	/** Versions before `paste` have the keys for it. */
	async #pasteOurselves(text: string, copy: (text: string) => Promise<void>): Promise<void> {
		try {
			await copy(text);
			this.#say({ type: "key", code: "KeyV", modifiers: ["command"] });
		} catch (error) {
			this.#parts.refused(messageOf(error));
		}
	}
}
