import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";

/** A fresh URL-safe secret of 192 bits. */
export function newSecret(): string {
	return randomBytes(24).toString("base64url");
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
