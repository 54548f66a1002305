import type { DeviceDescription, Size } from "../../../signaling/protocol/device.ts";
import type { Notches } from "../../../signaling/protocol/input.ts";
import { type Turn, toFrameMovement, toFramePlace } from "../screen/frame-rotation.ts";
import { placeOn } from "../screen/geometry.ts";
import type { ViewZoom } from "../screen/view-zoom.ts";
import type { Store } from "../store.ts";
import type { InputSender } from "./input-sender.ts";
import { type FingerPair, MirroredFingers } from "./mirrored-fingers.ts";
import { TouchRouter } from "./touch.ts";

interface PointerOptions {
	readonly input: InputSender;
	readonly zoom: ViewZoom;
	/** The device's present description; undefined until it is known. */
	device(): DeviceDescription | undefined;
	/** By how much the picture is turned. */
	turn(): Turn;
	/** Size of the picture once it is turned, device pixels. */
	pixels(): Size;
	/** Device pixels of the viewer's own screen to a CSS pixel. */
	pixelRatio(): number;
	/** Whether two fingers are the device's instead of the view's. */
	touchThrough(): boolean;
	/** Shows the two fingers that a mouse stands for while Alt is held. */
	readonly fingers: Store<FingerPair | undefined>;
	/** The window: gives modifier keys, and tells when the page loses focus. */
	readonly keys: EventTarget;
	/** A mouse or pen pressed the screen, which takes the keyboard focus. */
	onPress(): void;
}

/** DOM `buttons` that devices know: left, right, middle, back and forward. */
const BUTTONS = 31;

/** Sends mouse, pen, touch and wheel on the screen's element to the device. Returns a function that stops it. */
export function attachPointer(screen: HTMLElement, options: PointerOptions): () => void {
	const { input, zoom } = options;
	const listening = new AbortController();
	const { signal } = listening;
	const takes = (kind: DeviceDescription["inputs"][number]) =>
		options.device()?.inputs.includes(kind) ?? false;
	const place = (x: number, y: number) =>
		toFramePlace(placeOn(screen.getBoundingClientRect(), x, y), options.turn());
	const after = (ms: number, callback: () => void) => {
		const timer = setTimeout(callback, ms);
		return () => clearTimeout(timer);
	};

	const fingers = new TouchRouter({
		contacts(contacts) {
			// The host makes a pointer of fingers for devices without touch.
			if (takes("touch") || takes("pointer")) input.send({ type: "touch", contacts });
		},
		pinch(from, to) {
			const box = screen.getBoundingClientRect();
			const { scale, x, y } = zoom.get();
			const [left, top] = [box.left - x, box.top - y];
			const of = ([a, b]: typeof from) => ({
				x: (a.x + b.x) / 2 - left,
				y: (a.y + b.y) / 2 - top,
				spread: Math.hypot(a.x - b.x, a.y - b.y),
			});
			zoom.pinch(of(from), of(to), { width: box.width / scale, height: box.height / scale });
		},
		place,
		through: options.touchThrough,
		after,
	});

	const mirrored = new MirroredFingers(
		(contacts) => input.send({ type: "touch", contacts }),
		options.fingers,
	);

	function mouse(event: PointerEvent): void {
		const at = place(event.clientX, event.clientY);
		const buttons = event.type === "pointercancel" ? 0 : event.buttons & BUTTONS;
		const down = event.type === "pointerdown" && event.button === 0;
		if (takes("touch") && mirrored.mouse({ place: at, down, buttons, keys: event })) return;
		if (takes("pointer")) input.send({ type: "pointer", ...at, buttons });
		else if (takes("touch") && (buttons & 1 || input.holding)) {
			input.send({ type: "touch", contacts: buttons & 1 ? [{ id: 0, ...at }] : [] });
		}
	}

	function down(event: PointerEvent): void {
		screen.setPointerCapture(event.pointerId);
		if (event.pointerType === "touch") return fingers.down(event.pointerId, event.clientX, event.clientY);
		options.onPress();
		mouse(event);
	}

	function move(event: PointerEvent): void {
		if (event.pointerType === "touch") fingers.move(event.pointerId, event.clientX, event.clientY);
		else mouse(event);
	}

	function up(event: PointerEvent): void {
		if (event.pointerType === "touch") fingers.up(event.pointerId, event.type === "pointercancel");
		else mouse(event);
	}

	function modifier(event: KeyboardEvent): void {
		// Alt alone would open the browser's menu.
		if (takes("touch") && mirrored.keys(event) && event.key === "Alt") event.preventDefault();
	}

	function wheel(event: WheelEvent): void {
		if (!takes("wheel")) return;
		event.preventDefault();
		const box = screen.getBoundingClientRect();
		const notches = notchesOf(event, options.pixelRatio());
		input.send({
			type: "wheel",
			...place(event.clientX, event.clientY),
			...toFrameMovement(scrollOf(event, box, options.pixels()), options.turn()),
			...(notches && { notches: toFrameMovement(notches, options.turn()) }),
		});
	}

	screen.addEventListener("pointerdown", down, { signal });
	screen.addEventListener("pointermove", move, { signal });
	screen.addEventListener("pointerup", up, { signal });
	screen.addEventListener("pointercancel", up, { signal });
	screen.addEventListener("pointerleave", () => mirrored.leave(), { signal });
	options.keys.addEventListener("blur", () => mirrored.forget(), { signal });
	for (const type of ["keydown", "keyup"]) {
		options.keys.addEventListener(type, (event) => modifier(event as KeyboardEvent), { signal });
	}
	screen.addEventListener("wheel", wheel, { signal, passive: false });
	// The device shows its own menu, and a press must neither select, scroll, move the focus nor leave the page.
	for (const type of ["contextmenu", "mousedown", "mouseup", "auxclick", "dragstart"]) {
		screen.addEventListener(type, (event) => event.preventDefault(), { signal });
	}
	return () => {
		listening.abort();
		fingers.forget();
		mirrored.forget();
	};
}

/** The part of a WheelEvent that is used. */
interface WheelLike {
	readonly deltaX: number;
	readonly deltaY: number;
	readonly deltaMode: number;
	readonly shiftKey: boolean;
	/** In 120ths of a notch, the other way round; an old name that all browsers have. */
	readonly wheelDeltaX?: number;
	readonly wheelDeltaY?: number;
}

/** CSS pixels of a line, as browsers scroll. */
const LINE = 40;
/** Limit of one message, device pixels; the host drops anything larger. */
const MAX = 10_000;

/**
 * Turns a wheel event into device pixels: lines and pages become pixels, CSS pixels are scaled as the screen is, and
 * Shift makes a vertical wheel scroll sideways, as browsers do.
 *
 * @param shown Size of the screen on the page, CSS pixels.
 * @param pixels Size of the device's picture.
 */
export function scrollOf(event: WheelLike, shown: Size, pixels: Size): { dx: number; dy: number } {
	const [across, down] = withShift(event, event.deltaX, event.deltaY);
	const unit = (page: number) => (event.deltaMode === 1 ? LINE : event.deltaMode === 2 ? page : 1);
	return {
		dx: limited(across * unit(shown.width) * ratio(pixels.width, shown.width)),
		dy: limited(down * unit(shown.height) * ratio(pixels.height, shown.height)),
	};
}

/** Device pixels that browsers scroll for one notch: on X, on Windows and macOS, and as WebKit counts. */
const NOTCHES = [53, 100, 120];
/** What a notch counts in `wheelDelta`. */
const NOTCH_DELTA = 120;
/** Touch pads tell of three times their pixels there. */
const TOUCH_PAD_RATIO = 3;
/** Fewer CSS pixels than browsers scroll for any notch. */
const LEAST_NOTCH = 20;
/** Lines that a notch scrolls, unless the user has changed it. */
const NOTCH_LINES = 3;
/** Limit of one message. */
const MAX_NOTCHES = 100;

/**
 * How many notches a wheel turned; undefined for what has none, a touch pad or a fine wheel, whose pixels count.
 *
 * @param pixelRatio Device pixels of the viewer's screen to a CSS pixel.
 */
export function notchesOf(event: WheelLike, pixelRatio: number): Notches | undefined {
	const axes = [
		[event.deltaX, -(event.wheelDeltaX ?? 0)],
		[event.deltaY, -(event.wheelDeltaY ?? 0)],
	].map(([delta = 0, told = 0]) => {
		if (delta === 0) return 0;
		if (event.deltaMode === 1) return delta / NOTCH_LINES;
		if (event.deltaMode !== 0) return undefined;
		const turns = NOTCHES.map((pixels) => nearlyWhole((delta * pixelRatio) / pixels));
		const turned = turns.find((turn) => turn !== undefined && turn !== 0);
		if (turned !== undefined) return turned;
		const isWhole = told !== 0 && told % NOTCH_DELTA === 0 && told !== TOUCH_PAD_RATIO * delta;
		return isWhole && Math.abs(delta) >= LEAST_NOTCH ? told / NOTCH_DELTA : undefined;
	});
	const [x, y] = axes;
	if (x === undefined || y === undefined || (x === 0 && y === 0)) return undefined;
	const [dx, dy] = withShift(event, x, y).map((turn) => Math.min(MAX_NOTCHES, Math.max(-MAX_NOTCHES, turn)));
	return { dx: dx ?? 0, dy: dy ?? 0 };
}

/** A whole number if this is one, but for what a zoomed page rounds. */
function nearlyWhole(value: number): number | undefined {
	return Math.abs(value - Math.round(value)) < 0.005 ? Math.round(value) : undefined;
}

/** Shift makes a vertical wheel scroll sideways, unless the browser already did. */
function withShift(event: WheelLike, across: number, down: number): [number, number] {
	return event.shiftKey && event.deltaX === 0 ? [down, 0] : [across, down];
}

function ratio(device: number, shown: number): number {
	return shown > 0 ? device / shown : 1;
}

function limited(distance: number): number {
	return Math.min(MAX, Math.max(-MAX, distance));
}
