import { execFileSync } from "node:child_process";
import type { X11Screen } from "../../server/native/addon.ts";

/** A display's keyboard: its layout, and which locks are on. */
export interface KeyboardState {
	readonly layout: string;
	readonly caps: boolean;
	readonly num: boolean;
}

export const LAYOUTS = ["us", "de", "fr", "ru"] as const;
export const LOCKS = [
	{ caps: false, num: false },
	{ caps: true, num: false },
	{ caps: false, num: true },
	{ caps: true, num: true },
] as const;

const CAPS_LOCK = 58;
const NUM_LOCK = 69;

/** The keyboard of a test's own display, set up as somebody else would do it. It begins as a US one without locks. */
export class XKeyboard {
	readonly #display: string;
	readonly #screen: X11Screen;
	#now: KeyboardState = { layout: "us", caps: false, num: false };

	constructor(display: string, screen: X11Screen) {
		this.#display = display;
		this.#screen = screen;
	}

	/** Presses and releases the key at a position, by evdev code. */
	tap(evdevCode: number): void {
		this.#screen.key(evdevCode, true);
		this.#screen.key(evdevCode, false);
	}

	setLayout(layout: string): void {
		execFileSync("setxkbmap", ["-display", this.#display, "-layout", layout]);
		this.#now = { ...this.#now, layout };
	}

	/** @param locked waits until the locks have been seen, before the layout changes. */
	async become(next: KeyboardState, locked: () => Promise<void> = async () => {}): Promise<void> {
		if (next.caps !== this.#now.caps) this.tap(CAPS_LOCK);
		if (next.num !== this.#now.num) this.tap(NUM_LOCK);
		await locked();
		if (next.layout !== this.#now.layout) this.setLayout(next.layout);
		this.#now = next;
	}
}
