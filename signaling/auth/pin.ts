import { randomInt } from "node:crypto";
import { secretsEqual, sign } from "./secrets.ts";

/** A fresh PIN of six digits. `GrantBook.redeem` checks it; `exchange.ts` limits the tries of one address. */
export function newPin(): string {
	return String(randomInt(1_000_000)).padStart(6, "0");
}

/**
 * What is kept of a PIN. A PIN is too short to be hashed by itself: the digest is keyed, so that whoever reads the
 * grants without the keys learns nothing, and bound to its grant, so that equal PINs do not look equal.
 */
export function pinDigest(key: string, grantId: string, pin: string): string {
	return sign(key, "pin", `${grantId} ${pin}`);
}

/** Whether a PIN is the grant's, in a time that tells nothing of where it differs. */
export function isPin(key: string, grantId: string, pin: string, digest: string): boolean {
	return secretsEqual(pinDigest(key, grantId, pin), digest);
}
