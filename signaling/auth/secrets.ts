import { createHash, createHmac, randomBytes, timingSafeEqual } from "node:crypto";

/** A fresh URL-safe secret of 192 bits. It begins with no dash, which a command line would take for an option. */
export function newSecret(): string {
	return randomBytes(24).toString("base64url").replace(/^-/, "_");
}

/** A fresh token for a share link: 128 random bits, 22 URL-safe characters. */
export function newLinkToken(): string {
	return randomBytes(16).toString("base64url");
}

/** What tells apart the browsers that keep a grant: 96 random bits, 16 URL-safe characters. */
export function newVisit(): string {
	return randomBytes(12).toString("base64url");
}

/** What tells clients apart that keep nothing, by what is known of them; see `newVisit`. */
export function visitOf(client: string): string {
	return createHash("sha256").update(client).digest("base64url").slice(0, 16);
}

/**
 * What is kept of a link's token. A plain SHA-256 is enough, unlike for a PIN: nobody guesses 128 random bits. Looking a
 * token up by its hash takes no secret time either: whoever tries tokens cannot steer how far their hashes agree.
 */
export function hashLinkToken(token: string): string {
	return createHash("sha256").update(token).digest("hex");
}

/** Whether two secrets are equal, in a time that tells nothing of where they differ. */
export function secretsEqual(given: string, expected: string): boolean {
	return timingSafeEqual(digest(given), digest(expected));
}

/** Signature of `text` under `key`, URL-safe; `purpose` keeps signatures of different things apart. */
export function sign(key: string, purpose: string, text: string): string {
	return createHmac("sha256", key).update(`${purpose}\n${text}`).digest("base64url");
}

function digest(text: string): Buffer {
	return createHmac("sha256", "porthole").update(text).digest();
}
