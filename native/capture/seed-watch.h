#pragma once

#include <cstdint>
#include <optional>

namespace porthole {

/// Decides how often a surface's seed is looked at, beside its owner's calls. On a Mac these come at once, and a look now
/// and then is enough; in a virtual machine they come late, which shows when a seed has moved and nobody says so: then it
/// is looked at 60 times a second, for as long as it pays. No clock of its own: times are milliseconds of any steady one.
class SeedWatch {
public:
	static constexpr double kSlowMs = 250;
	static constexpr double kFastMs = 1000.0 / 60;
	/// A call that comes so much after the change was seen is not late.
	static constexpr double kGraceMs = 30;
	/// How long it is looked at often after a late call.
	static constexpr double kKeepFastMs = 5000;
	/// How long after an input, where calls were late before.
	static constexpr double kAfterInputMs = 1000;

	/// Another surface is watched; `seed` as it is, which was told of.
	void Follow(std::uint32_t seed, double now);
	/// The owner told of a change.
	void Told(std::uint32_t seed, double now);
	/// True when the seed has moved since it was last seen: there is something to read.
	bool Look(std::uint32_t seed, double now);
	/// The surface was read with this seed.
	void Read(std::uint32_t seed) { seen_ = seed; }
	/// Input was given, so that changes are near.
	void ExpectChange(double now);

	/// When to look again.
	double NextLook() const { return looked_at_ + (looked_at_ < fast_until_ ? kFastMs : kSlowMs); }

	/// Changes that nobody told of in time.
	std::uint64_t untold() const { return untold_; }

private:
	void CountLate(double now);

	std::uint32_t seen_ = 0;
	double looked_at_ = 0;
	double fast_until_ = 0;
	/// When a change was seen that nobody has told of yet.
	std::optional<double> unexplained_since_;
	std::uint64_t untold_ = 0;
};

}  // namespace porthole
