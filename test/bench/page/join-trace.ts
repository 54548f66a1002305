import type { BrowserContext, Page } from "playwright";

/** Steps from navigation to frame, in their order. */
export const joinSteps = [
	"first script",
	"socket open",
	"offer received",
	"answer sent",
	"ICE connected",
	"DTLS connected",
	"first packet",
	"first picture",
	"page loaded",
] as const;
export type JoinStep = (typeof joinSteps)[number];

/** When each step was reached, ms after the navigation began. */
export type JoinTrace = Partial<Record<JoinStep, number>>;

declare global {
	interface Window {
		benchTrace?: JoinTrace;
	}
}

/** Has every page of a context note its steps, between the page's code and the browser's own classes. */
export async function traceJoins(context: BrowserContext): Promise<void> {
	await context.addInitScript(noteSteps);
}

/** Waits until the page shows its first frame. */
export async function readTrace(page: Page): Promise<JoinTrace> {
	await page.waitForFunction(
		() => window.benchTrace?.["first picture"] !== undefined && document.readyState === "complete",
		undefined,
		{ polling: 20, timeout: 20_000 },
	);
	return page.evaluate(() => ({ ...window.benchTrace }));
}

/** Runs in the page before its first script: uses nothing from outside itself. */
function noteSteps(): void {
	const trace: JoinTrace = {};
	window.benchTrace = trace;
	const reach = (step: JoinStep, at = performance.now()) => {
		trace[step] ??= at;
	};
	reach("first script");
	window.addEventListener("load", () => reach("page loaded"));

	window.WebSocket = class extends WebSocket {
		constructor(url: string | URL, protocols?: string | string[]) {
			super(url, protocols);
			this.addEventListener("open", () => reach("socket open"));
			this.addEventListener("message", ({ data }) => {
				if (String(data).startsWith('{"type":"offer"')) reach("offer received");
			});
		}

		override send(data: string): void {
			if (data.startsWith('{"type":"answer"')) reach("answer sent");
			super.send(data);
		}
	};

	window.RTCPeerConnection = class extends RTCPeerConnection {
		constructor(configuration?: RTCConfiguration) {
			super(configuration);
			this.addEventListener("iceconnectionstatechange", () => {
				if (["connected", "completed"].includes(this.iceConnectionState)) reach("ICE connected");
			});
			this.addEventListener("connectionstatechange", () => {
				if (this.connectionState === "connected") reach("DTLS connected");
			});
		}
	};

	const source = Object.getOwnPropertyDescriptor(HTMLMediaElement.prototype, "srcObject");
	Object.defineProperty(HTMLMediaElement.prototype, "srcObject", {
		...source,
		set(this: HTMLVideoElement, stream: MediaStream | null) {
			source?.set?.call(this, stream);
			this.requestVideoFrameCallback((_now, { receiveTime }) => {
				if (receiveTime !== undefined) reach("first packet", receiveTime);
				reach("first picture");
			});
		},
	});
}
