import type { Orientation } from "../../../signaling/protocol/device.ts";
import type { MonotonicTime, WallClock } from "../../../signaling/protocol/time.ts";
import type { Contact } from "../provider.ts";
import { Damage, overlap, type Rectangle } from "./geometry.ts";
import { layoutScreen, SCALE, type ScreenLayout } from "./layout.ts";
import { ContactRings, POINTER, TouchRouting } from "./parts/contacts.ts";
import { PushButton, Sheet, WavesSwitch } from "./parts/controls.ts";
import type { Brush, Control, Part } from "./parts/part.ts";
import { Headline, Sea, Sky } from "./parts/scenery.ts";
import { BootScreen, LockScreen, StatusBar, VolumeLevel } from "./parts/system.ts";
import { type KeyAction, TextField } from "./parts/text-field.ts";
import { TouchCanvas } from "./parts/touch-canvas.ts";
import { type Palette, palettes } from "./theme.ts";

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
	#started = true;
	readonly #wall: WallClock;
	#now: MonotonicTime | undefined;

	/** @param wall what its clock shows. */
	constructor(wall: WallClock) {
		this.#wall = wall;
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

	/** Whether it has booted; before that, and while it is off, input does nothing. */
	get started(): boolean {
		return this.#started;
	}

	/** How loud it is, of `VOLUME_STEPS`. */
	get volume(): number {
		return this.#scene.volume.level;
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

	/** Whether it is animated now. */
	get busy(): boolean {
		const { waves, canvas, rings, volume } = this.#scene;
		return this.#awake && (waves.on || canvas.busy || rings.busy || volume.busy);
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
		if (this.#awake) this.#scene.canvas.scroll(dx / SCALE, dy / SCALE);
	}

	/** Types text as it is. */
	insert(text: string): void {
		if (this.#awake) this.#scene.field.insert(text);
	}

	/** What is in its field; nothing while it is not seen. */
	get typed(): string {
		return this.#awake ? this.#scene.field.text : "";
	}

	edit(action: KeyAction): void {
		if (!this.#awake) return;
		if (action.type !== "enter") this.#scene.field.edit(action);
		else {
			this.#scene.headline.say(this.#scene.field.text);
			this.#scene.field.clear();
		}
	}

	/** Back to how it was at first, upright or not. */
	home(): void {
		if (!this.#started) return;
		this.#wake(true);
		this.#touch.cancel();
		this.#wipe();
		this.#scene.headline.say("");
		this.#scene.waves.turn(true);
		this.#paintWith(palettes[0]);
	}

	/** Turns it to the right, or back. */
	rotate(): void {
		if (this.#started) this.turn(isLandscape(this.#orientation) ? "portrait" : "landscape-right");
	}

	turn(to: Orientation): void {
		if (to === this.#orientation) return;
		const before = isLandscape(this.#orientation);
		this.#orientation = to;
		// Upside down, or turned to the other side, the screen looks the same.
		if (isLandscape(to) === before) return;
		this.#layout = layoutScreen(before ? "portrait" : "landscape");
		this.#touch.cancel();
		this.#scene.place(this.#layout);
	}

	/** Goes to sleep, or wakes. */
	lock(): void {
		if (!this.#started) return;
		this.#touch.cancel();
		this.#wake(this.#asleep);
	}

	/** Louder or quieter by so many steps. */
	changeVolume(by: number): void {
		if (this.#awake) this.#scene.volume.change(by);
	}

	/** Begins to boot, or is off: either way all content is lost. */
	shutDown(): void {
		this.home();
		this.#started = false;
		this.damage.add(this.#layout.screen);
	}

	/** Has booted. */
	startUp(): void {
		this.#started = true;
		this.damage.add(this.#layout.screen);
	}

	/** Goes on to a time. */
	advance(now: MonotonicTime): void {
		const seconds = Math.min(LONGEST_STEP, Math.max(0, (now - (this.#now ?? now)) / 1000));
		this.#now = now;
		if (this.#scene.statusBar.show(this.#wall()))
			this.#scene.lock.tell(this.#scene.statusBar.time, this.#asleep);
		this.#scene.volume.advance(now);
		if (!this.#awake) return;
		this.#scene.sea.advance(seconds);
		this.#scene.canvas.advance(now);
		this.#scene.rings.advance(now);
	}

	/** Paints what overlaps an area (points); the brush is clipped to it. */
	paint(brush: Brush, area: Rectangle): void {
		const { boot, lock, parts: awake } = this.#scene;
		const parts = !this.#started ? [boot] : this.#asleep ? [lock] : awake;
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

	get #awake(): boolean {
		return this.#started && !this.#asleep;
	}

	#contact(contacts: readonly Contact[], ofThisKind: (id: number) => boolean): void {
		if (!this.#started) return;
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

function isLandscape(orientation: Orientation): boolean {
	return orientation.startsWith("landscape");
}

/** All parts of the screen: their order, places and colours. */
class Scene {
	readonly sky: Sky;
	readonly sea: Sea;
	readonly statusBar: StatusBar;
	readonly headline: Headline;
	readonly sheet: Sheet;
	readonly waves: WavesSwitch;
	readonly canvas: TouchCanvas;
	readonly field: TextField;
	readonly counter: PushButton;
	readonly colour: PushButton;
	readonly clear: PushButton;
	readonly rings: ContactRings;
	readonly volume: VolumeLevel;
	readonly lock: LockScreen;
	readonly boot: BootScreen;
	#palette: Palette = palettes[0];

	/** `actions` are what the three buttons do. */
	constructor(damage: Damage, actions: Record<"count" | "nextPalette" | "wipe", () => void>) {
		const palette = this.#palette;
		this.sky = new Sky(damage, palette);
		this.sea = new Sea(damage, palette);
		this.statusBar = new StatusBar(damage);
		this.headline = new Headline(damage);
		this.sheet = new Sheet(damage);
		this.waves = new WavesSwitch(damage, palette, (on) => {
			this.sea.running = on;
		});
		this.canvas = new TouchCanvas(damage);
		this.field = new TextField(damage, palette);
		this.counter = new PushButton(damage, palette, "plus", "Count", () => actions.count());
		this.colour = new PushButton(damage, palette, "drop", palette.name, () => actions.nextPalette());
		this.clear = new PushButton(damage, palette, "sweep", "Clear", () => actions.wipe());
		this.rings = new ContactRings(damage);
		this.volume = new VolumeLevel(damage);
		this.lock = new LockScreen(damage);
		this.boot = new BootScreen(damage);
	}

	get palette(): Palette {
		return this.#palette;
	}

	/** The caller has to draw it all again. */
	set palette(palette: Palette) {
		this.#palette = palette;
		this.colour.label = palette.name;
		const coloured = [this.sky, this.sea, this.waves, this.field, this.counter, this.colour, this.clear];
		for (const part of coloured) part.palette = palette;
	}

	/** The parts that take contacts. */
	get controls(): readonly Control[] {
		return [this.waves, this.canvas, this.field, this.counter, this.colour, this.clear];
	}

	/** From the back to the front, awake. */
	get parts(): readonly Part[] {
		const behind = [this.sky, this.sea, this.headline, this.statusBar, this.sheet];
		return [...behind, ...this.controls, this.volume, this.rings];
	}

	place(layout: ScreenLayout): void {
		this.sky.horizon = layout.sea.y;
		this.sky.place(layout.sky);
		this.sea.lightX = this.sky.light.x;
		this.sea.flood(layout.sea, layout.openWater);
		this.headline.place(layout.headline);
		this.statusBar.place(layout.statusBar);
		this.sheet.corners = layout.sheetCorners;
		this.sheet.homeIndicator = layout.homeIndicator;
		this.sheet.place(layout.sheet);
		this.waves.place(layout.wavesSwitch);
		this.canvas.place(layout.touchCanvas);
		this.field.place(layout.textField);
		this.counter.place(layout.buttons[0]);
		this.colour.place(layout.buttons[1]);
		this.clear.place(layout.buttons[2]);
		this.rings.place(layout.screen);
		this.volume.place(layout.volume);
		this.lock.place(layout.screen);
		this.boot.place(layout.screen);
	}
}
