import * as v from "valibot";
import { participantNameSchema, type ViewerHello } from "../../signaling/protocol/messages.ts";

/** Names under which the browser stores what outlives a page; the bootstrap script reads them too. */
export interface StorageKeys {
	/** Session storage, per device: the participant of the previous page, for the next one in the same tab. */
	readonly participant: string;
	/** Session storage, per device: a link that waits for its PIN. */
	readonly link: string;
	/** Local storage: the user's name. */
	readonly name: string;
}

export const storageKeys: StorageKeys = {
	participant: "porthole-participant ",
	link: "porthole-link ",
	name: "porthole-name",
};

/** Set when the user does not want to be asked for a name again. */
const NAME_ASKED = "porthole-name-asked";

/** Set when bezels are hidden. */
const NO_BEZELS = "porthole-no-bezels";

/** Set when keys go by their position. */
const KEYS_BY_POSITION = "porthole-keys-by-position";

type Participant = NonNullable<ViewerHello["participant"]>;

/**
 * Keeps the participant for the next page. It is stored only while no page has it: duplicating a tab copies its session
 * storage, and the copy must become a participant of its own.
 */
export function keepParticipant(deviceId: string, participant: Participant): void {
	write(() => sessionStorage, storageKeys.participant + deviceId, JSON.stringify(participant));
}

/** Takes the kept participant, so that no other page gets it. */
export function takeParticipant(deviceId: string): Participant | undefined {
	const key = storageKeys.participant + deviceId;
	const text = read(() => sessionStorage, key);
	remove(() => sessionStorage, key);
	return text === undefined ? undefined : (JSON.parse(text) as Participant);
}

/** Keeps a link that waits for its PIN over a reload, since it was removed from the address. */
export function keepLink(deviceId: string, grant: string): void {
	write(() => sessionStorage, storageKeys.link + deviceId, grant);
}

/** The user's name; undefined when none was chosen. */
export function rememberedName(): string | undefined {
	return nameOf(read(() => localStorage, storageKeys.name) ?? "");
}

/** Stores a name for all devices. Returns it as others will see it; undefined for an empty one. */
export function rememberName(text: string): string | undefined {
	const name = nameOf(text);
	if (name) write(() => localStorage, storageKeys.name, name);
	return name;
}

/** Whether the user has been asked for a name, or has given one. */
export function nameWasAsked(): boolean {
	return rememberedName() !== undefined || read(() => localStorage, NAME_ASKED) !== undefined;
}

/** Stores that the user is not to be asked for a name again. */
export function askNoName(): void {
	write(() => localStorage, NAME_ASKED, "1");
}

/** Whether bezels are shown around screens. */
export function bezelsAreShown(): boolean {
	return read(() => localStorage, NO_BEZELS) === undefined;
}

/** Stores that choice for all devices. */
export function rememberBezels(shown: boolean): void {
	if (shown) remove(() => localStorage, NO_BEZELS);
	else write(() => localStorage, NO_BEZELS, "1");
}

/** Whether keys go by where they are instead of by what they give. */
export function keysGoByPosition(): boolean {
	return read(() => localStorage, KEYS_BY_POSITION) !== undefined;
}

/** Stores that choice for all devices. */
export function rememberKeysByPosition(byPosition: boolean): void {
	if (byPosition) write(() => localStorage, KEYS_BY_POSITION, "1");
	else remove(() => localStorage, KEYS_BY_POSITION);
}

function nameOf(text: string): string | undefined {
	const parsed = v.safeParse(participantNameSchema, text);
	return parsed.success ? parsed.output : undefined;
}

// Where storage is forbidden, even reading the property throws; the page then goes without.

function read(storage: () => Storage, key: string): string | undefined {
	try {
		return storage().getItem(key) ?? undefined;
	} catch {
		return undefined;
	}
}

function write(storage: () => Storage, key: string, value: string): void {
	try {
		storage().setItem(key, value);
	} catch {}
}

function remove(storage: () => Storage, key: string): void {
	try {
		storage().removeItem(key);
	} catch {}
}
