/**
 * The part of mediasoup's interface that is used here (version 3.27). The package is not installed with the others, so
 * that nobody's start waits for it, and its own types are not there to import.
 */
export interface Mediasoup {
	readonly version: string;
	createWorker(settings: WorkerSettings): Promise<Worker>;
}

export interface WorkerSettings {
	readonly workerBin: string;
	readonly logLevel: "debug" | "warn" | "error" | "none";
}

/** Something that tells of events; listeners are called in the order of their coming. */
interface Emitter<Events extends Record<string, unknown[]>> {
	on<Name extends keyof Events & string>(name: Name, listener: (...values: Events[Name]) => void): unknown;
}

/** A process of its own with one thread. */
export interface Worker extends Emitter<{ died: [Error]; subprocessclose: [] }> {
	readonly pid: number;
	/** Closes the worker on SIGINT and SIGTERM, for which the library registers it by itself. */
	readonly onSignal: (signal: NodeJS.Signals) => void;
	createWebRtcServer(options: { readonly listenInfos: readonly ListenInfo[] }): Promise<WebRtcServer>;
	createRouter(options: { readonly mediaCodecs: readonly CodecCapability[] }): Promise<Router>;
	close(): void;
}

export interface ListenInfo {
	readonly protocol: "udp" | "tcp";
	readonly ip: string;
	/** Any free one when absent. */
	readonly port?: number;
	readonly flags?: { readonly ipv6Only?: boolean };
	readonly sendBufferSize?: number;
}

/** The sockets that all viewers of a worker share. */
export interface WebRtcServer {
	readonly id: string;
	close(): void;
}

export interface CodecCapability {
	readonly kind: "video";
	readonly mimeType: string;
	readonly clockRate: number;
	readonly preferredPayloadType?: number;
	readonly parameters?: Readonly<Record<string, number | string>>;
	readonly rtcpFeedback?: readonly { readonly type: string; readonly parameter?: string }[];
}

export interface RtpCapabilities {
	readonly codecs?: readonly CodecCapability[];
	readonly headerExtensions?: readonly { readonly kind: string; readonly uri: string }[];
}

/** What a stream is sent with. */
export interface RtpParameters {
	readonly mid?: string;
	readonly codecs: readonly {
		readonly mimeType: string;
		readonly payloadType: number;
		readonly clockRate: number;
		readonly parameters?: Readonly<Record<string, unknown>>;
		readonly rtcpFeedback?: readonly { readonly type: string; readonly parameter?: string }[];
	}[];
	readonly headerExtensions?: readonly { readonly uri: string; readonly id: number }[];
	readonly encodings?: readonly {
		readonly ssrc?: number;
		readonly rtx?: { readonly ssrc: number };
		readonly dtx?: boolean;
	}[];
	readonly rtcp?: { readonly cname?: string };
}

/** Passes streams on between the transports of one worker. */
export interface Router {
	readonly id: string;
	readonly closed: boolean;
	readonly rtpCapabilities: RtpCapabilities;
	createWebRtcTransport(options: WebRtcTransportOptions): Promise<WebRtcTransport>;
	createDirectTransport(options: { readonly maxReceiveMessageSize?: number }): Promise<DirectTransport>;
	createPipeTransport(options: PipeTransportOptions): Promise<PipeTransport>;
	pipeToRouter(options: { readonly producerId: string; readonly router: Router }): Promise<unknown>;
	close(): void;
}

export interface WebRtcTransportOptions {
	readonly webRtcServer: WebRtcServer;
	readonly enableUdp: boolean;
	readonly enableTcp: boolean;
	readonly preferUdp: boolean;
	/** Seconds without a sign of the viewer after which it counts as gone. */
	readonly iceConsentTimeout: number;
	readonly initialAvailableOutgoingBitrate: number;
	readonly enableSctp: true;
	readonly maxReceiveMessageSize: number;
	readonly sctpSendBufferSize: number;
	readonly sctpPerStreamSendQueueLimit: number;
}

export interface Transport {
	readonly id: string;
	produce(options: {
		readonly id?: string;
		readonly kind: "video";
		readonly rtpParameters: RtpParameters;
	}): Promise<Producer>;
	consume(options: {
		readonly producerId: string;
		readonly rtpCapabilities?: RtpCapabilities;
		readonly mid?: string;
		readonly preferredLayers?: { readonly spatialLayer: number };
	}): Promise<Consumer>;
	produceData(options: {
		readonly label?: string;
		readonly sctpStreamParameters?: { readonly streamId: number; readonly ordered: boolean };
	}): Promise<DataProducer>;
	consumeData(options: {
		readonly dataProducerId: string;
		readonly ordered?: boolean;
		readonly paused?: boolean;
	}): Promise<DataConsumer>;
	close(): void;
}

export type DtlsState = "new" | "connecting" | "connected" | "failed" | "closed";
export type IceState = "new" | "connected" | "completed" | "disconnected" | "closed";
export type SctpState = "new" | "connecting" | "connected" | "failed" | "closed";

export interface WebRtcTransport
	extends Transport,
		Emitter<{
			icestatechange: [IceState];
			iceselectedtuplechange: [TransportTuple];
			dtlsstatechange: [DtlsState];
			sctpstatechange: [SctpState];
			trace: [{ readonly type: string; readonly info: unknown }];
			routerclose: [];
		}> {
	readonly iceParameters: { readonly usernameFragment: string; readonly password: string };
	readonly iceCandidates: readonly IceCandidate[];
	readonly dtlsParameters: { readonly fingerprints: readonly DtlsFingerprint[] };
	connect(options: {
		readonly dtlsParameters: {
			readonly role: "client" | "server";
			readonly fingerprints: readonly DtlsFingerprint[];
		};
	}): Promise<void>;
	enableTraceEvent(types: readonly "bwe"[]): Promise<void>;
}

export interface IceCandidate {
	readonly foundation: string;
	readonly priority: number;
	readonly address: string;
	readonly protocol: "udp" | "tcp";
	readonly port: number;
}

export interface DtlsFingerprint {
	readonly algorithm: string;
	readonly value: string;
}

export interface TransportTuple {
	readonly localAddress: string;
	readonly localPort: number;
	readonly protocol: "udp" | "tcp";
}

/** A transport whose other end is this process. */
export interface DirectTransport extends Transport, Emitter<{ rtcp: [Buffer] }> {
	sendRtcp(packet: Buffer): void;
}

export interface PipeTransportOptions {
	readonly listenInfo: ListenInfo;
	readonly enableSrtp: boolean;
	readonly enableRtx: boolean;
}

/** A transport to a router of another process, perhaps on another machine. */
export interface PipeTransport extends Transport {
	readonly tuple: TransportTuple;
	readonly srtpParameters?: SrtpParameters;
	connect(options: {
		readonly ip: string;
		readonly port: number;
		readonly srtpParameters?: SrtpParameters;
	}): Promise<void>;
}

export interface SrtpParameters {
	readonly cryptoSuite: string;
	readonly keyBase64: string;
}

/** A stream that comes in. */
export interface Producer {
	readonly id: string;
	readonly type: string;
	/** Only on a direct transport. */
	send(packet: Buffer): void;
	close(): void;
}

/** A stream that goes out to one receiver. */
export interface Consumer extends Emitter<{ layerschange: [{ readonly spatialLayer: number } | undefined] }> {
	readonly id: string;
	readonly rtpParameters: RtpParameters;
	pause(): Promise<void>;
	resume(): Promise<void>;
	setPreferredLayers(layers: { readonly spatialLayer: number }): Promise<void>;
	getStats(): Promise<readonly StreamStats[]>;
}

export interface StreamStats {
	readonly type: string;
	readonly packetCount: number;
	readonly byteCount: number;
	readonly packetsRetransmitted: number;
	readonly nackPacketCount: number;
	readonly pliCount: number;
	readonly firCount: number;
	/** Of 256. */
	readonly fractionLost: number;
	/** Milliseconds. */
	readonly roundTripTime?: number;
}

export interface DataProducer {
	readonly id: string;
}

export interface DataConsumer extends Emitter<{ message: [Buffer, number] }> {
	readonly sctpStreamParameters?: { readonly streamId: number };
	/** With an SCTP payload protocol id (RFC 8831, 8). Fails when too much waits. */
	send(message: Buffer, protocol: number): Promise<number>;
	close(): void;
}
