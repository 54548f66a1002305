import type { ClipboardMessage } from "../../signaling/protocol/clipboard.ts";
import type { CharacterKey, ViewerMessage } from "../../signaling/protocol/input.ts";
import type { Contact, InputSink } from "../devices/provider.ts";

/** Fingers that a device is told of, over all viewers. */
const MAX_CONTACTS = 10;
/** Keys and device buttons one viewer may hold at a time. */
const MAX_HELD = 32;

/** Input that changes something on a device; fingers that come through a gateway may tell the edge they came over. */
export type DeviceInput =
	| Exclude<
			ViewerMessage,
			{ type: "heartbeat" | "release" | "ping" | "shown" | "touch" | "clipboard-wanted" } | ClipboardMessage
	  >
	| { type: "touch"; contacts: readonly Contact[] };

/** What one viewer holds. */
interface Held {
	buttons: number;
	readonly keys: Set<string>;
	readonly deviceButtons: Set<string>;
	/** By the viewer's own contact id. */
	readonly contacts: Map<number, Contact>;
}

/**
 * Makes one device's input out of what several viewers do: a button is down while anybody holds it, fingers of all
 * are on the screen together, and whatever a viewer holds can be let go at once.
 */
export class InputMerge {
	readonly #sink: Required<InputSink>;
	readonly #viewers = new Map<string, Held>();
	#x = 0.5;
	#y = 0.5;

	constructor(sink: Required<InputSink>) {
		this.#sink = sink;
	}

	/** Applies one message. Returns false when it asks for more than a device can hold; it is then dropped. */
	apply(viewerId: string, input: DeviceInput): boolean {
		const held = this.#heldBy(viewerId);
		switch (input.type) {
			case "pointer":
				held.buttons = input.buttons;
				this.#movePointer(input.x, input.y);
				return true;
			case "wheel":
				this.#sink.wheel(input.x, input.y, input.dx, input.dy, input.notches);
				return true;
			case "text":
				this.#sink.text(input.text);
				return true;
			case "key":
				return this.#press(held.keys, "keys", input.code, input.down);
			case "press":
				return this.#pressCharacter(held.keys, input);
			case "button":
				return this.#press(held.deviceButtons, "deviceButtons", input.id, input.down);
			case "touch":
				return this.#touch(held, input.contacts);
		}
	}

	holdsAnything(viewerId: string): boolean {
		const held = this.#viewers.get(viewerId);
		if (!held) return false;
		return held.buttons !== 0 || held.keys.size + held.deviceButtons.size + held.contacts.size > 0;
	}

	/** Lets go of everything a viewer holds. Never throws: a device that refuses is not held any more either. */
	release(viewerId: string): void {
		const held = this.#viewers.get(viewerId);
		if (!held) return;
		for (const code of [...held.keys]) attempt(() => this.#press(held.keys, "keys", code, false));
		for (const id of [...held.deviceButtons]) {
			attempt(() => this.#press(held.deviceButtons, "deviceButtons", id, false));
		}
		if (held.contacts.size > 0) attempt(() => this.#touch(held, []));
		this.#viewers.delete(viewerId);
		if (held.buttons !== 0) attempt(() => this.#movePointer(this.#x, this.#y));
	}

	/** Lets go of everything that anybody but `viewerId` holds. */
	releaseAllBut(viewerId: string | undefined): void {
		for (const other of [...this.#viewers.keys()]) if (other !== viewerId) this.release(other);
	}

	#heldBy(viewerId: string): Held {
		let held = this.#viewers.get(viewerId);
		if (!held) {
			held = { buttons: 0, keys: new Set(), deviceButtons: new Set(), contacts: new Map() };
			this.#viewers.set(viewerId, held);
		}
		return held;
	}

	#movePointer(x: number, y: number): void {
		this.#x = x;
		this.#y = y;
		let buttons = 0;
		for (const held of this.#viewers.values()) buttons |= held.buttons;
		this.#sink.pointer(x, y, buttons);
	}

	#press(own: Set<string>, kind: "keys" | "deviceButtons", name: string, down: boolean): boolean {
		if (down === own.has(name)) return true;
		if (down && own.size >= MAX_HELD) return false;
		const others = [...this.#viewers.values()].some((held) => held[kind] !== own && held[kind].has(name));
		if (down) own.add(name);
		else own.delete(name);
		if (others) return true;
		if (kind === "keys") this.#sink.key(name, down);
		else this.#sink.button(name, down);
		return true;
	}

	/** A key that is held already repeats. */
	#pressCharacter(own: Set<string>, { code, character, shortcut }: CharacterKey): boolean {
		if (own.size >= MAX_HELD && !own.has(code)) return false;
		const others = [...this.#viewers.values()].some(({ keys }) => keys !== own && keys.has(code));
		own.add(code);
		if (!others) this.#sink.press({ code, character, shortcut });
		return true;
	}

	#touch(held: Held, contacts: readonly Contact[]): boolean {
		// A slot is free again only with the next message: a finger lifted and another put down are never one drag.
		const used = new Set<number>();
		for (const viewer of this.#viewers.values()) {
			for (const { id } of viewer.contacts.values()) used.add(id);
		}
		const before = new Map(held.contacts);
		held.contacts.clear();
		let fits = true;
		for (const { id: own, ...contact } of contacts) {
			const id = before.get(own)?.id ?? freeSlot(used);
			if (id === undefined) {
				fits = false;
				continue;
			}
			used.add(id);
			held.contacts.set(own, { ...contact, id });
		}
		this.#sink.touch([...this.#viewers.values()].flatMap((viewer) => [...viewer.contacts.values()]));
		return fits;
	}
}

/** A device that has vanished may throw; the end of a session must not be held up by it. */
function attempt(letGo: () => void): void {
	try {
		letGo();
	} catch {
		// Nothing is down on a device that takes no input.
	}
}

function freeSlot(used: ReadonlySet<number>): number | undefined {
	for (let slot = 0; slot < MAX_CONTACTS; slot++) if (!used.has(slot)) return slot;
	return undefined;
}
