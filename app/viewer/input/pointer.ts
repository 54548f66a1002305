import type { DeviceDescription, Size } from "../../../signaling/protocol/device.ts";
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
	/** Whether two fingers are the device's instead of the view's. */
	touchThrough(): boolean;
	/** Shows the two fingers that a mouse stands for while Alt is held. */
	readonly fingers: Store<FingerPair | undefined>;
	/** The window: gives modifier keys, and tells when the page loses focus. */
	readonly keys: EventTarget;
	/** A mouse or pen pressed the screen, which takes the keyboard focus. */
	onPress(): void;
}

/** DOM `buttons` that devices know: left, right and middle. */
const BUTTONS = 7;

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
		input.send({
			type: "wheel",
			...place(event.clientX, event.clientY),
			...toFrameMovement(scrollOf(event, box, options.pixels()), options.turn()),
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
	// The device shows its own menu, and a press must neither select, scroll nor move the focus.
	for (const type of ["contextmenu", "mousedown", "dragstart"]) {
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
	const [across, down] =
		event.shiftKey && event.deltaX === 0 ? [event.deltaY, 0] : [event.deltaX, event.deltaY];
	const unit = (page: number) => (event.deltaMode === 1 ? LINE : event.deltaMode === 2 ? page : 1);
	return {
		dx: limited(across * unit(shown.width) * ratio(pixels.width, shown.width)),
		dy: limited(down * unit(shown.height) * ratio(pixels.height, shown.height)),
	};
}

function ratio(device: number, shown: number): number {
	return shown > 0 ? device / shown : 1;
}

function limited(distance: number): number {
	return Math.min(MAX, Math.max(-MAX, distance));
}
