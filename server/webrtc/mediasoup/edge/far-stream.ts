import type { RtpParameters, SrtpParameters } from "mediasoup/types";
import { PortholeError } from "../../../../signaling/protocol/errors.ts";
import type { Station } from "../station.ts";
import type { EdgeLink } from "./edge-link.ts";
import type { PipeEnd, ToEdge } from "./messages.ts";

/** A device's stream at an edge: it goes there once, however many viewers the edge has. */
export interface FarStream {
	readonly link: EdgeLink;
	/** The edge's number of it. */
	readonly number: number;
	/** Where the pipe begins; without it the stream is dead. */
	readonly station: Station;
	close(): void;
}

/** Opens an encrypted pipe (SRTP) to an edge and sends the stream there. Throws as `EdgeLink.request` does. */
export async function openFarStream(link: EdgeLink, station: Station): Promise<FarStream> {
	const number = link.number();
	const pipe = await station.router.createPipeTransport({
		listenInfo: { protocol: "udp", ip: link.localAddress },
		enableSrtp: true,
		enableRtx: true,
	});
	const close = () => {
		pipe.close();
		link.send({ type: "close-stream", stream: number });
	};
	try {
		const { rtpParameters } = await pipe.consume({ producerId: station.producerId });
		const reply = await link.request({
			type: "open-stream",
			stream: number,
			pipe: pipeEnd(link.localAddress, pipe.tuple.localPort, pipe.srtpParameters),
			producerId: station.producerId,
			rtp: toMessage(rtpParameters),
		});
		if (reply.type !== "stream") throw new PortholeError("edge-lost", "The edge answered something else.");
		const { ip, port, srtp } = reply.pipe;
		await pipe.connect({ ip, port, srtpParameters: srtp });
		return { link, number, station, close };
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
