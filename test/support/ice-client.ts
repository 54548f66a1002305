import { createHmac, randomBytes } from "node:crypto";
import { createSocket, type Socket as UdpSocket } from "node:dgram";
import { once } from "node:events";
import { connect, isIPv4, type Socket } from "node:net";
import type { LiteAgent } from "../../server/webrtc/ice/lite-agent.ts";
import { MediaPort, type MediaPortOptions } from "../../server/webrtc/ice/media-port.ts";
import type { DatagramEvents, DatagramSocket } from "../../server/webrtc/ice/path.ts";

/** A media port on the loopback addresses; `dropped` is where reasons go. */
export function openMediaPort(
	dropped: string[],
	more: Partial<MediaPortOptions> & Pick<MediaPortOptions, "clock">,
): Promise<MediaPort> {
	return MediaPort.open({
		addresses: ["127.0.0.1", "::1"],
		tcp: true,
		openSocket: openNodeSocket,
		dropped: (reason) => dropped.push(reason),
		...more,
	});
}

/** A socket of Node's in place of the addon's: what it sends has left when `send` returns. */
async function openNodeSocket(
	address: string,
	port: number,
	events: DatagramEvents,
): Promise<DatagramSocket> {
	const family = isIPv4(address) ? 4 : 6;
	const socket = createSocket({
		type: family === 4 ? "udp4" : "udp6",
		ipv6Only: family === 6,
		recvBufferSize: 2 * 1024 * 1024,
		lookup: (host, _options, done) => done(null, host, family),
	});
	const listening = once(socket, "listening");
	socket.bind({ address, port, exclusive: true });
	await listening;
	socket.on("message", (packet, remote) => events.packet(packet, remote.address, remote.port));
	const closed = once(socket, "close");
	let closing = false;
	return {
		id: 0,
		address,
		port: socket.address().port,
		send(packet, to, toPort) {
			if (!closing) socket.send(packet, toPort, to);
		},
		queuedBytes: () => 0,
		async close() {
			if (!closing) socket.close();
			closing = true;
			await closed;
		},
	};
}

export interface CheckFields {
	readonly username: string;
	readonly password: string;
	readonly priority?: number;
	readonly nominate?: boolean;
}

/** A binding request with USERNAME, PRIORITY, perhaps USE-CANDIDATE, and MESSAGE-INTEGRITY. */
export function bindingRequest({ username, password, priority = 100, nominate }: CheckFields): Buffer {
	const value = Buffer.alloc(4);
	value.writeUInt32BE(priority);
	const attributes = [attribute(0x0006, Buffer.from(username)), attribute(0x0024, value)];
	if (nominate) attributes.push(attribute(0x0025, Buffer.alloc(0)));
	const body = Buffer.concat(attributes);
	const header = Buffer.alloc(20);
	header.writeUInt16BE(1, 0);
	header.writeUInt16BE(body.length + 24, 2);
	header.writeUInt32BE(0x2112a442, 4);
	randomBytes(12).copy(header, 8);
	const covered = Buffer.concat([header, body]);
	return Buffer.concat([covered, attribute(0x0008, createHmac("sha1", password).update(covered).digest())]);
}

/** A check by the agent's viewer `them`. */
export function genuineCheck(agent: LiteAgent, more: Partial<CheckFields> = {}): Buffer {
	return bindingRequest({ username: `${agent.ufrag}:them`, password: agent.password, ...more });
}

function attribute(type: number, value: Buffer): Buffer {
	const out = Buffer.alloc(4 + Math.ceil(value.length / 4) * 4);
	out.writeUInt16BE(type, 0);
	out.writeUInt16BE(value.length, 2);
	value.copy(out, 4);
	return out;
}

/** The far end of a path, and what came back over it. */
export interface IceClient {
	readonly heard: Buffer[];
	send(packet: Buffer): Promise<void>;
	close(): void;
}

/** A UDP socket of a viewer, to the media port at an address; `from`: port to send from. */
export async function udpClient(port: MediaPort, address = "127.0.0.1", from = 0): Promise<UdpClient> {
	const socket = createSocket(isIPv4(address) ? "udp4" : "udp6");
	const listening = once(socket, "listening");
	socket.bind(from, address);
	await listening;
	return new UdpClient(socket, numberOf(port, "udp", address), address);
}

class UdpClient implements IceClient {
	readonly heard: Buffer[] = [];
	readonly #socket: UdpSocket;
	readonly #port: number;
	readonly #address: string;

	constructor(socket: UdpSocket, port: number, address: string) {
		this.#socket = socket;
		this.#port = port;
		this.#address = address;
		socket.on("message", (packet) => this.heard.push(packet));
	}

	/** The port it sends from. */
	get port(): number {
		return this.#socket.address().port;
	}

	async send(packet: Buffer): Promise<void> {
		await new Promise<void>((resolve) =>
			this.#socket.send(packet, this.#port, this.#address, () => resolve()),
		);
	}

	close(): void {
		this.#socket.close();
	}
}

/** A connection of a viewer to the media port at an address. */
export async function tcpClient(port: MediaPort, address = "127.0.0.1"): Promise<TcpClient> {
	const socket = connect({ host: address, port: numberOf(port, "tcp", address) });
	await once(socket, "connect");
	return new TcpClient(socket);
}

class TcpClient implements IceClient {
	readonly heard: Buffer[] = [];
	readonly socket: Socket;
	#rest = Buffer.alloc(0);

	constructor(socket: Socket) {
		this.socket = socket;
		socket.on("error", () => {});
		socket.on("data", (chunk) => {
			this.#rest = Buffer.concat([this.#rest, chunk]);
			while (this.#rest.length >= 2 && this.#rest.length >= 2 + this.#rest.readUInt16BE(0)) {
				const end = 2 + this.#rest.readUInt16BE(0);
				this.heard.push(this.#rest.subarray(2, end));
				this.#rest = this.#rest.subarray(end);
			}
		});
	}

	/** Sends a frame (RFC 4571). */
	async send(packet: Buffer): Promise<void> {
		const length = Buffer.alloc(2);
		length.writeUInt16BE(packet.length);
		this.socket.write(Buffer.concat([length, packet]));
	}

	close(): void {
		this.socket.destroy();
	}
}

function numberOf(port: MediaPort, transport: string, address: string): number {
	return port.hosts.find((host) => host.transport === transport && host.address === address)?.port ?? 0;
}
