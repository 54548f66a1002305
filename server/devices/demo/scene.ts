import type { Damage } from "./damage.ts";
import type { ScreenLayout } from "./layout.ts";
import { type Palette, palettes } from "./palette.ts";
import { BootScreen } from "./parts/boot-screen.ts";
import { ContactRings } from "./parts/contact-rings.ts";
import { Headline } from "./parts/headline.ts";
import { LockScreen } from "./parts/lock-screen.ts";
import type { Control, Part } from "./parts/part.ts";
import { PushButton } from "./parts/push-button.ts";
import { Sea } from "./parts/sea.ts";
import { Sheet } from "./parts/sheet.ts";
import { Sky } from "./parts/sky.ts";
import { StatusBar } from "./parts/status-bar.ts";
import { TextField } from "./parts/text-field.ts";
import { TouchCanvas } from "./parts/touch-canvas.ts";
import { VolumeLevel } from "./parts/volume-level.ts";
import { WavesSwitch } from "./parts/waves-switch.ts";

/** What the scene's controls ask for. */
export interface SceneActions {
	count(): void;
	nextPalette(): void;
	wipe(): void;
}

/** All that is on the screen: what there is, in which order, where, and in which colours. */
export class Scene {
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

	constructor(damage: Damage, actions: SceneActions) {
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

	/** Colours all that has colours; what is drawn again is the caller's business. */
	set palette(palette: Palette) {
		this.#palette = palette;
		this.colour.label = palette.name;
		const coloured = [this.sky, this.sea, this.waves, this.field, this.counter, this.colour, this.clear];
		for (const part of coloured) part.palette = palette;
	}

	/** What takes contacts, in the order in which it is asked. */
	get controls(): readonly Control[] {
		return [this.waves, this.canvas, this.field, this.counter, this.colour, this.clear];
	}

	/** From the back to the front, awake. */
	get parts(): readonly Part[] {
		const behind = [this.sky, this.sea, this.headline, this.statusBar, this.sheet];
		const controls = [this.waves, this.canvas, this.field, this.counter, this.colour, this.clear];
		return [...behind, ...controls, this.volume, this.rings];
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
