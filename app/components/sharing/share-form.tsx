import { type FormEvent, useState } from "react";
import type { DeviceDescription } from "../../../signaling/protocol/device.ts";
import type { GrantRequest } from "../../../signaling/protocol/grant.ts";
import type { Role } from "../../../signaling/protocol/messages.ts";
import type { WallTime } from "../../../signaling/protocol/time.ts";

interface ShareFormProps {
	readonly busy: boolean;
	readonly reach: DeviceDescription["reach"];
	/** Whoever has control can have what is copied on the device. */
	readonly copies: boolean;
	onMake(request: GrantRequest): void;
}

const fieldLook = "mt-1 h-9 w-full rounded-box border border-line bg-surface px-3";

/** Role, lifetime and conditions of a new link. */
export function ShareForm({ busy, reach, copies, onMake }: ShareFormProps) {
	const [role, setRole] = useState<Role>("control");
	const [time, setTime] = useState(linkTimes[1].seconds);
	const [pin, setPin] = useState(false);
	const [uses, setUses] = useState("");
	const [label, setLabel] = useState("");

	function submit(event: FormEvent) {
		event.preventDefault();
		const limit = Number.parseInt(uses, 10);
		onMake({
			role,
			expiresIn: time,
			...(pin && { pin: true }),
			...(limit > 0 && { uses: limit }),
			...(label.trim() !== "" && { label }),
		});
	}

	return (
		<form onSubmit={submit} className="flex flex-col gap-4">
			<RoleChoice role={role} onRole={setRole} />
			{reach && (
				<p
					data-testid="control-means"
					className={`text-pretty text-small ${role === "view" ? "text-soft" : ""}`}
				>
					{controlMeans[reach]}
				</p>
			)}
			{copies && (
				<p
					data-testid="control-copies"
					className={`text-pretty text-small ${role === "view" ? "text-soft" : ""}`}
				>
					Whoever has control can also read what is copied on the device.
				</p>
			)}
			<div className="grid grid-cols-2 items-end gap-4">
				<label className="text-small text-soft">
					Good for
					<select
						value={time}
						onChange={(event) => setTime(Number(event.target.value))}
						className={`${fieldLook} text-ink text-normal`}
					>
						{linkTimes.map(({ seconds, text }) => (
							<option key={seconds} value={seconds}>
								{text}
							</option>
						))}
					</select>
				</label>
				<label className="flex h-9 items-center gap-2">
					<input
						type="checkbox"
						checked={pin}
						onChange={(event) => setPin(event.target.checked)}
						className="size-4 accent-accent"
					/>
					Ask for a PIN
				</label>
			</div>
			<details>
				<summary className="w-fit cursor-pointer rounded-box text-small text-soft">More</summary>
				<div className="mt-2 grid grid-cols-2 gap-4">
					<label className="text-small text-soft">
						Browsers that may open it
						<input
							value={uses}
							onChange={(event) => setUses(event.target.value.replace(/\D/g, ""))}
							maxLength={4}
							inputMode="numeric"
							placeholder="Any number"
							className={`${fieldLook} text-ink text-normal placeholder:text-soft`}
						/>
					</label>
					<label className="text-small text-soft">
						Label, for this list
						<input
							value={label}
							onChange={(event) => setLabel(event.target.value)}
							maxLength={60}
							placeholder="Who it is for"
							className={`${fieldLook} text-ink text-normal placeholder:text-soft`}
						/>
					</label>
				</div>
			</details>
			<button
				type="submit"
				data-testid="make-link"
				disabled={busy}
				className="eased h-10 rounded-box bg-accent font-medium text-on-accent enabled:hover:opacity-90 disabled:opacity-50"
			>
				Make link
			</button>
		</form>
	);
}

/** What control of such a device means, beyond its screen. */
const controlMeans: Readonly<Record<NonNullable<DeviceDescription["reach"]>, string>> = {
	"separate-user":
		"Control here is a shell on the computer, as a user of its own: it can read neither your files nor Porthole’s links.",
	"without-secrets":
		"Control here is a shell on the computer as you, with your files, but without Porthole’s links and tokens.",
	owner:
		"Control here is like sitting at the computer: whoever has it can do all that you can, also read Porthole’s token.",
};

interface RoleChoiceProps {
	readonly role: Role;
	onRole(role: Role): void;
}

/** Roles, as explained to whoever gives them. */
export const roleChoices: readonly { readonly role: Role; readonly name: string; readonly text: string }[] = [
	{ role: "view", name: "Watch", text: "Sees the screen" },
	{ role: "control", name: "Control", text: "Also touches and types" },
	{ role: "own", name: "Own", text: "Also shares and removes" },
];

/** A choice of roles. */
function RoleChoice({ role, onRole }: RoleChoiceProps) {
	return (
		<fieldset>
			<legend className="text-small text-soft">Whoever opens it</legend>
			<div className="mt-1 grid grid-cols-3 gap-2">
				{roleChoices.map((choice) => (
					<label
						key={choice.role}
						className="eased flex cursor-pointer flex-col rounded-box border border-line px-3 py-2 hover:bg-hover has-checked:border-accent has-checked:bg-hover has-focus-visible:outline-2 has-focus-visible:outline-accent has-focus-visible:outline-offset-2"
					>
						<input
							type="radio"
							name="role"
							value={choice.role}
							checked={role === choice.role}
							onChange={() => onRole(choice.role)}
							className="sr-only"
						/>
						<span className="font-medium">{choice.name}</span>
						<span className="text-pretty text-small text-soft">{choice.text}</span>
					</label>
				))}
			</div>
		</fieldset>
	);
}

const HOUR = 3600;
const DAY = 24 * HOUR;

/** Lifetimes of links. */
const linkTimes = [
	{ text: "1 hour", seconds: HOUR },
	{ text: "1 day", seconds: DAY },
	{ text: "1 week", seconds: 7 * DAY },
	{ text: "30 days", seconds: 30 * DAY },
] as const satisfies readonly { text: string; seconds: number }[];

/** Time left until a moment, such as `3 h`; both ms since the epoch. */
export function timeLeft(until: WallTime, now: WallTime): string {
	const minutes = Math.max(0, Math.round((until - now) / 60_000));
	if (minutes < 1) return "less than a minute";
	if (minutes < 60) return `${minutes} min`;
	const hours = Math.round(minutes / 60);
	return hours < 48 ? `${hours} h` : `${Math.round(hours / 24)} days`;
}
