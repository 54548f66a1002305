import type { IncomingEvents, IncomingStream } from "../../server/devices/incoming-stream.ts";
import type { AccessUnit } from "../../server/devices/provider.ts";

/** A publisher that sends and ends when the test says so. */
export class FakeIncomingStream implements IncomingStream {
	readonly answer: string;
	readonly events: IncomingEvents;
	keyframeRequests = 0;
	readonly limits: number[] = [];
	closes = 0;

	constructor(offer: string, events: IncomingEvents) {
		this.answer = `answer to ${offer}`;
		this.events = events;
	}

	requestKeyframe(): void {
		this.keyframeRequests++;
	}

	limitRate(bitrate: number): void {
		this.limits.push(bitrate);
	}

	async close(): Promise<void> {
		this.closes++;
	}

	/** Sends a frame. */
	frame(keyframe: boolean, width = 640, height = 360): AccessUnit {
		const unit = { data: Buffer.from([0, 0, 0, 1]), captureTime: 5, encodedTime: 6, keyframe, width, height };
		this.events.accessUnit(unit);
		return unit;
	}
}
