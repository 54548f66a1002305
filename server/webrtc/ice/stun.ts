import { createHmac, timingSafeEqual } from "node:crypto";
import { crc32 } from "node:zlib";

/** STUN (RFC 8489) as an ICE-lite agent needs it: binding requests in, success and role conflict out. */
const MAGIC = 0x2112a442;
const HEADER = 20;
const BINDING_REQUEST = 0x0001;
const BINDING_SUCCESS = 0x0101;
const BINDING_ERROR = 0x0111;
const USERNAME = 0x0006;
const MESSAGE_INTEGRITY = 0x0008;
const ERROR_CODE = 0x0009;
const XOR_MAPPED_ADDRESS = 0x0020;
const PRIORITY = 0x0024;
const USE_CANDIDATE = 0x0025;
const FINGERPRINT = 0x8028;
const ICE_CONTROLLED = 0x8029;
const INTEGRITY_LENGTH = 20;
const FINGERPRINT_XOR = 0x5354554e;

/** Longest check looked at, bytes (RFC 8489, 6.1: below the path's MTU), and the longest user name in it (14.3). */
const MAX_REQUEST = 1500;
const MAX_USERNAME = 512;

/** A connectivity check (RFC 8445, 7.1) whose integrity was not looked at yet. */
export interface BindingRequest {
	readonly packet: Buffer;
	/** `<ours>:<theirs>`. */
	readonly username: string;
	readonly priority: number;
	readonly useCandidate: boolean;
	/** The sender believes that it is the controlled side, as a lite agent always is. */
	readonly roleConflict: boolean;
	/** Where the MESSAGE-INTEGRITY attribute starts. */
	readonly integrityAt: number;
}

/** Whether a packet is STUN rather than DTLS or SRTP (RFC 7983, 7). */
export function isStun(packet: Buffer): boolean {
	return packet.length >= HEADER && (packet[0] ?? 255) < 4 && packet.readUInt32BE(4) === MAGIC;
}

/** Parses a binding request; absent when it is anything else, is malformed or has no MESSAGE-INTEGRITY. */
export function parseBindingRequest(packet: Buffer): BindingRequest | undefined {
	if (!isStun(packet) || packet.length > MAX_REQUEST) return undefined;
	if (packet.readUInt16BE(0) !== BINDING_REQUEST) return undefined;
	if (packet.readUInt16BE(2) !== packet.length - HEADER) return undefined;
	let username = "";
	let priority = 0;
	let useCandidate = false;
	let roleConflict = false;
	for (let at = HEADER; at + 4 <= packet.length; ) {
		const type = packet.readUInt16BE(at);
		const length = packet.readUInt16BE(at + 2);
		const value = at + 4;
		if (value + length > packet.length) return undefined;
		if (type === MESSAGE_INTEGRITY) {
			if (length !== INTEGRITY_LENGTH) return undefined;
			return { packet, username, priority, useCandidate, roleConflict, integrityAt: at };
		}
		if (type === USERNAME && length > MAX_USERNAME) return undefined;
		if (type === USERNAME) username = packet.toString("utf8", value, value + length);
		else if (type === PRIORITY && length === 4) priority = packet.readUInt32BE(value);
		else if (type === USE_CANDIDATE) useCandidate = true;
		else if (type === ICE_CONTROLLED) roleConflict = true;
		at = value + Math.ceil(length / 4) * 4;
	}
	return undefined;
}

/** Whether the sender of a request knows the password (RFC 8489, 14.5). */
export function hasIntegrity(request: BindingRequest, password: string): boolean {
	const { packet, integrityAt } = request;
	const covered = Buffer.from(packet.subarray(0, integrityAt));
	covered.writeUInt16BE(integrityAt + 4 + INTEGRITY_LENGTH - HEADER, 2);
	const expected = createHmac("sha1", password).update(covered).digest();
	return timingSafeEqual(expected, packet.subarray(integrityAt + 4, integrityAt + 4 + INTEGRITY_LENGTH));
}

/** The success response, which says where the request came from. */
export function bindingSuccess(
	request: BindingRequest,
	address: string,
	port: number,
	password: string,
): Buffer {
	return respond(
		request,
		BINDING_SUCCESS,
		XOR_MAPPED_ADDRESS,
		mappedAddress(request, address, port),
		password,
	);
}

/** The answer to a sender that believes it is controlled (RFC 8445, 7.3.1.1). */
export function roleConflictError(request: BindingRequest, password: string): Buffer {
	const value = Buffer.from([0, 0, 4, 87, ...Buffer.from("Role Conflict")]);
	return respond(request, BINDING_ERROR, ERROR_CODE, value, password);
}

function respond(
	request: BindingRequest,
	type: number,
	attribute: number,
	value: Buffer,
	password: string,
): Buffer {
	const padded = Math.ceil(value.length / 4) * 4;
	const integrityAt = HEADER + 4 + padded;
	const message = Buffer.alloc(integrityAt + 4 + INTEGRITY_LENGTH + 8);
	message.writeUInt16BE(type, 0);
	request.packet.copy(message, 4, 4, HEADER);
	message.writeUInt16BE(attribute, HEADER);
	message.writeUInt16BE(value.length, HEADER + 2);
	value.copy(message, HEADER + 4);
	message.writeUInt16BE(integrityAt + 4 + INTEGRITY_LENGTH - HEADER, 2);
	message.writeUInt16BE(MESSAGE_INTEGRITY, integrityAt);
	message.writeUInt16BE(INTEGRITY_LENGTH, integrityAt + 2);
	createHmac("sha1", password)
		.update(message.subarray(0, integrityAt))
		.digest()
		.copy(message, integrityAt + 4);
	const fingerprintAt = message.length - 8;
	message.writeUInt16BE(message.length - HEADER, 2);
	message.writeUInt16BE(FINGERPRINT, fingerprintAt);
	message.writeUInt16BE(4, fingerprintAt + 2);
	message.writeUInt32BE(
		(crc32(message.subarray(0, fingerprintAt)) ^ FINGERPRINT_XOR) >>> 0,
		fingerprintAt + 4,
	);
	return message;
}

/** RFC 8489, 14.2: the address, XORed with the magic cookie and, for IPv6, the transaction id. */
function mappedAddress(request: BindingRequest, address: string, port: number): Buffer {
	const bytes = addressBytes(address);
	const value = Buffer.alloc(4 + bytes.length);
	value[1] = bytes.length === 4 ? 1 : 2;
	value.writeUInt16BE(port ^ (MAGIC >>> 16), 2);
	for (const [i, byte] of bytes.entries()) value[4 + i] = byte ^ (request.packet[4 + i] ?? 0);
	return value;
}

function addressBytes(address: string): number[] {
	if (!address.includes(":")) return address.split(".").map(Number);
	const [numeric = ""] = address.split("%");
	const [head = "", tail = ""] = numeric.split("::");
	const before = head.split(":").filter((group) => group !== "");
	const after = tail.split(":").filter((group) => group !== "");
	const zeros = new Array<string>(8 - before.length - after.length).fill("0");
	return [...before, ...zeros, ...after].flatMap((group) => {
		const value = Number.parseInt(group, 16);
		return [value >> 8, value & 0xff];
	});
}
