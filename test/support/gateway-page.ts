import type { Page } from "playwright";
import type { Colour, Pixel } from "./screen-pixels.ts";

/** What a page has of a stream of the gateway. */
interface GatewayReader {
	readonly socket: WebSocket;
	readonly canvas: OffscreenCanvas;
	frames: number;
	readonly texts: string[];
	/** Envelopes of each tag, in the order in which they came. */
	readonly tags: number[];
	/** The decoder's complaint. */
	failure: string | undefined;
	closed: number | undefined;
}

declare global {
	interface Window {
		gatewayReaders?: GatewayReader[];
	}
}

/** What a test is told of a reader. */
export interface GatewayReading {
	readonly frames: number;
	readonly size: { readonly width: number; readonly height: number };
	readonly texts: readonly string[];
	readonly tags: readonly number[];
	readonly failure: string | undefined;
	readonly closed: number | undefined;
}

/** Reads an AVCC stream with the browser's own decoder (WebCodecs), as a Baguette client does; gives its number. */
export function readAvcc(page: Page, udid: string): Promise<number> {
	return page.evaluate((id) => {
		const socket = new WebSocket(`/simulators/${id}/stream?format=avcc&version=v2`);
		socket.binaryType = "arraybuffer";
		const canvas = new OffscreenCanvas(1, 1);
		const reader: GatewayReader = {
			...{ socket, canvas, frames: 0, texts: [], tags: [] },
			...{ failure: undefined, closed: undefined },
		};
		let timestamp = 0;
		const decoder = new VideoDecoder({
			output(frame) {
				canvas.width = frame.displayWidth;
				canvas.height = frame.displayHeight;
				canvas.getContext("2d")?.drawImage(frame, 0, 0);
				frame.close();
				reader.frames++;
			},
			error: (error) => {
				reader.failure = String(error);
			},
		});
		socket.onclose = ({ code }) => {
			reader.closed = code;
		};
		socket.onmessage = ({ data }) => {
			if (typeof data === "string") return void reader.texts.push(data);
			const bytes = new Uint8Array(data as ArrayBuffer);
			const [tag = 0] = bytes;
			reader.tags.push(tag);
			const payload = bytes.subarray(1);
			if (tag === 1) {
				const hex = [...payload.subarray(1, 4)].map((byte) => byte.toString(16).padStart(2, "0"));
				decoder.configure({
					codec: `avc1.${hex.join("")}`,
					description: payload,
					optimizeForLatency: true,
				});
			} else if (tag === 2 || tag === 3) {
				timestamp += 16_667;
				const type = tag === 2 ? "key" : "delta";
				decoder.decode(new EncodedVideoChunk({ type, timestamp, data: payload }));
			}
		};
		window.gatewayReaders = [...(window.gatewayReaders ?? []), reader];
		return window.gatewayReaders.length - 1;
	}, udid);
}

/** Reads an MJPEG stream, drawing each message as an image. */
export function readMjpeg(page: Page, udid: string): Promise<number> {
	return page.evaluate((id) => {
		const socket = new WebSocket(`/simulators/${id}/stream`);
		const canvas = new OffscreenCanvas(1, 1);
		const reader: GatewayReader = {
			...{ socket, canvas, frames: 0, texts: [], tags: [] },
			...{ failure: undefined, closed: undefined },
		};
		socket.onclose = ({ code }) => {
			reader.closed = code;
		};
		socket.onmessage = async ({ data }) => {
			if (typeof data === "string") return void reader.texts.push(data);
			try {
				const image = await createImageBitmap(new Blob([data], { type: "image/jpeg" }));
				canvas.width = image.width;
				canvas.height = image.height;
				canvas.getContext("2d")?.drawImage(image, 0, 0);
				reader.frames++;
			} catch (error) {
				reader.failure = String(error);
			}
		};
		window.gatewayReaders = [...(window.gatewayReaders ?? []), reader];
		return window.gatewayReaders.length - 1;
	}, udid);
}

export function gatewayReading(page: Page, number: number): Promise<GatewayReading> {
	return page.evaluate((index) => {
		const reader = window.gatewayReaders?.[index];
		if (!reader) throw new Error(`there is no reader ${index}`);
		const { canvas, frames, texts, tags, failure, closed } = reader;
		return { size: { width: canvas.width, height: canvas.height }, frames, texts, tags, failure, closed };
	}, number);
}

/** The colour of a device pixel in what a reader drew last. */
export function gatewayPixel(page: Page, number: number, place: Pixel): Promise<Colour> {
	return page.evaluate(
		({ index, x, y }) => {
			const context = window.gatewayReaders?.[index]?.canvas.getContext("2d");
			const [red = 0, green = 0, blue = 0] = context?.getImageData(x, y, 1, 1).data ?? [];
			return [red, green, blue] as const;
		},
		{ index: number, ...place },
	);
}

/** Has a reader's WebSocket say something. */
export function sayAtGateway(page: Page, number: number, message: object): Promise<void> {
	return page.evaluate(({ index, text }) => window.gatewayReaders?.[index]?.socket.send(text), {
		index: number,
		text: JSON.stringify(message),
	});
}
