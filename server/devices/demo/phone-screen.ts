import type { Contact } from "../provider.ts";
import { Damage } from "./damage.ts";
import { layoutScreen, type Orientation, SCALE, type ScreenLayout } from "./layout.ts";
import { type Palette, palettes } from "./palette.ts";
import { POINTER } from "./parts/contact-rings.ts";
import type { Brush } from "./parts/part.ts";
import { overlap, type Rectangle } from "./rectangle.ts";
import { Scene } from "./scene.ts";
import { TouchRouting } from "./touch-routing.ts";
import type { KeyAction } from "./us-keyboard.ts";

/** Longest step of the animation, seconds: after a pause it goes on from where it was. */
const LONGEST_STEP = 0.1;

/** The demo app: what is on the screen, and what touch and keys do to it. Draws nothing by itself. */
export class PhoneScreen {
	readonly damage = new Damage();
	readonly #scene = new Scene(this.damage, {
		count: () => this.#count(),
		nextPalette: () => this.#nextPalette(),
		wipe: () => this.#wipe(),
	});
	readonly #touch = new TouchRouting(this.#scene.controls, this.#scene.rings);
	#orientation: Orientation = "portrait";
	#layout: ScreenLayout = layoutScreen("portrait");
	#counted = 0;
	#asleep = false;
	#now: number | undefined;

	constructor() {
		this.#scene.place(this.#layout);
	}

	get orientation(): Orientation {
		return this.#orientation;
	}

	/** Size as it is held now, points. */
	get size(): { width: number; height: number } {
		return { width: this.#layout.screen.width, height: this.#layout.screen.height };
	}

	get asleep(): boolean {
		return this.#asleep;
	}

	/** What the text field holds. */
	get text(): string {
		return this.#scene.field.text;
	}

	/** How often the counter was pushed. */
	get counted(): number {
		return this.#counted;
	}

	/** What stands under the title. */
	get headline(): string {
		return this.#scene.headline.line;
	}

	/** How many fingers are down, and the mouse with them. */
	get contacts(): number {
		return this.#touch.count;
	}

	get wavesRunning(): boolean {
		return this.#scene.waves.on;
	}

	/** Whether it looks different a moment from now without anyone doing anything. */
	get busy(): boolean {
		return !this.#asleep && (this.#scene.waves.on || this.#scene.canvas.busy || this.#scene.rings.busy);
	}

	/** All fingers now on the screen, 0..1. */
	touch(contacts: readonly Contact[]): void {
		this.#contact(contacts, (id) => id !== POINTER);
	}

	/** The pointer, 0..1; it is a contact while a button is held. */
	pointer(x: number, y: number, pressed: boolean): void {
		this.#contact(pressed ? [{ id: POINTER, x, y }] : [], (id) => id === POINTER);
	}

	/** Scrolls by device pixels. */
	wheel(dx: number, dy: number): void {
		if (!this.#asleep) this.#scene.canvas.scroll(dx / SCALE, dy / SCALE);
	}

	/** Types text as it is. */
	insert(text: string): void {
		if (!this.#asleep) this.#scene.field.insert(text);
	}

	edit(action: KeyAction): void {
		if (this.#asleep) return;
		if (action.type !== "enter") this.#scene.field.edit(action);
		else {
			this.#scene.headline.say(this.#scene.field.text);
			this.#scene.field.clear();
		}
	}

	/** Back to how it was at first, upright or not. */
	home(): void {
		this.#wake(true);
		this.#touch.cancel();
		this.#wipe();
		this.#scene.headline.say("");
		this.#scene.waves.turn(true);
		this.#paintWith(palettes[0]);
	}

	rotate(): void {
		this.#orientation = this.#orientation === "portrait" ? "landscape" : "portrait";
		this.#layout = layoutScreen(this.#orientation);
		this.#touch.cancel();
		this.#scene.place(this.#layout);
	}

	/** Goes to sleep, or wakes. */
	lock(): void {
		this.#touch.cancel();
		this.#wake(this.#asleep);
	}

	/** Goes on to a time, milliseconds since the Unix epoch. */
	advance(now: number): void {
		const seconds = Math.min(LONGEST_STEP, Math.max(0, (now - (this.#now ?? now)) / 1000));
		this.#now = now;
		if (this.#scene.statusBar.show(now)) this.#scene.lock.tell(this.#scene.statusBar.time, this.#asleep);
		if (this.#asleep) return;
		this.#scene.sea.advance(seconds);
		this.#scene.canvas.advance(now);
		this.#scene.rings.advance(now);
	}

	/** Paints what overlaps an area (points); the brush is clipped to it. */
	paint(brush: Brush, area: Rectangle): void {
		const parts = this.#asleep ? [this.#scene.lock] : this.#scene.parts;
		for (const part of parts) {
			if (!overlap(part.bounds, area)) continue;
			// A part may leave the brush as it likes: the next one finds it as it was.
			brush.save();
			part.paint(brush);
			brush.restore();
		}
		brush.fillStyle = "#000000";
		const strip = this.#layout.strip;
		brush.fillRect(strip.x, strip.y, strip.width, strip.height);
	}

	#contact(contacts: readonly Contact[], ofThisKind: (id: number) => boolean): void {
		if (this.#asleep) {
			if (contacts.length > 0) this.#wake(true);
			return;
		}
		const { width, height } = this.#layout.screen;
		const onScreen = contacts.map(({ id, x, y }) => ({ id, x: x * width, y: y * height }));
		this.#touch.update(onScreen, ofThisKind);
	}

	#count(): void {
		this.#counted++;
		this.#scene.counter.label = `Count ${this.#counted}`;
	}

	#nextPalette(): void {
		const index = palettes.indexOf(this.#scene.palette);
		this.#paintWith(palettes[(index + 1) % palettes.length] ?? palettes[0]);
	}

	#paintWith(palette: Palette): void {
		this.#scene.palette = palette;
		this.damage.add(this.#layout.screen);
	}

	#wipe(): void {
		this.#counted = 0;
		this.#scene.counter.label = "Count";
		this.#scene.canvas.clear();
		this.#scene.field.clear();
	}

	#wake(awake: boolean): void {
		if (this.#asleep !== awake) return;
		this.#asleep = !awake;
		this.damage.add(this.#layout.screen);
	}
}
