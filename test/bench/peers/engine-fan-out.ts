import { readFile } from "node:fs/promises";
import type { MediaEngine } from "../../../server/webrtc/media.ts";
import type { FanOut } from "./fan-out.ts";

/** A media engine of the product, without the product around it. */
export function engineFanOut(engine: MediaEngine, keyframeNeeded: () => void): FanOut {
	const track = engine.openTrack({ keyframeNeeded, targetBitrates() {} });
	// What the recording has; nobody here changes its rate.
	track.setMaxBitrates({ main: 4_000_000 });
	let count = 0;
	return {
		pids: async () => {
			const children = await readFile(`/proc/self/task/${process.pid}/children`, "utf8");
			return [process.pid, ...children.split(" ").map(Number).filter(Boolean)];
		},
		push: (unit) => track.push(unit),
		async addPeer() {
			const peer = await track.addPeer(`viewer-${++count}`, {
				connected() {},
				message() {},
				unreadable() {},
				closed() {},
			});
			return {
				offer: peer.offer,
				accept: (answer) => peer.acceptAnswer(answer),
				close: () => void peer.close(),
			};
		},
	};
}
