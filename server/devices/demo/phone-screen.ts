import type { Contact } from "../provider.ts";
import { Damage } from "./damage.ts";
import { layoutScreen, type Orientation, SCALE, type ScreenLayout } from "./layout.ts";
import { type Palette, palettes } from "./palette.ts";
import { ContactRings, POINTER } from "./parts/contact-rings.ts";
import { Headline } from "./parts/headline.ts";
import { LockScreen } from "./parts/lock-screen.ts";
import type { Brush } from "./parts/part.ts";
import { PushButton } from "./parts/push-button.ts";
import { Sea } from "./parts/sea.ts";
import { Sheet } from "./parts/sheet.ts";
import { Sky } from "./parts/sky.ts";
import { StatusBar } from "./parts/status-bar.ts";
import { TextField } from "./parts/text-field.ts";
import { TouchCanvas } from "./parts/touch-canvas.ts";
import { WavesSwitch } from "./parts/waves-switch.ts";
import { overlap, type Rectangle } from "./rectangle.ts";
import { TouchRouting } from "./touch-routing.ts";
import type { KeyAction } from "./us-keyboard.ts";

/** Longest step of the animation, seconds: after a pause it goes on from where it was. */
const LONGEST_STEP = 0.1;

/** The demo app: what is on the screen, and what touch and keys do to it. Draws nothing by itself. */
export class PhoneScreen {
	readonly damage = new Damage();
	readonly #palette: Palette = palettes[0];
	readonly #sky = new Sky(this.damage, this.#palette);
	readonly #sea = new Sea(this.damage, this.#palette);
	readonly #statusBar = new StatusBar(this.damage);
	readonly #headline = new Headline(this.damage);
	readonly #sheet = new Sheet(this.damage);
	readonly #waves = new WavesSwitch(this.damage, this.#palette, (on) => {
		this.#sea.running = on;
	});
	readonly #canvas = new TouchCanvas(this.damage);
	readonly #field = new TextField(this.damage, this.#palette);
	readonly #counter = new PushButton(this.damage, this.#palette, "plus", "Count", () => this.#count());
	readonly #colour = new PushButton(this.damage, this.#palette, "drop", "Dusk", () => this.#nextPalette());
	readonly #clear = new PushButton(this.damage, this.#palette, "sweep", "Clear", () => this.#wipe());
	readonly #rings = new ContactRings(this.damage);
	readonly #lock = new LockScreen(this.damage);
	readonly #touch = new TouchRouting(
		[this.#waves, this.#canvas, this.#field, this.#counter, this.#colour, this.#clear],
		this.#rings,
	);
	#orientation: Orientation = "portrait";
	#layout: ScreenLayout = layoutScreen("portrait");
	#counted = 0;
	#asleep = false;
	#now: number | undefined;

	constructor() {
		this.#arrange();
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
		return this.#field.text;
	}

	/** How often the counter was pushed. */
	get counted(): number {
		return this.#counted;
	}

	get wavesRunning(): boolean {
		return this.#waves.on;
	}

	/** Whether it looks different a moment from now without anyone doing anything. */
	get busy(): boolean {
		return !this.#asleep && (this.#waves.on || this.#canvas.busy || this.#rings.busy);
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
		if (!this.#asleep) this.#canvas.scroll(dx / SCALE, dy / SCALE);
	}

	/** Types text as it is. */
	insert(text: string): void {
		if (!this.#asleep) this.#field.insert(text);
	}

	edit(action: KeyAction): void {
		if (this.#asleep) return;
		if (action.type !== "enter") this.#field.edit(action);
		else {
			this.#headline.say(this.#field.text);
			this.#field.clear();
		}
	}

	/** Back to how it was at first, upright or not. */
	home(): void {
		this.#wake(true);
		this.#touch.cancel();
		this.#wipe();
		this.#headline.say("");
		this.#waves.turn(true);
		this.#paintWith(palettes[0]);
	}

	rotate(): void {
		this.#orientation = this.#orientation === "portrait" ? "landscape" : "portrait";
		this.#layout = layoutScreen(this.#orientation);
		this.#touch.cancel();
		this.#arrange();
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
		if (this.#statusBar.show(now)) this.#lock.tell(this.#statusBar.time, this.#asleep);
		if (this.#asleep) return;
		this.#sea.advance(seconds);
		this.#canvas.advance(now);
		this.#rings.advance(now);
	}

	/** Paints what overlaps an area (points); the brush is clipped to it. */
	paint(brush: Brush, area: Rectangle): void {
		const parts = this.#asleep ? [this.#lock] : this.#parts();
		for (const part of parts) if (overlap(part.bounds, area)) part.paint(brush);
		brush.fillStyle = "#000000";
		const strip = this.#layout.strip;
		brush.fillRect(strip.x, strip.y, strip.width, strip.height);
	}

	#parts() {
		return [
			this.#sky,
			this.#sea,
			this.#headline,
			this.#statusBar,
			this.#sheet,
			this.#waves,
			this.#canvas,
			this.#field,
			this.#counter,
			this.#colour,
			this.#clear,
			this.#rings,
		];
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

	#arrange(): void {
		const layout = this.#layout;
		this.#sky.horizon = layout.sea.y;
		this.#sky.place(layout.sky);
		this.#sea.lightX = this.#sky.light.x;
		this.#sea.flood(layout.sea, layout.openWater);
		this.#headline.place(layout.headline);
		this.#statusBar.place(layout.statusBar);
		this.#sheet.corners = layout.sheetCorners;
		this.#sheet.homeIndicator = layout.homeIndicator;
		this.#sheet.place(layout.sheet);
		this.#waves.place(layout.wavesSwitch);
		this.#canvas.place(layout.touchCanvas);
		this.#field.place(layout.textField);
		this.#counter.place(layout.buttons[0]);
		this.#colour.place(layout.buttons[1]);
		this.#clear.place(layout.buttons[2]);
		this.#rings.place(layout.screen);
		this.#lock.place(layout.screen);
	}

	#count(): void {
		this.#counted++;
		this.#counter.label = `Count ${this.#counted}`;
	}

	#nextPalette(): void {
		const index = palettes.findIndex((palette) => palette.name === this.#colour.label);
		this.#paintWith(palettes[(index + 1) % palettes.length] ?? palettes[0]);
	}

	#paintWith(palette: Palette): void {
		this.#colour.label = palette.name;
		for (const part of [
			this.#sky,
			this.#sea,
			this.#waves,
			this.#field,
			this.#counter,
			this.#colour,
			this.#clear,
		]) {
			part.palette = palette;
		}
		this.damage.add(this.#layout.screen);
	}

	#wipe(): void {
		this.#counted = 0;
		this.#counter.label = "Count";
		this.#canvas.clear();
		this.#field.clear();
	}

	#wake(awake: boolean): void {
		if (this.#asleep !== awake) return;
		this.#asleep = !awake;
		this.damage.add(this.#layout.screen);
	}
}
