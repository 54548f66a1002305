import type { TouchEdge } from "../../../native/simulator.ts";

export type { TouchEdge };

/** A place on the screen, 0..1 of the native picture, origin top left. */
export interface Place {
	readonly x: number;
	readonly y: number;
}

/** What a way into a simulator takes. Methods throw PortholeError for input that was dropped. */
export interface Hands {
	/** One finger or two; every touch begins with `down` and ends with `up`, with as many fingers between. */
	touch(phase: "down" | "move" | "up", places: readonly Place[], edge: TouchEdge): void;
	/** A key by DOM `KeyboardEvent.code`. */
	key(code: string, down: boolean): void;
	/** Types printable US-ASCII, line feeds and tabs. */
	type(text: string): void;
	/** Types any text, over the simulator's clipboard. */
	paste(text: string): void;
	/** A button of the device; false when this way has none of that name. */
	button(id: string, down: boolean): boolean;
	close(): Promise<void>;
}

/** Text that keys of a US keyboard can type. */
export const TYPEABLE = /^[\x20-\x7e\n\r\t]*$/;
