import { type FormEvent, useState } from "react";
import type { GrantRequest } from "../../signaling/protocol/grant.ts";
import type { Role } from "../../signaling/protocol/messages.ts";
import { linkTimes } from "./link-times.ts";
import { RoleChoice } from "./role-choice.tsx";

interface ShareFormProps {
	readonly busy: boolean;
	onMake(request: GrantRequest): void;
}

const fieldLook = "mt-1 h-9 w-full rounded-box border border-line bg-surface px-3";

/** What a new link allows, for how long, and what it asks for. */
export function ShareForm({ busy, onMake }: ShareFormProps) {
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
			<div className="grid grid-cols-2 items-end gap-4">
				<label className="text-small text-soft">
					Good for
					<select
						value={time}
						onChange={(event) => setTime(Number(event.target.value))}
						className={`${fieldLook} text-ink text-normal`}
					>
						{linkTimes.map(({ seconds, words }) => (
							<option key={seconds} value={seconds}>
								{words}
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
