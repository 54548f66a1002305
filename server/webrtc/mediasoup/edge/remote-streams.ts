import type { RtpParameters, SrtpParameters } from "mediasoup/types";
import { PortholeError } from "../../../../signaling/protocol/errors.ts";
import type { StreamRouter } from "../router.ts";
import type { PipeEnd, ToEdge } from "./connection.ts";
import type { EdgeLink } from "./origin.ts";

/** A device's stream at an edge: it goes there once, however many viewers the edge has. */
export interface RemoteStream {
	readonly link: EdgeLink;
	/** The edge's number of it. */
	readonly number: number;
	/** Where the pipe begins; without it the stream is dead. */
	readonly streamRouter: StreamRouter;
	close(): void;
}

/** Opens an encrypted pipe (SRTP) to an edge and sends the stream there. Throws as `EdgeLink.request` does. */
export async function openRemoteStream(link: EdgeLink, streamRouter: StreamRouter): Promise<RemoteStream> {
	const number = link.number();
	const pipe = await streamRouter.router.createPipeTransport({
		listenInfo: { protocol: "udp", ip: link.localAddress },
		enableSrtp: true,
		enableRtx: true,
	});
	const close = () => {
		pipe.close();
		link.send({ type: "close-stream", stream: number });
	};
	try {
		const { rtpParameters } = await pipe.consume({ producerId: streamRouter.producerId });
		const reply = await link.request({
			type: "open-stream",
			stream: number,
			pipe: pipeEnd(link.localAddress, pipe.tuple.localPort, pipe.srtpParameters),
			producerId: streamRouter.producerId,
			rtp: toMessage(rtpParameters),
		});
		if (reply.type !== "stream") throw new PortholeError("edge-lost", "The edge answered something else.");
		const { ip, port, srtp } = reply.pipe;
		await pipe.connect({ ip, port, srtpParameters: srtp });
		return { link, number, streamRouter, close };
	} catch (error) {
		close();
		throw error;
	}
}

/** This end of a pipe, for the other. */
export function pipeEnd(ip: string, port: number, srtp: SrtpParameters | undefined): PipeEnd {
	if (srtp === undefined) throw new PortholeError("mediasoup-failed", "mediasoup made a pipe without keys.");
	return { ip, port, srtp: srtp as PipeEnd["srtp"] };
}

function toMessage(rtp: RtpParameters): Extract<ToEdge, { type: "open-stream" }>["rtp"] {
	return rtp as unknown as Extract<ToEdge, { type: "open-stream" }>["rtp"];
}

/** One device's streams at the edges that have viewers of it. */
export class RemoteStreams {
	readonly #streams = new Map<
		EdgeLink,
		{ readonly streamRouter: StreamRouter; readonly stream: Promise<RemoteStream> }
	>();

	/** The stream at an edge, opened when it is first needed, and anew when where it came from is gone. */
	at(link: EdgeLink, streamRouter: StreamRouter): Promise<RemoteStream> {
		const known = this.#streams.get(link);
		if (known?.streamRouter === streamRouter) return known.stream;
		for (const other of this.#streams.keys()) if (other.lost) this.#streams.delete(other);
		const stream = openRemoteStream(link, streamRouter);
		this.#streams.set(link, { streamRouter, stream });
		stream.catch(() => this.#streams.delete(link));
		return stream;
	}

	close(): void {
		for (const { stream } of this.#streams.values()) stream.then((one) => one.close()).catch(() => {});
		this.#streams.clear();
	}
}
