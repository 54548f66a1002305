import { PortholeError } from "./errors.ts";

/** Longest data-channel message either side accepts, bytes: the longest text and its type. */
export const MAX_INPUT_BYTES = 4097;

const MAX_NAME = 32;
/** Most that one wheel message may scroll, device pixels either way. */
const MAX_WHEEL = 10_000;

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** The rest of a message as a name of printable ASCII, from its third byte on. */
export function name(bytes: Uint8Array): string {
	const length = bytes.length - 2;
	if (length < 1 || length > MAX_NAME) throw bad(`a name of ${length} characters`);
	const value = String.fromCharCode(...bytes.subarray(2));
	if (!/^[\x21-\x7e]+$/.test(value)) throw bad("a name that is not printable ASCII");
	return value;
}

/** The second byte, 0 or 1. */
export function flag(view: DataView): boolean {
	if (view.byteLength < 2) throw bad("a message cut short");
	const value = view.getUint8(1);
	if (value > 1) throw bad(`flag ${value}`);
	return value === 1;
}

/** The rest of a message as UTF-8, from its second byte on. */
export function text(bytes: Uint8Array): string {
	if (bytes.length < 2) throw bad("empty text");
	try {
		return decoder.decode(bytes.subarray(1));
	} catch (cause) {
		throw bad("text that is not UTF-8", cause);
	}
}

/** A 32-bit float from 0 to 1. */
export function fraction(view: DataView, at: number): number {
	const value = view.getFloat32(at, true);
	if (!(value >= 0 && value <= 1)) throw bad(`coordinate ${value}, which is outside 0..1`);
	return value;
}

/** A 32-bit float of at most ten thousand device pixels either way. */
export function scroll(view: DataView, at: number): number {
	const value = view.getFloat32(at, true);
	if (!(Math.abs(value) <= MAX_WHEEL)) throw bad(`scroll by ${value}`);
	return value;
}

/** A 32-bit float of zero or more; undefined when it is negative, which stands for not known. */
export function figure(view: DataView, at: number): number | undefined {
	const value = finite(view.getFloat32(at, true));
	return value >= 0 ? value : undefined;
}

/** A number that is neither infinite nor none. */
export function finite(value: number): number {
	if (!Number.isFinite(value)) throw bad(`number ${value}`);
	return value;
}

/** Refuses a message of another length, in bytes. */
export function exactly(view: DataView, length: number): void {
	if (view.byteLength !== length) throw bad(`${view.byteLength} bytes where ${length} belong`);
}

/** A message to read from; refused when it is empty or over the limit. */
export function viewOf(bytes: Uint8Array): DataView {
	if (bytes.length === 0 || bytes.length > MAX_INPUT_BYTES) throw bad(`a message of ${bytes.length} bytes`);
	return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** A message that was dropped; `what` says for what. */
export function bad(what: string, cause?: unknown): PortholeError {
	return new PortholeError("bad-input", `An input message was dropped: ${what}.`, { cause });
}

/** A new message of a length in bytes, with its type. */
export function start(type: number, length: number): DataView<ArrayBuffer> {
	const view = new DataView(new ArrayBuffer(length));
	view.setUint8(0, type);
	return view;
}

/** What was written. */
export function bytesOf(view: DataView<ArrayBuffer>): Uint8Array<ArrayBuffer> {
	return new Uint8Array(view.buffer);
}
