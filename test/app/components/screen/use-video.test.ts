import { beforeEach, describe, expect, it, vi } from "vitest";
import { watchFrames } from "../../../../app/components/screen/use-video.ts";

vi.stubGlobal("HTMLMediaElement", { HAVE_CURRENT_DATA: 2 });

/** As much of a video as is watched; pictures are shown by the test. */
class Video extends EventTarget {
	srcObject: object | null = {};
	readyState = 0;
	videoWidth = 0;
	readonly #waiting = new Map<number, (now: number, metadata: object) => void>();
	#next = 1;

	show(): void {
		this.readyState = 2;
		this.videoWidth = 640;
	}

	requestVideoFrameCallback(callback: (now: number, metadata: object) => void): number {
		this.#waiting.set(this.#next, callback);
		return this.#next++;
	}

	cancelVideoFrameCallback(handle: number): void {
		this.#waiting.delete(handle);
	}

	present(metadata: object): void {
		const callbacks = [...this.#waiting.values()];
		this.#waiting.clear();
		for (const callback of callbacks) callback(0, metadata);
	}
}

let video: Video;
let seen: unknown[];
const watch = () => watchFrames(video as unknown as HTMLVideoElement, (metadata) => seen.push(metadata));

beforeEach(() => {
	video = new Video();
	seen = [];
});

describe("watchFrames", () => {
	it("tells of each picture with its times until it is stopped", () => {
		const stop = watch();
		video.present({ rtpTimestamp: 1 });
		video.present({ rtpTimestamp: 2 });
		stop();
		video.present({ rtpTimestamp: 3 });
		expect(seen).toEqual([{ rtpTimestamp: 1 }, { rtpTimestamp: 2 }]);
	});

	it("tells at once of a picture that is there already, since an idle screen sends no other", () => {
		video.show();
		watch();
		expect(seen).toEqual([undefined]);
	});

	it("does not take what another stream left behind for a picture", () => {
		video.show();
		video.srcObject = null;
		watch();
		expect(seen).toEqual([]);
	});

	it("does without times in a browser that tells none", () => {
		Object.assign(video, { requestVideoFrameCallback: undefined });
		const stop = watch();
		video.dispatchEvent(new Event("resize"));
		expect(seen).toEqual([]);
		video.show();
		video.dispatchEvent(new Event("loadeddata"));
		stop();
		video.dispatchEvent(new Event("timeupdate"));
		expect(seen).toEqual([undefined]);
	});
});
